/** `history`, `fc`. */
import { KernelError } from "../../kernel/errno.ts";
import { evaluateText } from "../exec/script.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { readFlags } from "./usage.ts";

export function historyFile(shell: Shell): string | undefined {
  const file = shell.variables.get("HISTFILE");
  return file === "" ? undefined : file;
}

export function* history(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(
    shell,
    "history",
    args,
    "cd:anrwps",
    "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]",
  );
  if (read === undefined) return 2;
  const { flags, rest } = read;
  const list = shell.history;
  if (list === undefined) return 0;
  if (flags.has("c")) {
    list.clear();
    return 0;
  }
  const position = flags.get("d");
  if (position !== undefined) {
    const number = Number(position) < 0 ? list.next + Number(position) : Number(position);
    if (list.delete(number)) return 0;
    yield* shell.report(`history: ${position}: history position out of range`);
    return 1;
  }
  if (flags.has("p")) {
    yield* shell.write(1, rest.map((text) => `${text}\n`).join(""));
    return 0;
  }
  if (flags.has("s")) {
    list.add(rest.join(" "));
    return 0;
  }
  if (["a", "n", "r", "w"].some((flag) => flags.has(flag))) {
    const file = rest[0] ?? historyFile(shell);
    if (file === undefined) return 1;
    try {
      if (flags.has("w")) list.write(shell.self.files, file);
      else if (flags.has("a")) list.append(shell.self.files, file);
      else list.load(shell.self.files, file);
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      yield* shell.report(`history: ${file}: ${flags.has("w") || flags.has("a") ? "cannot create" : "cannot open"}: ${error.text}`);
      return 1;
    }
    return 0;
  }
  const [count] = rest;
  if (rest.length > 1 && /^\d+$/.test(count!)) {
    yield* shell.report("history: too many arguments");
    return 1;
  }
  if (count !== undefined && !/^\+?\d+$/.test(count)) {
    yield* shell.report(`history: ${count}: numeric argument required`);
    return 1;
  }
  const all = list.numbered();
  const shown = count === undefined ? all : all.slice(Math.max(0, all.length - Number(count)));
  yield* shell.write(1, shown.map(([number, text]) => `${String(number).padStart(5)}  ${text}\n`).join(""));
  return 0;
}

/** `fc -l` lists, `fc -s` runs again; editing in an editor is not offered. */
export function* fc(shell: Shell, args: readonly string[]): Run<number> {
  const list = shell.history;
  const letters = args.filter((arg) => /^-[a-z]+$/.test(arg)).join("");
  const rest = args.filter((arg) => !/^-[a-z]+$/.test(arg));
  if (list === undefined) return 0;
  // The command that runs now is the last entry; it does not count.
  const entries = list.numbered().slice(0, -1);
  const last = entries[entries.length - 1]?.[0] ?? 0;
  const numberOf = (text: string | undefined, fallback: number): number => {
    if (text === undefined) return fallback;
    if (/^-?\d+$/.test(text)) return Number(text) < 0 ? last + 1 + Number(text) : Number(text);
    return entries.findLast(([, command]) => command.startsWith(text))?.[0] ?? -1;
  };
  if (letters.includes("s")) {
    const change = rest.find((text) => text.includes("="));
    const number = numberOf(
      rest.find((text) => text !== change),
      last,
    );
    const found = list.get(number);
    if (found === undefined) {
      yield* shell.report("fc: no command found");
      return 1;
    }
    const [from = "", to = ""] = change?.split(/=(.*)/s) ?? [];
    const text = change === undefined ? found : found.replace(from, to);
    yield* shell.write(2, `${text}\n`);
    return yield* evaluateText(shell, text, "fc");
  }
  if (!letters.includes("l")) {
    yield* shell.report("fc: editing in an editor is not offered here; `fc -s` runs a command again");
    return 1;
  }
  const from = numberOf(rest[0], Math.max(1, last - 15));
  const to = numberOf(rest[1], last);
  const shown = entries.filter(([number]) => number >= Math.min(from, to) && number <= Math.max(from, to));
  if (letters.includes("r") !== from > to) shown.reverse();
  yield* shell.write(1, shown.map(([number, text]) => `${letters.includes("n") ? "" : number}\t ${text}\n`).join(""));
  return 0;
}
