import { type Document, type ErrorCode, isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import * as z from "zod";
import { didYouMean, nearest } from "./nearest.ts";
import type { Problem } from "./problem.ts";

type Path = readonly PropertyKey[];

/** No lab comes near; what is larger is data, or a mistake. */
const MOST_CHARACTERS = 500_000;
/** How often aliases may be followed, all in all (`maxAliasCount` of the yaml package, against expansion without end). */
const MOST_ALIASES = 100;
const MOST_FAULTS = 20;
/** Faults that leave the rest of the text readable. After any other, the parser complains of lines that are sound. */
const HARMLESS: readonly string[] = ["DUPLICATE_KEY", "TAG_RESOLVE_FAILED", "BAD_ALIAS"] satisfies ErrorCode[];

/** A YAML text that knows where each of its values stands, so that every complaint can point at a line. */
export class YamlSource {
  readonly file: string;
  readonly problems: Problem[] = [];
  private readonly document: Document;
  private readonly lines = new LineCounter();
  private readonly firstLine: number;

  /** `firstLine`: the line of `file` on which `text` begins (frontmatter begins on line 2). */
  constructor(file: string, text: string, firstLine = 1) {
    this.file = file;
    this.firstLine = firstLine;
    this.document = this.parse(text);
    const faults = untilUnreadable([...this.document.errors, ...this.document.warnings]).slice(0, MOST_FAULTS);
    for (const fault of faults) this.at(fault.pos[0], `This is not valid YAML: ${firstSentence(fault.message)}.`, remedyFor(fault.code));
    if (faults.length === 0) this.refuseKeys();
  }

  /** What can't be read at all gives an empty document, and a problem. */
  private parse(text: string): Document {
    if (text.length > MOST_CHARACTERS) {
      const found = `${Math.round(text.length / 1000)} kB`;
      this.at(0, `This file is too large: ${found}.`, `Files of YAML have at most ${MOST_CHARACTERS / 1000} kB; data belongs into files/.`);
      return parseDocument("");
    }
    try {
      return parseDocument(text, { lineCounter: this.lines, prettyErrors: false, strict: true });
    } catch (error) {
      // The parser goes into each level by a call of its own.
      const reason = error instanceof RangeError ? "It is nested too deeply" : error instanceof Error ? error.message : String(error);
      this.at(0, `This can't be read: ${reason}.`, "Write it flatter.");
      return parseDocument("");
    }
  }

  /** Names that mean something to every object of JavaScript are no keys of ours. */
  private refuseKeys(): void {
    visit(this.document, {
      Pair: (_, pair) => {
        const key: unknown = isScalar(pair.key) ? pair.key.value : pair.key;
        if (key === "__proto__" || key === "constructor" || key === "prototype") {
          this.at(offsetOf(pair.key) ?? 0, `\`${key}\` can't be a key.`, "Give it another name.");
        }
      },
    });
  }

  private at(offset: number, message: string, remedy: string): void {
    const { line, col } = offset === 0 ? { line: 1, col: 1 } : this.lines.linePos(offset);
    this.problems.push({ file: this.file, line: line + this.firstLine - 1, column: col, message, remedy });
  }

  /** The value under a schema; undefined when there are problems, which are then in `problems`. */
  read<T>(schema: z.ZodType<T>): T | undefined {
    if (this.problems.length > 0) return undefined;
    const value = this.value();
    if (this.problems.length > 0) return undefined;
    const result = schema.safeParse(value ?? {});
    if (result.success) return result.data;
    const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    this.addIssues(result.error.issues, [], shape);
    return undefined;
  }

  private value(): unknown {
    try {
      return this.document.toJS({ maxAliasCount: MOST_ALIASES });
    } catch (error) {
      const reason = error instanceof Error ? firstSentence(error.message) : String(error);
      this.at(0, `Its anchors and aliases expand to too much: ${reason}.`, "Write out what the aliases (*name) stand for.");
      return undefined;
    }
  }

  /** Reports something about the value at `path`, or about its key. */
  problem(path: Path, message: string, remedy: string, where: "value" | "key" = "value"): void {
    this.problems.push({ file: this.file, ...this.position(path, where), message, remedy });
  }

  /** Where the value (or the key) at `path` stands; the nearest parent's place when there is no such value. */
  position(path: Path, where: "value" | "key" = "value"): { line: number; column: number } {
    let node: unknown = this.document.contents;
    let offset = offsetOf(node) ?? 0;
    for (const [index, step] of path.entries()) {
      if (!isCollection(node)) break;
      const last = index === path.length - 1;
      if (isMap(node)) {
        const pair = node.items.find((item) => (isScalar(item.key) ? item.key.value : item.key) === step);
        if (pair === undefined) break;
        offset = (last && where === "key" ? offsetOf(pair.key) : (offsetOf(pair.value) ?? offsetOf(pair.key))) ?? offset;
        node = pair.value;
      } else {
        node = node.items[Number(step)];
        offset = offsetOf(node) ?? offset;
      }
    }
    const { line, col } = this.lines.linePos(offset);
    return { line: line + this.firstLine - 1, column: col };
  }

  /** A key that is written wrong is one mistake: that its right name is missing too goes without saying. */
  private addIssues(issues: readonly z.core.$ZodIssue[], base: Path, shape: unknown): void {
    const meant = new Set(
      issues.flatMap((issue) => {
        if (issue.code !== "unrecognized_keys") return [];
        const path = [...base, ...issue.path];
        const known = knownKeys(shape, path, this.document);
        return issue.keys.map((key) => JSON.stringify([...path, nearest(key, known)]));
      }),
    );
    for (const issue of issues) {
      const path = [...base, ...issue.path];
      const isMissing = issue.code === "invalid_type" && valueAt(this.document, path) === undefined;
      if (!(isMissing && meant.has(JSON.stringify(path)))) this.addIssue(issue, path, shape);
    }
  }

  private addIssue(issue: z.core.$ZodIssue, path: Path, shape: unknown): void {
    const name = String(path.at(-1) ?? "this file");
    switch (issue.code) {
      case "unrecognized_keys": {
        const known = knownKeys(shape, path, this.document);
        for (const key of issue.keys) {
          this.problem([...path, key], `\`${key}\`: no such key here.`, didYouMean(key, known), "key");
        }
        return;
      }
      case "invalid_union": {
        const branch = branchFor(shape, path, this.document);
        const issues = issue.errors[branch.index];
        if (branch.index < 0 || issues === undefined) this.withoutKind(path, branch.kinds);
        else this.addIssues(issues, path, shape);
        return;
      }
      case "invalid_type": {
        const value = valueAt(this.document, path);
        if (value === undefined) {
          this.problem(path.slice(0, -1), `\`${name}\` is missing.`, `Add \`${name}:\` with ${wordFor(issue.expected)}.`);
        } else {
          this.problem(path, `\`${name}\` must be ${wordFor(issue.expected)}, not ${wordForValue(value)}.`, remedyForType(issue.expected));
        }
        return;
      }
      case "invalid_value": {
        const value = String(valueAt(this.document, path));
        this.problem(path, `\`${name}: ${value}\` is not a known value.`, didYouMean(value, issue.values.map(String)));
        return;
      }
      default:
        this.problem(path, `\`${name}\`: ${issue.message}.`, "Change the value so that it fits.");
    }
  }

  /** None of the keys is there by which one knows what kind of thing is meant. */
  private withoutKind(path: Path, kinds: readonly string[]): void {
    const value = valueAt(this.document, path);
    for (const key of isRecord(value) ? Object.keys(value) : []) {
      const kind = nearest(key, kinds);
      if (kind === undefined) continue;
      this.problem([...path, key], `\`${key}\`: no such key here.`, `Did you mean \`${kind}\`?`, "key");
      return;
    }
    this.problem(path, `This needs one of the keys ${kinds.map((kind) => `\`${kind}\``).join(", ")}.`, "Add the one you mean.");
  }
}

/** The faults up to the first after which nothing can be trusted, that one included. */
function untilUnreadable<T extends { readonly code: string }>(faults: readonly T[]): readonly T[] {
  const last = faults.findIndex(({ code }) => !HARMLESS.includes(code));
  return last < 0 ? faults : faults.slice(0, last + 1);
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function remedyFor(code: ErrorCode | string): string {
  switch (code) {
    case "TAB_AS_INDENT":
      return "Indent with spaces: YAML allows no tabs there.";
    case "DUPLICATE_KEY":
      return "The same key stands twice in one map: drop one of them, or merge what they hold.";
    case "TAG_RESOLVE_FAILED":
      return "Drop the tag (the word behind !): values here are text, numbers, true, false, lists and maps.";
    case "BAD_ALIAS":
      return "Write out what the alias (*name) is to stand for; or, where the * is meant as text, put it in quotes.";
    case "MULTIPLE_DOCS":
      return "A file holds one document: drop the line of dashes.";
    default:
      return "Check the indentation and the quotes here; text with a colon or a # in it needs quotes.";
  }
}

function firstSentence(text: string): string {
  return (text.split("\n")[0] ?? text).replace(/[.:]?\s*$/, "");
}

function valueAt(document: Document, path: Path): unknown {
  const value: unknown = path.length === 0 ? document.toJS() : document.getIn(path, false);
  return isNode(value) ? value.toJS(document) : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The part of a JSON Schema that describes the value at `path`; in a choice, the part whose kind the value shows. */
function shapeAt(shape: unknown, path: Path, document: Document): unknown {
  let current = shape;
  for (let depth = 0; depth <= path.length; depth++) {
    current = chosen(current, valueAt(document, path.slice(0, depth)));
    if (depth === path.length || !isRecord(current)) break;
    const step = path[depth];
    if (typeof step === "number") current = current.items;
    else if (isRecord(current.properties) && String(step) in current.properties) current = current.properties[String(step)];
    else current = current.additionalProperties;
  }
  return current;
}

function chosen(shape: unknown, value: unknown): unknown {
  if (!isRecord(shape) || !Array.isArray(shape.anyOf)) return shape;
  return shape.anyOf[choose(shape.anyOf, value).index] ?? shape;
}

/** In a choice between objects, the key that only one of them requires names the kind. */
function choose(options: readonly unknown[], value: unknown): { index: number; kinds: readonly string[] } {
  const required = options.map((option) => (isRecord(option) && Array.isArray(option.required) ? option.required.map(String) : []));
  const kinds = required.map((keys) => keys.find((key) => required.filter((other) => other.includes(key)).length === 1) ?? "");
  const index = isRecord(value) ? kinds.findIndex((kind) => kind !== "" && kind in value) : -1;
  if (index >= 0) return { index, kinds };
  const type = Array.isArray(value) ? "array" : typeof value;
  return { index: options.findIndex((option) => isRecord(option) && option.type === type && type !== "object"), kinds };
}

function branchFor(shape: unknown, path: Path, document: Document): { index: number; kinds: readonly string[] } {
  const parent = path.length === 0 ? shape : childShape(shapeAt(shape, path.slice(0, -1), document), path.at(-1));
  const options = isRecord(parent) && Array.isArray(parent.anyOf) ? parent.anyOf : [];
  return choose(options, valueAt(document, path));
}

function childShape(shape: unknown, step: PropertyKey | undefined): unknown {
  if (!isRecord(shape)) return undefined;
  if (typeof step === "number") return shape.items;
  const properties = shape.properties;
  return isRecord(properties) && String(step) in properties ? properties[String(step)] : shape.additionalProperties;
}

function knownKeys(shape: unknown, path: Path, document: Document): string[] {
  const here = shapeAt(shape, path, document);
  return isRecord(here) && isRecord(here.properties) ? Object.keys(here.properties) : [];
}

function wordFor(expected: string): string {
  const words: Record<string, string> = {
    string: "text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a map of keys",
    record: "a map of keys",
  };
  return words[expected] ?? expected;
}

function wordForValue(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map of keys";
  return `the ${typeof value} \`${String(value)}\``;
}

function remedyForType(expected: string): string {
  if (expected === "string") return "Put it in quotes.";
  if (expected === "array") return "Write it as a list, each entry on a line of its own after a dash.";
  return `Write ${wordFor(expected)} here.`;
}
