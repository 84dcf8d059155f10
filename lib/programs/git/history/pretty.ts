/** Commits as text: git-log(1), PRETTY FORMATS. */
import { displayWidth } from "../../core/paths.ts";
import { paint } from "../diff/patch.ts";
import type { Commit, Person } from "../objects/object.ts";
import { type DateStyle, showDate } from "../repository/dates.ts";
import type { Repository } from "../repository/repository.ts";
import type { Decorations } from "./decorate.ts";

export interface PrettyStyle {
  /** `medium`, `oneline`, `short`, `full`, `fuller`, `reference`, `raw`, or `format:…`, `tformat:…`. */
  readonly format: string;
  readonly abbreviate: boolean;
  readonly color: boolean;
  readonly date: DateStyle;
  readonly decorations: Decorations | undefined;
  readonly parents?: boolean;
  /** --left-right and --cherry marks: in front of the name. */
  readonly mark?: string;
  /** For reflogs (log -g): its selector and message. */
  readonly reflog?: { readonly selector: string; readonly message: string; readonly person: Person };
}

export function subjectOf(message: string): string {
  const start = message.replace(/^\s*\n/, "");
  const end = start.search(/\n[ \t]*\n/);
  return (end < 0 ? start : start.slice(0, end)).trim().replace(/\s*\n\s*/g, " ");
}

export function bodyOf(message: string): string {
  const start = message.replace(/^\s*\n/, "");
  const found = /\n[ \t]*\n/.exec(start);
  return found ? start.slice(found.index + found[0].length).replace(/^\n+/, "") : "";
}

const NAMED_FORMATS: Readonly<Record<string, string>> = { reference: "tformat:%C(auto)%h (%s, %ad)" };

export function resolveFormat(text: string, repository: Repository): string {
  const named = repository.config.get(`pretty.${text.includes(".") || text.includes("%") ? "x" : text}`);
  if (named !== undefined) return resolveFormat(named, repository);
  if (/^(oneline|short|medium|full|fuller|raw|email|reference)$/.test(text)) return NAMED_FORMATS[text] ?? text;
  if (text.startsWith("format:") || text.startsWith("tformat:")) return text;
  if (text.includes("%")) return `tformat:${text}`;
  return "";
}

/** Whether entries are separated by newlines (`format:`) instead of each ending in one. */
export function isSeparated(format: string): boolean {
  return format.startsWith("format:") || /^(medium|short|full|fuller|raw|email)$/.test(format);
}

/** Tabs as spaces up to every eighth column, as the indented formats show them (--expand-tabs). */
function expandTabs(line: string): string {
  let out = "";
  for (const part of line.split(/(\t)/)) out += part === "\t" ? " ".repeat(8 - (displayWidth(out) % 8)) : part;
  return out;
}

const indent = (text: string) =>
  text
    .split("\n")
    .map((line) => `    ${expandTabs(line)}`)
    .join("\n");

/** The text of a commit, without the newline at its end. */
export function prettyCommit(repository: Repository, commit: Commit, style: PrettyStyle): string {
  const { format, color } = style;
  if (format.startsWith("format:") || format.startsWith("tformat:"))
    return expandFormat(repository, commit, format.slice(format.indexOf(":") + 1), style);
  const name = style.abbreviate ? repository.short(commit.oid) : commit.oid;
  const parents = style.parents ? commit.parents.map((oid) => ` ${style.abbreviate ? repository.short(oid) : oid}`).join("") : "";
  const refs = style.decorations?.text(commit.oid, color) ?? "";
  const mark = style.mark === undefined || style.mark === "" ? "" : `${style.mark}${format === "oneline" ? " " : " "}`;
  if (format === "oneline") {
    const selector = style.reflog ? `${style.reflog.selector}: ${style.reflog.message}` : subjectOf(commit.message);
    return `${paint(color, "33", `${mark}${name}${parents}`)}${refs} ${selector}`;
  }
  const lines = [`${paint(color, "33", `commit ${mark}${name}${parents}`)}${refs}`];
  if (style.reflog) {
    lines.push(`Reflog: ${style.reflog.selector} (${style.reflog.person.name} <${style.reflog.person.email}>)`);
    lines.push(`Reflog message: ${style.reflog.message}`);
  }
  const who = ({ name: n, email }: Person) => `${n} <${email}>`;
  const when = (person: Person) => showDate(person, style.date);
  if (format === "raw") {
    const stamp = (person: Person) => `${who(person)} ${person.time} ${person.zone}`;
    lines.push(`tree ${commit.tree}`, ...commit.parents.map((oid) => `parent ${oid}`));
    lines.push(`author ${stamp(commit.author)}`, `committer ${stamp(commit.committer)}`);
  } else {
    if (commit.parents.length > 1) lines.push(`Merge: ${commit.parents.map((oid) => repository.short(oid)).join(" ")}`);
    if (format === "fuller") {
      lines.push(`Author:     ${who(commit.author)}`, `AuthorDate: ${when(commit.author)}`);
      lines.push(`Commit:     ${who(commit.committer)}`, `CommitDate: ${when(commit.committer)}`);
    } else {
      lines.push(`Author: ${who(commit.author)}`);
      if (format === "full") lines.push(`Commit: ${who(commit.committer)}`);
      if (format === "medium") lines.push(`Date:   ${when(commit.author)}`);
    }
  }
  const message = format === "short" ? subjectOf(commit.message) : commit.message.replace(/\s+$/, "").replace(/^\n+/, "");
  if (message !== "") lines.push("", indent(message));
  return lines.join("\n");
}

const COLOR_NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const ATTRIBUTES: Readonly<Record<string, string>> = { bold: "1", dim: "2", italic: "3", ul: "4", blink: "5", reverse: "7", strike: "9" };

/** A color as in git-config(1): "bold red", "green yellow", "normal". */
export function colorCode(text: string): string {
  if (text === "reset") return "\x1b[m";
  const codes: string[] = [];
  let background = false;
  for (const word of text.split(/[\s,]+/).filter((each) => each !== "")) {
    const bright = word.startsWith("bright");
    const index = COLOR_NAMES.indexOf(bright ? word.slice(6) : word);
    if (ATTRIBUTES[word] !== undefined) codes.push(ATTRIBUTES[word]);
    else if (word === "normal" || word === "default") background = true;
    else if (index >= 0) {
      codes.push(String((background ? 40 : 30) + index + (bright ? 60 : 0)));
      background = true;
    } else if (/^\d+$/.test(word)) {
      codes.push(`${background ? 48 : 38};5;${word}`);
      background = true;
    }
  }
  return codes.length === 0 ? "" : `\x1b[${codes.join(";")}m`;
}

/** The placeholders of `format:`. */
export function expandFormat(repository: Repository, commit: Commit, format: string, style: PrettyStyle): string {
  let out = "";
  let pad: { width: number; align: "left" | "right" | "center"; truncate: boolean } | undefined;
  const put = (text: string) => {
    let shown = text;
    if (pad) {
      const width = displayWidth(text);
      if (pad.truncate && width > pad.width) shown = `${text.slice(0, pad.width - 2)}..`;
      const room = Math.max(0, pad.width - displayWidth(shown));
      const before = pad.align === "right" ? room : pad.align === "center" ? Math.floor(room / 2) : 0;
      shown = " ".repeat(before) + shown + " ".repeat(room - before);
      pad = undefined;
    }
    out += shown;
  };
  let auto = false;
  const withColor = (code: string, text: string) => (auto && style.color ? paint(true, code, text) : text);
  for (let at = 0; at < format.length; at++) {
    if (format[at] !== "%") {
      out += format[at];
      continue;
    }
    const rest = format.slice(at + 1);
    const lead = /^[-+ ](?=[a-zA-Z(])/.exec(rest)?.[0] ?? "";
    const body = rest.slice(lead.length);
    const found =
      /^(C\((?:[^)]*)\)|C(?:red|green|blue|reset)|[<>]{1,2}\|?\([^)]*\)|w\([^)]*\)|[ac][nNeElLdDrtiIsh]|x[0-9a-fA-F]{2}|G[?SKFPGT]|\(trailers[^)]*\)|g[dDsnNeE]|[HhTtPpdDsfbBNnSem%])/.exec(
        body,
      )?.[0];
    if (found === undefined) {
      out += "%";
      continue;
    }
    at += lead.length + found.length;
    if (found.startsWith("C")) {
      const inside = found.startsWith("C(") ? found.slice(2, -1) : found.slice(1);
      if (inside === "auto") auto = true;
      else {
        const [, when, name = inside] = /^(auto|always),(.*)$/.exec(inside) ?? [];
        if (when === "always" || style.color) out += colorCode(name);
      }
      continue;
    }
    if (/^[<>]/.test(found)) {
      const [, arrows = "", , inside = ""] = /^([<>]{1,2})(\|?)\(([^)]*)\)$/.exec(found) ?? [];
      const [width = "0", cut] = inside.split(",");
      pad = {
        width: Number(width),
        align: arrows === "<" ? "left" : arrows === "><" ? "center" : "right",
        truncate: cut?.trim() === "trunc",
      };
      continue;
    }
    if (found.startsWith("w(")) continue;
    const value = placeholder(repository, commit, found, style, withColor);
    if (lead === "+" && value !== "") put(`\n${value}`);
    else if (lead === " " && value !== "") put(` ${value}`);
    else if (lead === "-" && value === "") out = out.replace(/\n+$/, "");
    else put(value);
  }
  return out;
}

function placeholder(
  repository: Repository,
  commit: Commit,
  what: string,
  style: PrettyStyle,
  withColor: (code: string, text: string) => string,
): string {
  const date = (person: Person, letter: string): string => {
    const mode = { d: style.date.mode, D: "rfc", r: "relative", t: "unix", i: "iso", I: "iso-strict", s: "short", h: "human" }[letter];
    return showDate(person, { ...style.date, mode: mode ?? "default" });
  };
  if (/^[ac]./.test(what)) {
    const person = what.startsWith("a") ? commit.author : commit.committer;
    const letter = what[1] ?? "";
    if (letter === "n" || letter === "N") return person.name;
    if (letter === "e" || letter === "E") return person.email;
    if (letter === "l" || letter === "L") return person.email.split("@")[0] ?? "";
    return date(person, letter);
  }
  if (what.startsWith("x")) return String.fromCharCode(Number.parseInt(what.slice(1), 16));
  if (what.startsWith("g")) {
    const { reflog } = style;
    if (!reflog) return "";
    return { gd: reflog.selector, gD: reflog.selector, gs: reflog.message, gn: reflog.person.name, ge: reflog.person.email }[what] ?? "";
  }
  if (what === "G?") return "N";
  if (what.startsWith("G")) return "";
  if (what.startsWith("(trailers")) {
    const body = commit.message.trimEnd().split(/\n\n/).at(-1) ?? "";
    return /^([A-Za-z-]+: .*\n?)+$/.test(body) ? `${body}\n` : "";
  }
  switch (what) {
    case "H":
      return withColor("33", commit.oid);
    case "h":
      return withColor("33", repository.short(commit.oid));
    case "T":
      return commit.tree;
    case "t":
      return repository.short(commit.tree);
    case "P":
      return commit.parents.join(" ");
    case "p":
      return commit.parents.map((oid) => repository.short(oid)).join(" ");
    case "d":
      return style.decorations?.text(commit.oid, style.color) ?? "";
    case "D":
      return style.decorations?.bare(commit.oid) ?? "";
    case "s":
      return subjectOf(commit.message);
    case "f":
      return subjectOf(commit.message)
        .replace(/[^A-Za-z0-9._]+/g, "-")
        .replace(/^[-.]+|[-.]+$/g, "");
    case "b":
      return bodyOf(commit.message).replace(/\n*$/, (end) => (end === "" ? "" : "\n"));
    case "B":
      return commit.message.replace(/^\n+/, "");
    case "n":
      return "\n";
    case "%":
      return "%";
    case "m":
      return style.mark === undefined || style.mark === "" ? ">" : style.mark;
    default:
      return "";
  }
}
