/** An interactive shell: prompt, line, command, again (bash(1), INTERACTIVE). */
import { KernelError } from "../../kernel/errno.ts";
import { historyFile } from "../builtins/history.ts";
import { AbortLine, BreakLoop, ContinueLoop, ExitShell, Interrupted, ReturnFrom } from "../control.ts";
import { isIncomplete, parseText } from "../exec/parse.ts";
import { evaluateSource, evaluateText } from "../exec/script.ts";
import { jobLine } from "../jobs/table.ts";
import { stateToBegin } from "../kept-state.ts";
import { marksWith } from "../marks.ts";
import type { Completers } from "../readline/complete.ts";
import type { Entered } from "../readline/editor.ts";
import { type Run, wait } from "../run.ts";
import type { Shell } from "../shell.ts";
import { Source } from "../source.ts";
import type { StartOptions } from "../start/arguments.ts";
import { runStartupFiles } from "../start/files.ts";
import { gitBranch } from "../variables/git-branch.ts";
import { expandHistory } from "./history-expansion.ts";
import { installInteractiveSignals, takeTerminal } from "./job-control.ts";
import { type LineSource, lineSource } from "./line-source.ts";
import { openAtEnd, type Within } from "./open-quote.ts";
import { decodePrompt } from "./prompt.ts";

/** Debian's prompt, and the branch of the repository we are in. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax
const DEFAULT_PROMPT = "\\[\\e[01;32m\\]\\u@\\h\\[\\e[00m\\]:\\[\\e[01;34m\\]\\w\\[\\e[00m\\]${__git_branch}\\$ ";

export function* runInteractive(shell: Shell, options: StartOptions, completers: Completers): Run<number> {
  const lines = lineSource(shell, completers);
  shell.options.add("history");
  shell.options.add("histexpand");
  shell.options.add("emacs");
  shell.shopt.set("expand_aliases", true);
  installInteractiveSignals(shell, lines);
  takeTerminal(shell);
  preset(shell, lines);
  shell.openHistory();
  yield* guarded(shell, () => runStartup(shell, options));
  const state = stateToBegin(shell);
  if (state !== "") yield* guarded(shell, () => evaluateText(shell, state));
  loadHistory(shell);
  try {
    return yield* promptLoop(shell, lines);
  } finally {
    const file = historyFile(shell);
    if (file !== undefined && !shell.self.ended.aborted) shell.history?.append(shell.self.files, file);
  }
}

function* promptLoop(shell: Shell, lines: LineSource): Run<number> {
  const marks = marksWith(shell.self.machine.kernel.markKey);
  let status = shell.status;
  for (;;) {
    if (shell.hungUp) break;
    const command = yield* readCommand(shell, lines);
    if (command === undefined) {
      if (yield* staysForJobs(shell)) continue;
      break;
    }
    if (command === "") continue;
    shell.warnedOfJobs = shell.warnedOfJobs && /^\s*(?:exit|logout|jobs)\b/.test(command);
    if (lines.marks) {
      yield* shell.write(1, marks.commandStart(command));
      // Whoever watches the terminal sees that a command begins before it has done anything.
      yield* wait(lines.shown());
    }
    status = yield* runCommandText(shell, command);
    if (lines.marks) yield* shell.write(1, marks.commandEnd(status));
  }
  return shell.status;
}

function* runStartup(shell: Shell, options: StartOptions): Run<number> {
  yield* runStartupFiles(shell, options);
  return 0;
}

function preset(shell: Shell, lines: LineSource): void {
  const { variables } = shell;
  const set = (name: string, value: string): void => {
    if (variables.get(name) === undefined) variables.set(name, value);
  };
  variables.dynamic.set("__git_branch", { get: () => gitBranch(shell.self.files) });
  set("PS1", DEFAULT_PROMPT);
  set("PS2", "> ");
  set("HISTFILE", `${variables.get("HOME") ?? ""}/.bash_history`);
  set("HISTSIZE", "1000");
  set("HISTFILESIZE", "2000");
  set("HISTCONTROL", "ignoreboth");
  lines.updateSize();
}

function loadHistory(shell: Shell): void {
  const file = historyFile(shell);
  if (file === undefined || shell.history === undefined) return;
  shell.history.ownFile = file;
  shell.history.load(shell.self.files, file);
}

/** Runs commands of which none may end the session by an error of its own. */
function* guarded(shell: Shell, run: () => Run<number>): Run<number> {
  try {
    return yield* run();
  } catch (error) {
    if (error instanceof AbortLine || error instanceof ReturnFrom || error instanceof BreakLoop || error instanceof ContinueLoop) {
      return error.status;
    }
    if (error instanceof Interrupted) {
      shell.interrupted = false;
      yield* shell.write(2, "\n");
      return 130;
    }
    if (error instanceof ExitShell || shell.self.ended.aborted) throw error;
    if (error instanceof KernelError) {
      yield* shell.report(error.message);
      return 1;
    }
    // A fault of ours must not take the terminal down with it.
    yield* shell.report(`this command met a fault in the shell itself: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    shell.conditionDepth = 0;
    shell.loopDepth = 0;
  }
}

function* runCommandText(shell: Shell, text: string): Run<number> {
  shell.interrupted = false;
  shell.commandNumber++;
  const status = yield* guarded(shell, function* () {
    const result = yield* evaluateSource(shell, new Source(text.endsWith("\n") ? text : `${text}\n`, ""));
    if (shell.interrupted) throw new Interrupted();
    return result;
  });
  shell.status = status;
  return status;
}

/** Ctrl-D while jobs are stopped: says so once. */
function* staysForJobs(shell: Shell): Run<boolean> {
  if (shell.options.has("ignoreeof")) {
    yield* shell.write(2, `Use "${shell.login ? "logout" : "exit"}" to leave the shell.\n`);
    return true;
  }
  if (shell.hungUp) return false;
  yield* shell.write(2, shell.login ? "logout\n" : "exit\n");
  if (shell.warnedOfJobs || !shell.jobs.jobs.some((job) => job.state === "stopped")) return false;
  shell.warnedOfJobs = true;
  yield* shell.write(2, "There are stopped jobs.\n");
  return true;
}

/** One complete command, over as many lines as it takes; "" when there is nothing to run, undefined at the end of input. */
function* readCommand(shell: Shell, lines: LineSource): Run<string | undefined> {
  yield* beforePrompt(shell);
  const marks = marksWith(shell.self.machine.kernel.markKey);
  let text = "";
  for (;;) {
    const first = text === "";
    const prompt = yield* promptText(shell, first ? "PS1" : "PS2");
    const before = lines.marks ? (first ? marks.promptStart : marks.continuationStart) : "";
    const after = lines.marks ? marks.promptEnd : "";
    const entered: Entered = yield* wait(lines.readLine(prompt, before, after));
    if (entered.kind === "interrupt") {
      shell.status = 130;
      return "";
    }
    if (entered.kind === "end") {
      if (first) return undefined;
      yield* shell.report("syntax error: unexpected end of file");
      shell.status = 2;
      return "";
    }
    const line = yield* withHistory(shell, entered.text, first ? "nothing" : openAtEnd(`${text}\n`));
    // As in bash, only the line is dropped, not the command that it continues.
    if (line === undefined && !first) continue;
    if (line === undefined) return "";
    text += text === "" ? line : `\n${line}`;
    if (text.trim() === "") return "";
    if (isIncomplete(`${text}\n`, parseText(`${text}\n`))) continue;
    remember(shell, text);
    return text;
  }
}

/** `!!` and its like; what they became is shown. Undefined when nothing is to be run. */
function* withHistory(shell: Shell, line: string, within: Within): Run<string | undefined> {
  if (shell.history === undefined || !shell.options.has("histexpand")) return line;
  const expansion = expandHistory(line, shell.history, within);
  if (expansion.kind === "same") return line;
  if (expansion.kind === "error") {
    yield* shell.report(expansion.message);
    return undefined;
  }
  yield* shell.write(2, `${expansion.text}\n`);
  if (!expansion.printOnly) return expansion.text;
  remember(shell, expansion.text);
  return undefined;
}

/** Saved at once, so that a terminal that is closed loses nothing. */
function remember(shell: Shell, text: string): void {
  const { history, variables } = shell;
  if (history === undefined || !shell.options.has("history")) return;
  const entry = shell.on("cmdhist") && !shell.on("lithist") ? joinLines(text) : text;
  if (!history.add(entry, variables.get("HISTCONTROL"))) return;
  const size = Number(variables.get("HISTSIZE") ?? 500);
  if (size >= 0) history.trim(size);
  // A file that was named later is written to at the end, as bash does it.
  const file = historyFile(shell);
  if (file !== undefined && file === history.ownFile) history.append(shell.self.files, file);
}

/** A command of several lines in one, unless quotes or a here-document need the line breaks. */
function joinLines(text: string): string {
  if (!text.includes("\n") || /<<|["']/.test(text)) return text;
  return text
    .replace(/\\\n/g, "")
    .replace(/((?:^|[\s;&|(])(?:do|then|else|elif|in|if|while|until)|[{(|]|&&|;|&)[ \t]*\n\s*/g, "$1 ")
    .replace(/\n\s*/g, "; ");
}

/** What has become of background jobs; then PROMPT_COMMAND. */
function* beforePrompt(shell: Shell): Run<void> {
  yield* wait(shell.self.tick());
  shell.interrupted = false;
  for (const job of [...shell.jobs.jobs]) {
    if (job.state === job.told || job.state === "running") continue;
    yield* shell.write(2, jobLine(shell.jobs, job));
    job.told = job.state;
    if (job.state === "done") shell.jobs.remove(job);
  }
  yield* guarded(shell, function* () {
    yield* shell.turn();
    return 0;
  });
  const value = shell.variables.lookup("PROMPT_COMMAND")?.value;
  const commands = Array.isArray(value) ? value : [value];
  for (const command of commands) {
    if (typeof command !== "string" || command === "") continue;
    const { status } = shell;
    yield* guarded(shell, () => evaluateText(shell, command));
    shell.status = status;
  }
}

function* promptText(shell: Shell, name: "PS1" | "PS2"): Run<string> {
  const { status } = shell;
  let text = "";
  yield* guarded(shell, function* () {
    text = yield* decodePrompt(shell, shell.variables.get(name) ?? "");
    return 0;
  });
  shell.status = status;
  return text;
}
