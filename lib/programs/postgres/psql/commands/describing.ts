/** \l and the \d family. */
import type { Command } from "../command.ts";
import { listings } from "../describe/listings.ts";
import { describeRelations } from "../describe/relation.ts";

/** `\dt+S`: the command's letters, then `+`, `S` and `x` in any order. */
function split(name: string): { readonly base: string; readonly verbose: boolean; readonly system: boolean; readonly expanded: boolean } {
  // \\dx is a command, not \\d with a flag.
  const [, base = "", flags = ""] = /^(dx|.*?)([+Sx]*)$/.exec(name) ?? [];
  return { base, verbose: flags.includes("+"), system: flags.includes("S"), expanded: flags.includes("x") };
}

/** `\dtv` lists tables and views. */
const RELATIONS = /^d[tvmisE]+$/;

export function isDescribe(name: string): boolean {
  const { base } = split(name);
  return base === "d" || RELATIONS.test(base) || /^df[anptw]+$/.test(base) || listings.has(base);
}

export const DESCRIBE_NAMES: readonly string[] = [
  "d",
  "dt",
  "dv",
  "dm",
  "di",
  "ds",
  ...[...listings.keys()].filter((name) => !name.startsWith(" ")),
].map((name) => `\\${name}`);

export const describing: Command = async (context) => {
  const { session, args, name } = context;
  const { base, verbose, system, expanded } = split(name);
  const saved = session.table;
  if (expanded) session.table = { ...saved, expanded: "on" };
  try {
    const pattern = await args.next();
    if (base === "d" && pattern !== undefined) return (await describeRelations(session, pattern, verbose, system)) ? "done" : "error";
    if (base === "d")
      return (await listings.get(" relations")?.({ session, pattern, verbose, system, kinds: "tvmsE", args: [] })) ? "done" : "error";
    if (RELATIONS.test(base) && !listings.has(base))
      return (await listings.get(" relations")?.({ session, pattern, verbose, system, kinds: base.slice(1), args: [] })) ? "done" : "error";
    const rest = pattern === undefined ? [] : await args.all();
    if (base.startsWith("df"))
      return (await listings.get("df")?.({ session, pattern, verbose, system, kinds: base.slice(2), args: rest })) ? "done" : "error";
    return (await listings.get(base)?.({ session, pattern, verbose, system, kinds: "", args: rest })) ? "done" : "error";
  } finally {
    session.table = saved;
  }
};
