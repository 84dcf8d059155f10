import type { SignalName } from "../../kernel/types.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { PSEUDO_SIGNALS, type PseudoSignal, SIGNAL_NUMBERS, signalByName, type TrapName } from "../traps.ts";
import { readFlags } from "./usage.ts";

function trapName(text: string): TrapName | undefined {
  if (text === "0") return "EXIT";
  const upper = text.toUpperCase().replace(/^SIG/, "");
  const pseudo = PSEUDO_SIGNALS.find((name) => name === upper);
  return pseudo ?? signalByName(text);
}

function isPseudo(name: TrapName): name is PseudoSignal {
  return !name.startsWith("SIG");
}

/** `trap [-lp] [[action] signal …]`. */
export function* trap(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "trap", args, "lp", "trap [-lp] [[arg] signal_spec ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  if (flags.has("l")) {
    yield* shell.write(1, signalList());
    return 0;
  }
  if (rest.length === 0 || flags.has("p")) {
    yield* shell.write(1, listing(shell, rest.map(trapName)));
    return 0;
  }
  shell.traps.inherited = undefined;
  const [action, ...names] = rest;
  const resets = names.length === 0 || action === "-" || /^\d+$/.test(action!);
  const signals = names.length === 0 || /^\d+$/.test(action!) ? rest : names;
  let status = 0;
  for (const text of signals) {
    const name = trapName(text);
    if (name === undefined) {
      yield* shell.report(`trap: ${text}: invalid signal specification`);
      status = 1;
      continue;
    }
    if (resets) shell.traps.actions.delete(name);
    else shell.traps.actions.set(name, action!);
    if (!isPseudo(name)) installSignal(shell, name);
    else if (name === "EXIT") for (const deadly of DEADLY) installSignal(shell, deadly);
  }
  return status;
}

/** Tells the kernel what to do with a signal now. */
export function installSignal(shell: Shell, name: Exclude<TrapName, PseudoSignal>): void {
  if (name === "SIGKILL" || name === "SIGSTOP") return;
  const action = shell.traps.actions.get(name);
  const { signals } = shell.self;
  if (action === "") signals.set(name, "ignore");
  else if (action !== undefined) signals.set(name, () => shell.traps.arrived(name));
  else if (shell.kind === "interactive" && shell.subshellLevel === 0) shell.restoreInteractiveSignal(name);
  else if (DEADLY.includes(name) && (shell.traps.actions.get("EXIT") ?? "") !== "") signals.set(name, () => shell.traps.end(name));
  else if (signals.get(name) !== "ignore") signals.set(name, "default");
}

/** Signals that let an EXIT trap run before they end the shell. */
const DEADLY: readonly SignalName[] = ["SIGHUP", "SIGINT", "SIGTERM"];

function listing(shell: Shell, only: readonly (TrapName | undefined)[]): string {
  const order: TrapName[] = ["EXIT", ...SIGNAL_NUMBERS.map(([name]) => name), "DEBUG", "ERR", "RETURN"];
  let text = "";
  for (const name of order) {
    const action = (shell.traps.inherited ?? shell.traps.actions).get(name);
    if (action === undefined || (only.length > 0 && !only.includes(name))) continue;
    text += `trap -- '${action.replaceAll("'", "'\\''")}' ${name}\n`;
  }
  return text;
}

/** As `kill -l` prints, the signals the kernel knows. */
export function signalList(): string {
  const cells = SIGNAL_NUMBERS.map(([name, number]) => `${String(number).padStart(2)}) ${name}`);
  let text = "";
  for (let at = 0; at < cells.length; at += 5) text += `${cells.slice(at, at + 5).join("\t")}\n`;
  return text;
}
