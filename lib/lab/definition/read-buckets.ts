import type { BucketsFile } from "../buckets-schema.ts";
import type { BucketsDefinition } from "../types.ts";
import { didYouMean } from "./nearest.ts";
import type { YamlSource } from "./yaml-source.ts";

/** Reads `buckets:` of lab.yaml. Problems are told to `source`. */
export function readBuckets(
  given: BucketsFile | undefined,
  source: YamlSource,
  machines: readonly string[],
): BucketsDefinition | undefined {
  if (given === undefined) return undefined;
  const { keys = [], own = [], taken = [] } = given;
  for (const [at, name] of keys.entries())
    if (!machines.includes(name))
      source.problem(["buckets", "keys", at], `\`keys: ${name}\`: no such machine.`, didYouMean(name, machines));
  const named = Array.isArray(own)
    ? own.map((name) => ({ name, isPublic: false }))
    : Object.entries(own).map(([name, rules]) => ({ name, isPublic: rules.public ?? false }));
  for (const [at, name] of taken.entries())
    if (named.some((each) => each.name === name))
      source.problem(
        ["buckets", "taken", at],
        `\`taken: ${name}\` is the learner's own.`,
        "A name belongs to one: leave it out here or in `own`.",
      );
  return { keys, own: named, taken };
}
