import type { Command } from "unbash";
import { KernelError } from "../kernel/errno.ts";
import type { OpenFile, Process, SignalName, TermSettings } from "../kernel/types.ts";
import type { CompletionSpec } from "./builtins/completion.ts";
import { encodeText } from "./bytes.ts";
import type { ShellFunction } from "./exec/functions.ts";
import type { Undo } from "./exec/redirect.ts";
import { evaluateArithmetic } from "./expand/arithmetic.ts";
import { History } from "./interactive/history.ts";
import { JobTable } from "./jobs/table.ts";
import { INITIAL_SET_OPTIONS, SET_OPTIONS, SHOPT_DEFAULTS } from "./options.ts";
import { type MaybeLater, type Run, wait } from "./run.ts";
import { Source } from "./source.ts";
import { TrapTable } from "./traps.ts";
import { Scopes } from "./variables/scopes.ts";
import { dynamicVariables } from "./variables/special.ts";

/** One entry of the call stack: a function, a sourced file, or the script itself. */
export interface Frame {
  readonly kind: "function" | "source" | "main";
  readonly name: string;
  readonly source: string;
  /** The line of the call. */
  readonly line: number;
}

/** How a shell was started: what decides how its messages begin. */
export type ShellKind = "interactive" | "command" | "script" | "stdin";

/** Everything one shell (or subshell) knows: its process, variables, functions, options, traps and jobs. */
export class Shell {
  /** Set before anything runs; a subshell's is its own process. */
  self!: Process;
  variables = new Scopes();
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  readonly options = new Set<string>(INITIAL_SET_OPTIONS);
  readonly shopt = new Map<string, boolean>(Object.entries(SHOPT_DEFAULTS));
  traps = new TrapTable();
  jobs = new JobTable();
  /** Always there for `history -r` and its like; entered into only under `set -o history`. */
  history: History | undefined = new History();
  disabledBuiltins = new Set<string>();
  /** `ulimit`: what was changed. */
  limits = new Map<string, string>();
  /** Commands found in PATH (`hash`). */
  hashed = new Map<string, { path: string; hits: number }>();
  directoryStack: string[] = [];
  /** `complete`. */
  completions = new Map<string, CompletionSpec>();

  name = "bash";
  kind: ShellKind = "script";
  /** True also in a subshell of an interactive shell, as `$-` says. */
  interactive = false;
  /** `bash -i -c`: counts as interactive, without a prompt. */
  startedInteractive = false;
  login = false;
  subshellLevel = 0;
  positional: string[] = [];
  /** `set` has given this file or function new parameters. */
  positionalSet = false;
  frames: Frame[] = [];
  source = new Source("", "");
  /** The offset in `source` of the command being run. */
  position = 0;
  /** The simple command being run: what job lists show. */
  commandNode: Command | undefined;
  /** Set while text without positions of its own runs (traps): the line to report. */
  fixedLine: number | undefined;

  status = 0;
  pipeStatus: number[] = [0];
  lastBackground: number | undefined;
  /** `$_`. */
  lastArgument = "";
  /** The status of the last command substitution of the command being expanded. */
  substitutionStatus: number | undefined;
  /** How deep in command substitutions and `eval`: how often `set -x` repeats PS4's first character. */
  traceLevel = 0;
  loopDepth = 0;
  functionDepth = 0;
  sourceDepth = 0;
  /** Above zero in conditions, where `set -e` and the ERR trap rest. */
  conditionDepth = 0;
  /** `$$`: the process of the shell that is no subshell. */
  mainPid = 0;
  /** `$PPID`: its parent, also in subshells. */
  parentPid = 0;
  /** Monotonic start of SECONDS, in milliseconds. */
  startedMs = 0;
  /** Ctrl-C at an interactive shell. */
  interrupted = false;
  /** The command as DEBUG traps and BASH_COMMAND see it. */
  command = "";
  /** How deep `eval` and `source` stand inside each other. */
  nesting = 0;
  /** "There are stopped jobs." has been said: the next `exit` is meant. */
  warnedOfJobs = false;
  /** The terminal has been hung up. */
  hungUp = false;
  /** What the terminal is set to while commands run; restored after each job. */
  terminalSettings: TermSettings | undefined;
  /** Redirections in force that are to be undone. */
  readonly undoLists: Undo[][] = [];
  /** Descriptors of process substitutions that are open now. */
  openSubstitutions: { readonly fd: number }[] = [];
  optionsIndex = { argument: 1, letter: 0 };
  /** `\#` in prompts: commands entered so far. */
  commandNumber = 1;
  /** What `local -` is to put back when the function returns. */
  savedOptions: Set<string> | undefined;
  /** The package that a program belongs to. */
  packageOf: (program: string) => MaybeLater<string> = () => undefined;
  /** What `help` says of a name. */
  helpFor: (name: string) => MaybeLater<string> = () => undefined;
  private commands = 0;
  private ticked = 0;

  constructor() {
    this.connectVariables();
  }

  private connectVariables(): void {
    this.variables.arithmetic = (text) => evaluateArithmetic(this, text);
    for (const [name, dynamic] of dynamicVariables(this)) this.variables.dynamic.set(name, dynamic);
    this.variables.changed = (name) => {
      if (name === "PATH") this.hashed.clear();
      if (name === "OPTIND") this.optionsIndex = { argument: Number(this.variables.get("OPTIND") ?? 1) || 1, letter: 0 };
    };
  }

  get nounset(): boolean {
    return this.options.has("nounset");
  }

  on(option: string): boolean {
    return this.shopt.get(option) === true;
  }

  /** `$-`. */
  get optionLetters(): string {
    const order = "abefhkmnptuvxBCEHPT";
    const on = new Set<string>([...this.options].map((name) => SET_OPTIONS[name] ?? ""));
    const letters = [...order].filter((letter) => on.has(letter)).join("");
    return (
      letters.replace(/(?=[A-Z]|$)/, this.kind === "interactive" || this.startedInteractive ? "i" : "") +
      (this.kind === "command" ? "c" : this.kind === "stdin" ? "s" : "")
    );
  }

  get line(): number {
    return this.fixedLine ?? this.source.lineOf(this.position);
  }

  /** A copy for a subshell, as fork(2) would make it. `self` is to be set when its process runs. */
  fork(): Shell {
    const copy = new Shell();
    copy.variables = this.variables.copy();
    copy.connectVariables();
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.options.clear();
    for (const option of this.options) if (option !== "monitor") copy.options.add(option);
    for (const [name, value] of this.shopt) copy.shopt.set(name, value);
    copy.traps = this.traps.inSubshell(this.options);
    copy.jobs = new JobTable();
    copy.jobs.inherited = [...this.jobs.jobs];
    copy.history = this.history;
    copy.disabledBuiltins = new Set(this.disabledBuiltins);
    copy.packageOf = this.packageOf;
    copy.helpFor = this.helpFor;
    copy.limits = new Map(this.limits);
    copy.hashed = new Map(this.hashed);
    copy.completions = new Map(this.completions);
    copy.directoryStack = [...this.directoryStack];
    copy.name = this.name;
    copy.kind = this.kind;
    copy.interactive = false;
    copy.startedInteractive = this.startedInteractive;
    copy.subshellLevel = this.subshellLevel + 1;
    copy.positional = [...this.positional];
    copy.frames = [...this.frames];
    copy.source = this.source;
    copy.position = this.position;
    copy.fixedLine = this.fixedLine;
    copy.status = this.status;
    copy.pipeStatus = [...this.pipeStatus];
    copy.lastBackground = this.lastBackground;
    copy.lastArgument = this.lastArgument;
    copy.traceLevel = this.traceLevel;
    copy.functionDepth = this.functionDepth;
    copy.sourceDepth = this.sourceDepth;
    copy.conditionDepth = this.conditionDepth;
    copy.mainPid = this.mainPid;
    copy.parentPid = this.parentPid;
    copy.startedMs = this.startedMs;
    copy.command = this.command;
    copy.optionsIndex = { ...this.optionsIndex };
    return copy;
  }

  /** What a message begins with: `bash: `, or `script.sh: line 3: ` when nobody is at a prompt. */
  get prefix(): string {
    if (this.kind === "interactive") return `${this.name}: `;
    const frame = this.frames[this.frames.length - 1];
    const file = frame === undefined || frame.kind === "main" ? this.name : frame.source;
    return `${file}: line ${this.line}: `;
  }

  /** Prints a message of the shell itself to standard error. */
  *report(message: string): Run<void> {
    yield* this.write(2, `${this.prefix}${message}\n`);
  }

  /** The same where nothing can be waited for: deep in an expansion. */
  reportNow(message: string): void {
    this.self.fds.get(2)?.writeNow(new TextEncoder().encode(`${this.prefix}${message}\n`));
  }

  /** Writes to a descriptor, at once where that is possible. Throws KernelError. */
  *write(fd: number, text: string): Run<void> {
    if (text === "") return;
    const file = this.self.fds.get(fd);
    if (file === undefined) throw new KernelError("EBADF", "write");
    const bytes = encodeText(text);
    const taken = this.writeWhatFits(file, bytes);
    if (taken < bytes.length) yield* wait(this.self.write(fd, bytes.subarray(taken)));
  }

  private writeWhatFits(file: OpenFile, bytes: Uint8Array): number {
    if (file.kind === "pipe" || file.kind === "socket") {
      // A broken pipe must raise SIGPIPE, which the process's own write does.
      if (file.poll() & 8) return 0;
    }
    return file.writeNow(bytes);
  }

  /** Throws when the process has been killed. */
  mustLive(): void {
    if (this.self.ended.aborted) throw this.self.ended.reason;
  }

  /**
   * To be run once a command: gives the kernel a turn when due, and runs what signals have left to do.
   */
  *turn(): Run<void> {
    this.mustLive();
    if ((++this.commands & 31) === 0) {
      const now = performance.now();
      if (now - this.ticked > 8) {
        yield* wait(this.self.tick());
        this.ticked = performance.now();
      }
    }
    if (this.traps.hasPending || this.interrupted) yield* this.traps.runPending(this);
  }

  /** What an interactive shell does on a signal for which no trap is set (any more). */
  restoreInteractiveSignal: (signal: SignalName) => void = (signal) => this.self.signals.set(signal, "default");

  /** `set -o history`: commands are remembered from here on. */
  openHistory(): void {
    this.history ??= new History();
  }

  /** Sends a signal; errors are the caller's. */
  kill(pid: number, signal: SignalName | 0): void {
    this.self.kill(pid, signal);
  }
}
