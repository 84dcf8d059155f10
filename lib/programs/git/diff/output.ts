/** How differences are shown: the options that git-diff(1), git-show(1) and git-log(1) share. */
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { ZERO } from "../objects/object.ts";
import type { Options } from "../options.ts";
import { readSide } from "./content.ts";
import type { Pair } from "./pairs.ts";
import { type PatchStyle, patchText } from "./patch.ts";
import { findRenames } from "./renames.ts";
import { nameOnly, nameStatus, numStat, rawText, shortStat, statOf, statText, summaryText } from "./stat.ts";

export const DIFF_OPTIONS: readonly string[] = [
  "-p, --patch",
  "-u",
  "-s, --no-patch",
  "-U, --unified=",
  "--stat[=]",
  "--numstat",
  "--shortstat",
  "--summary",
  "--compact-summary",
  "--name-only",
  "--name-status",
  "--raw",
  "--patch-with-stat",
  "--full-index",
  "--no-prefix",
  "--src-prefix=",
  "--dst-prefix=",
  "-w, --ignore-all-space",
  "-b, --ignore-space-change",
  "-M, --find-renames[=]",
  "-C, --find-copies[=]",
  "--no-renames",
  "--diff-filter=",
  "-R",
  "--color[=]",
  "--no-color",
  "-a, --text",
  "--exit-code",
  "--minimal",
  "--histogram",
  "--patience",
  "--no-ext-diff",
  "--no-textconv",
  "--indent-heuristic",
  "-S=",
  "-G=",
  "--pickaxe-regex",
  "-z",
];
export const DIFF_UNMODELED: readonly string[] = [
  "--word-diff",
  "--color-words",
  "--dirstat",
  "--cumulative",
  "--check",
  "--binary",
  "--ws-error-highlight",
  "--function-context",
  "-W",
  "--inter-hunk-context",
  "--submodule",
  "--color-moved",
  "--ignore-blank-lines",
  "--output",
  "--relative",
  "--anchored",
  "--diff-algorithm",
  "--find-object",
  "--orderfile",
  "-O",
];

const FORMATS = ["patch", "stat", "numstat", "shortstat", "summary", "name-only", "name-status", "raw"] as const;
type Format = (typeof FORMATS)[number];

export interface DiffStyle {
  readonly formats: ReadonlySet<Format>;
  readonly patch: PatchStyle;
  readonly renames: boolean;
  readonly copies: boolean;
  readonly threshold: number;
  readonly filter: string | undefined;
  readonly reverse: boolean;
  readonly statWidth: number | undefined;
  readonly statNameWidth: number | undefined;
  readonly statCount: number | undefined;
  readonly zero: boolean;
  readonly pickaxe: { readonly kind: "S" | "G"; readonly text: string; readonly regex: boolean } | undefined;
}

function percent(text: string | undefined): number {
  if (text === undefined || text === "") return 50;
  const found = /^(\d+)(%?)$/.exec(text);
  if (!found) throw new Fatal(`invalid argument to find-renames`);
  return found[2] ? Number(found[1]) : Number(`0.${found[1]}`) * 100;
}

/** `fallback`: what is shown when nothing of it was asked for. */
export function diffStyle(git: Git, options: Options, fallback: readonly Format[]): DiffStyle {
  const formats = new Set<Format>();
  for (const format of FORMATS) if (options.has(format)) formats.add(format);
  if (options.has("u") || options.has("unified")) formats.add("patch");
  if (options.has("patch-with-stat")) for (const format of ["patch", "stat"] as const) formats.add(format);
  if (options.has("compact-summary")) formats.add("stat");
  if (formats.size === 0) for (const format of fallback) formats.add(format);
  if (options.has("no-patch") && options.last("no-patch", "patch", "u", "stat", "unified") === "no-patch") formats.clear();
  const context = options.get("unified");
  if (context !== undefined && !/^\d+$/.test(context)) throw new Fatal("--unified expects a non-negative integer value");
  const { config } = git;
  const noPrefix = options.has("no-prefix") || (config.bool("diff.noprefix") ?? false);
  const [width, nameWidth, count] = (options.get("stat") ?? "").split(",").map((each) => (each === "" ? undefined : Number(each)));
  const setRenames = config.get("diff.renames");
  const colorOption =
    options.flag("color") === undefined
      ? options.has("no-color")
        ? "never"
        : undefined
      : options.has("color")
        ? (options.get("color") ?? "always")
        : "never";
  const pick = options.get("S") !== undefined ? ("S" as const) : options.get("G") !== undefined ? ("G" as const) : undefined;
  return {
    formats,
    renames:
      (options.flag("find-renames") ?? options.flag("no-renames") === undefined)
        ? setRenames === undefined || !/^(false|no|off|0)$/i.test(setRenames) || options.has("find-renames")
        : options.flag("no-renames") !== true,
    copies: options.has("find-copies") || setRenames === "copies" || setRenames === "copy",
    threshold: percent(options.get("find-renames") ?? options.get("find-copies")),
    filter: options.get("diff-filter"),
    reverse: options.has("R"),
    statWidth: width,
    statNameWidth: nameWidth,
    statCount: count,
    zero: options.has("z"),
    pickaxe: pick && { kind: pick, text: options.get(pick) ?? "", regex: options.has("pickaxe-regex") },
    patch: {
      color: git.color("diff", colorOption),
      context: context === undefined ? (config.number("diff.context") ?? 3) : Number(context),
      prefixes: { old: options.get("src-prefix") ?? (noPrefix ? "" : "a/"), new: options.get("dst-prefix") ?? (noPrefix ? "" : "b/") },
      fullIndex: options.has("full-index"),
      ignoreAllSpace: options.has("ignore-all-space"),
      ignoreSpaceChange: options.has("ignore-space-change"),
      text: options.has("text"),
    },
  };
}

function reversed(pair: Pair): Pair {
  const status = pair.status === "A" ? "D" : pair.status === "D" ? "A" : pair.status;
  return { ...pair, status, old: pair.new, new: pair.old };
}

function occurrences(text: string, part: RegExp): number {
  return text.match(part)?.length ?? 0;
}

/** Renames found, filters applied. */
export function refine(git: Git, pairs: readonly Pair[], style: DiffStyle): Pair[] {
  const { repository } = git;
  let found = style.reverse ? pairs.map(reversed) : [...pairs];
  const read = (side: { path: string; mode: number; oid: string }) => readSide(repository, side).data;
  if (style.renames) found = findRenames(found.map(withOid), { read, threshold: style.threshold, copies: style.copies });
  const { filter, pickaxe } = style;
  if (filter !== undefined) {
    const upper = filter.replace(/[a-z]/g, "");
    found = found.filter(({ status }) => (upper === "" || upper.includes(status)) && !filter.includes(status.toLowerCase()));
  }
  if (pickaxe) {
    const source = pickaxe.kind === "G" || pickaxe.regex ? pickaxe.text : pickaxe.text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const regex = new RegExp(source, "g");
    const text = (side: Pair["old"]) => (side ? new TextDecoder().decode(read(side)) : "");
    found = found.filter((pair) => {
      if (pickaxe.kind === "S") return occurrences(text(pair.old), regex) !== occurrences(text(pair.new), regex);
      const patch = patchText(repository, pair, { color: false, context: 0, prefixes: { old: "a/", new: "b/" } });
      return patch.split("\n").some((line) => /^[-+](?!--|\+\+)/.test(line) && new RegExp(source).test(line.slice(1)));
    });
  }
  return found;

  /** Files of the working tree take part with the name their bytes have. */
  function withOid(pair: Pair): Pair {
    if (pair.status !== "A" || pair.new?.oid !== ZERO) return pair;
    return pair;
  }
}

/** The differences as text. `pairs` come from `refine`. */
export function diffText(git: Git, pairs: readonly Pair[], style: DiffStyle): string {
  const { repository } = git;
  const { formats } = style;
  const ending = style.zero ? "\0" : "\n";
  let out = "";
  if (formats.has("raw")) out += rawText(repository, pairs);
  const parts: string[] = [];
  const needStats = formats.has("stat") || formats.has("numstat") || formats.has("shortstat");
  const stats = needStats ? pairs.map((pair) => statOf(repository, pair, style.patch)) : [];
  if (formats.has("numstat")) out += numStat(stats);
  if (formats.has("stat"))
    out += statText(stats, {
      width: style.statWidth ?? (git.onTerminal ? git.columns : 80),
      color: style.patch.color,
      ...(style.statNameWidth === undefined ? {} : { nameWidth: style.statNameWidth }),
      ...(style.statCount === undefined ? {} : { count: style.statCount }),
    });
  if (formats.has("shortstat") && stats.length > 0) out += shortStat(stats);
  if (formats.has("summary")) out += summaryText(pairs);
  if (formats.has("name-only")) out += nameOnly(pairs, ending);
  if (formats.has("name-status")) out += nameStatus(pairs, ending);
  if (formats.has("patch")) {
    for (const pair of pairs) parts.push(patchText(repository, pair, style.patch));
    if (out !== "" && parts.some((part) => part !== "")) out += "\n";
    out += parts.join("");
  }
  return out;
}
