import type { Problem } from "../lab/definition/problem.ts";
import { YamlSource } from "../lab/definition/yaml-source.ts";
import { glossarySchema } from "./schema.ts";
import type { GlossaryTerm } from "./types.ts";

/** Reads content/glossary.yaml. Spellings must lead to one term only. */
export function readGlossary(file: string, text: string): { terms: readonly GlossaryTerm[]; problems: readonly Problem[] } {
  const source = new YamlSource(file, text);
  const value = source.read(glossarySchema) ?? [];
  const owners = new Map<string, string>();
  const terms = value.map((entry, index) => {
    const spellings = new Set([entry.id, entry.term, ...(entry.also ?? [])].map(spelling));
    for (const each of spellings) {
      const owner = owners.get(each);
      if (owner !== undefined) {
        source.problem([index, "id"], `\`${each}\` already leads to \`${owner}\`.`, "Merge the two terms, or drop one of the spellings.");
      }
      owners.set(each, entry.id);
    }
    return { id: entry.id, term: entry.term, also: entry.also ?? [], text: entry.text };
  });
  return { terms, problems: source.problems };
}

/** The term that a <Term> means: by id, name or other spelling; capitals and a plural s do not matter. */
export function findTerm(terms: readonly GlossaryTerm[], name: string): GlossaryTerm | undefined {
  const wanted = spelling(name);
  const has = (term: GlossaryTerm, text: string): boolean => [term.id, term.term, ...term.also].some((each) => spelling(each) === text);
  return terms.find((term) => has(term, wanted)) ?? terms.find((term) => has(term, wanted.replace(/s$/, "")));
}

function spelling(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, " ");
}
