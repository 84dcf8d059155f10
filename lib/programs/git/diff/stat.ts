/** Summaries of a list of pairs: --stat, --numstat, --shortstat, --summary, --name-status, --name-only, --raw. */
import { decode } from "../../core/io.ts";
import { displayWidth } from "../../core/paths.ts";
import type { Repository } from "../repository/repository.ts";
import { readSide } from "./content.ts";
import { diffLines, type LineDiffOptions, splitLines } from "./line-diff.ts";
import { type Pair, pathOf } from "./pairs.ts";
import { isBinary, paint } from "./patch.ts";
import { quotePath } from "./quote.ts";

interface FileStat {
  readonly name: string;
  readonly pair: Pair;
  readonly added: number;
  readonly deleted: number;
  readonly binary: { readonly from: number; readonly to: number; readonly same: boolean } | undefined;
}

/** `{old => new}/rest`: what is common to both names is said once. */
export function renameName(from: string, to: string): string {
  if (/[\s"\\]/.test(quotePath(from)) && quotePath(from) !== from) return `${quotePath(from)} => ${quotePath(to)}`;
  let prefix = 0;
  for (let i = 0; i < from.length && i < to.length && from[i] === to[i]; i++) if (from[i] === "/") prefix = i + 1;
  let suffix = 0;
  // The slash that ends the common beginning may begin the common end.
  const limit = prefix > 0 ? prefix - 1 : 0;
  for (let i = 1; from.length - i >= limit && to.length - i >= limit && from[from.length - i] === to[to.length - i]; i++)
    if (from[from.length - i] === "/") suffix = i;
  const middle = (text: string) => text.slice(prefix, Math.max(prefix, text.length - suffix));
  if (prefix === 0 && suffix === 0) return `${from} => ${to}`;
  return `${from.slice(0, prefix)}{${middle(from)} => ${middle(to)}}${suffix > 0 ? from.slice(from.length - suffix) : ""}`;
}

export function statOf(repository: Repository, pair: Pair, options: LineDiffOptions): FileStat {
  const name = pair.old && pair.new && pair.old.path !== pair.new.path ? renameName(pair.old.path, pair.new.path) : quotePath(pathOf(pair));
  if (pair.status === "U") return { name, pair, added: 0, deleted: 0, binary: undefined };
  const before = pair.old ? readSide(repository, pair.old).data : new Uint8Array();
  const after = pair.new ? readSide(repository, pair.new).data : new Uint8Array();
  if (isBinary(before) || isBinary(after))
    return { name, pair, added: 0, deleted: 0, binary: { from: before.length, to: after.length, same: pair.old?.oid === pair.new?.oid } };
  let added = 0;
  let deleted = 0;
  for (const change of diffLines(splitLines(decode(before)), splitLines(decode(after)), options)) {
    deleted += change.leftEnd - change.leftStart;
    added += change.rightEnd - change.rightStart;
  }
  return { name, pair, added, deleted, binary: undefined };
}

export function shortStat(stats: readonly FileStat[]): string {
  const changed = stats.filter(({ pair }) => pair.status !== "U");
  const sum = (pick: (stat: FileStat) => number) => changed.reduce((total, stat) => total + pick(stat), 0);
  const added = sum((stat) => stat.added);
  const deleted = sum((stat) => stat.deleted);
  if (changed.length === 0) return " 0 files changed\n";
  let text = ` ${changed.length} file${changed.length === 1 ? "" : "s"} changed`;
  if (added > 0 || deleted === 0) text += `, ${added} insertion${added === 1 ? "" : "s"}(+)`;
  if (deleted > 0 || added === 0) text += `, ${deleted} deletion${deleted === 1 ? "" : "s"}(-)`;
  return `${text}\n`;
}

function shortened(name: string, width: number): string {
  if (displayWidth(name) <= width) return name;
  const tail = name.slice(name.length - (width - 3));
  const slash = tail.indexOf("/");
  return `...${slash >= 0 ? tail.slice(slash) : tail}`;
}

export interface StatLayout {
  readonly width: number;
  readonly color: boolean;
  readonly nameWidth?: number;
  readonly count?: number;
}

export function statText(all: readonly FileStat[], { width, color, nameWidth: given, count }: StatLayout): string {
  if (all.length === 0) return "";
  const stats = count === undefined ? all : all.slice(0, count);
  const most = Math.max(0, ...stats.map(({ added, deleted }) => added + deleted));
  const binWidth = Math.max(0, ...stats.map(({ binary }) => (binary ? 14 + String(binary.to).length + String(binary.from).length : 0)));
  const numberWidth = Math.max(String(most).length, binWidth > 0 ? 3 : 0);
  let nameWidth = Math.max(...stats.map(({ name }) => displayWidth(name)));
  if (given !== undefined && given < nameWidth) nameWidth = given;
  let graph = most + 4 > binWidth ? most : binWidth - 4;
  if (nameWidth + numberWidth + 6 + graph > width) {
    const largest = Math.floor((width * 3) / 8) - numberWidth - 6;
    if (graph > largest) graph = Math.max(6, largest);
    if (nameWidth > width - numberWidth - 6 - graph) nameWidth = width - numberWidth - 6 - graph;
    else graph = width - numberWidth - 6 - nameWidth;
  }
  const scale = (value: number) => (value === 0 ? 0 : 1 + Math.floor((value * (graph - 1)) / most));
  const lines = stats.map(({ name, added, deleted, binary, pair }) => {
    const shown = shortened(name, nameWidth);
    const start = ` ${shown}${" ".repeat(nameWidth - displayWidth(shown))} |`;
    if (pair.status === "U") return `${start} ${"Unmerged".padStart(numberWidth)}\n`;
    if (binary) {
      const sizes = binary.same ? "" : ` ${paint(color, "31", String(binary.from))} -> ${paint(color, "32", String(binary.to))} bytes`;
      return `${start} ${"Bin".padStart(numberWidth)}${sizes}\n`;
    }
    let plus = added;
    let minus = deleted;
    if (graph <= most) {
      let total = scale(added + deleted);
      if (total < 2 && added > 0 && deleted > 0) total = 2;
      if (added < deleted) {
        plus = scale(added);
        minus = total - plus;
      } else {
        minus = scale(deleted);
        plus = total - minus;
      }
    }
    const bars = `${plus > 0 ? paint(color, "32", "+".repeat(plus)) : ""}${minus > 0 ? paint(color, "31", "-".repeat(minus)) : ""}`;
    return `${start} ${String(added + deleted).padStart(numberWidth)}${added + deleted > 0 ? " " : ""}${bars}\n`;
  });
  if (stats.length < all.length) lines.push(" ...\n");
  return lines.join("") + shortStat(all);
}

export function numStat(stats: readonly FileStat[]): string {
  return stats.map(({ name, added, deleted, binary }) => `${binary ? "-" : added}\t${binary ? "-" : deleted}\t${name}\n`).join("");
}

const octal = (mode: number | undefined) => (mode ?? 0).toString(8).padStart(6, "0");

/** --summary: what came, went, moved, or changed its mode. */
export function summaryText(pairs: readonly Pair[]): string {
  return pairs
    .map((pair) => {
      if (pair.status === "A") return ` create mode ${octal(pair.new?.mode)} ${quotePath(pathOf(pair))}\n`;
      if (pair.status === "D") return ` delete mode ${octal(pair.old?.mode)} ${quotePath(pathOf(pair))}\n`;
      const mode =
        pair.old && pair.new && pair.old.mode !== pair.new.mode ? ` mode change ${octal(pair.old.mode)} => ${octal(pair.new.mode)}` : "";
      if (pair.status === "R" || pair.status === "C") {
        const word = pair.status === "R" ? "rename" : "copy";
        return ` ${word} ${renameName(pair.old?.path ?? "", pair.new?.path ?? "")} (${pair.score}%)\n${mode === "" ? "" : `${mode}\n`}`;
      }
      return mode === "" ? "" : `${mode} ${quotePath(pathOf(pair))}\n`;
    })
    .join("");
}

export function nameStatus(pairs: readonly Pair[], ending = "\n"): string {
  return pairs
    .map((pair) => {
      const tab = ending === "\n" ? "\t" : "\0";
      const name = (path: string) => (ending === "\n" ? quotePath(path) : path);
      if (pair.status !== "R" && pair.status !== "C") return `${pair.status}${tab}${name(pathOf(pair))}${ending}`;
      return `${pair.status}${String(pair.score).padStart(3, "0")}${tab}${name(pair.old?.path ?? "")}${tab}${name(pair.new?.path ?? "")}${ending}`;
    })
    .join("");
}

export function nameOnly(pairs: readonly Pair[], ending = "\n"): string {
  return pairs.map((pair) => (ending === "\n" ? quotePath(pathOf(pair)) : pathOf(pair)) + ending).join("");
}

export function rawText(repository: Repository, pairs: readonly Pair[]): string {
  return pairs
    .map((pair) => {
      const short = (oid: string | undefined) => (oid === undefined || /^0+$/.test(oid) ? "0000000" : repository.short(oid));
      const score = pair.status === "R" || pair.status === "C" ? String(pair.score).padStart(3, "0") : "";
      const paths = score === "" ? quotePath(pathOf(pair)) : `${quotePath(pair.old?.path ?? "")}\t${quotePath(pathOf(pair))}`;
      return `:${octal(pair.old?.mode)} ${octal(pair.new?.mode)} ${short(pair.old?.oid)} ${short(pair.new?.oid)} ${pair.status}${score}\t${paths}\n`;
    })
    .join("");
}
