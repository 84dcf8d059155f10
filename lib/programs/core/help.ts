/** `--help`, `--version` and the manual page, all from the table. */
import type { Option } from "./options.ts";
import type { ManualEntry, ProgramEntry } from "./program.ts";

/** As GNU programs print it; the last line points to the page that lists what is covered. */
export function helpText(entry: ProgramEntry): string {
  const forms = entry.synopsis.map((form, index) => `${index === 0 ? "Usage:" : "  or: "} ${entry.name} ${form}`.trimEnd());
  const lines = [...forms, capitalize(entry.summary) + (entry.summary.endsWith(".") ? "" : ".")];
  if (entry.options.length > 0) lines.push("", ...entry.options.flatMap(optionLines));
  const missing = missingText(entry);
  if (missing) lines.push("", missing);
  return `${lines.join("\n")}\n`;
}

export function versionText(entry: ProgramEntry): string {
  return `${entry.name} (${entry.origin})\nOn this machine it is Slipway's own; see /reference/machine for what it covers.\n`;
}

/** The manual page, as man(1) shows it at this width. */
export function manualText(entry: ManualEntry, width = 80): string {
  const title = `${entry.name.toUpperCase()}(1)`;
  const middle = "User Commands";
  const room = Math.max(1, Math.floor((width - title.length * 2 - middle.length) / 2));
  const out = [
    `${title}${" ".repeat(room)}${middle}${" ".repeat(room)}${title}`,
    "",
    "NAME",
    `       ${entry.name} - ${entry.summary}`,
    "",
  ];
  out.push("SYNOPSIS", ...entry.synopsis.map((form) => `       ${entry.name} ${form}`.trimEnd()), "");
  out.push("DESCRIPTION", ...wrap(entry.description ?? capitalize(`${entry.summary}.`), width, 7));
  if (entry.options.length > 0) {
    out.push("", "OPTIONS");
    for (const option of entry.options) out.push(`       ${optionName(option)}`, ...wrap(option.meaning, width, 14), "");
  }
  const missing = missingText(entry);
  if (missing) out.push("", "ON THIS MACHINE", ...wrap(missing, width, 7));
  return `${out
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()}\n`;
}

function missingText(entry: ManualEntry): string {
  const parts: string[] = [];
  if (entry.unmodeled.length > 0) parts.push(`Real, but not modeled here: ${entry.unmodeled.join(", ")}.`);
  if (entry.limits) parts.push(entry.limits);
  return parts.join(" ");
}

function optionName(option: Option): string {
  const short =
    option.short &&
    `-${option.short}${option.long || !option.argument ? "" : option.argumentOptional ? `[${option.argument}]` : ` ${option.argument}`}`;
  const long =
    option.long && `--${option.long}${!option.argument ? "" : option.argumentOptional ? `[=${option.argument}]` : `=${option.argument}`}`;
  return short && long ? `${short}, ${long}` : (short ?? `    ${long ?? ""}`);
}

function optionLines(option: Option): string[] {
  const name = `  ${optionName(option)}`;
  const text = wrap(option.meaning, 80, 29);
  if (name.length > 27) return [name, ...text];
  const [first = "", ...rest] = text;
  return [name.padEnd(29) + first.trimStart(), ...rest];
}

/** Breaks text into lines of at most `width` columns, indented. */
export function wrap(text: string, width: number, indent: number): string[] {
  const pad = " ".repeat(indent);
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && indent + line.length + 1 + word.length > width) {
        lines.push(pad + line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    lines.push(line === "" ? "" : pad + line);
  }
  return lines;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
