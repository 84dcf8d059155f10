/** Services: the states that they go through (systemd.service(5); service.c). */
import { signalNumbers } from "../../kernel/signals.ts";
import type { OpenFile, Process, SignalName, WaitResult } from "../../kernel/types.ts";
import { conditionText, unmetCondition } from "./conditions.ts";
import { StartProblem, spawnCommand } from "./exec.ts";
import { loggedStatus } from "./exit-status.ts";
import type { ExecCommand, ExecKind, ServiceSettings } from "./settings.ts";
import { type ActiveState, type Begun, Unit } from "./unit.ts";

export type ServiceState =
  | "dead"
  | "condition"
  | "start-pre"
  | "start"
  | "start-post"
  | "running"
  | "exited"
  | "reload"
  | "stop"
  | "stop-sigterm"
  | "stop-sigkill"
  | "stop-post"
  | "final-sigterm"
  | "final-sigkill"
  | "failed"
  | "auto-restart";

export type ServiceResult =
  | "success"
  | "resources"
  | "protocol"
  | "timeout"
  | "exit-code"
  | "signal"
  | "core-dump"
  | "start-limit-hit"
  | "exec-condition";

const ACTIVE: Readonly<Record<ServiceState, ActiveState>> = {
  dead: "inactive",
  condition: "activating",
  "start-pre": "activating",
  start: "activating",
  "start-post": "activating",
  running: "active",
  exited: "active",
  reload: "reloading",
  stop: "deactivating",
  "stop-sigterm": "deactivating",
  "stop-sigkill": "deactivating",
  "stop-post": "deactivating",
  "final-sigterm": "deactivating",
  "final-sigkill": "deactivating",
  failed: "failed",
  "auto-restart": "activating",
};

/** How a command has run. */
export interface RunStatus {
  readonly kind: ExecKind;
  readonly command: ExecCommand;
  readonly pid: number;
  readonly startedMs: number;
  end: WaitResult | undefined;
  endedMs: number;
}

/** Signals by which a daemon may well end (systemd.service(5), SuccessExitStatus=). */
const CLEAN_SIGNALS: ReadonlySet<SignalName> = new Set(["SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE"]);
/** How often a PID file is looked for that has not been written yet. */
const PID_FILE_MS = 25;

export class Service extends Unit {
  #state: ServiceState = "dead";
  result: ServiceResult = "success";
  reloadResult: ServiceResult = "success";
  mainPid = 0;
  controlPid = 0;
  restarts = 0;
  /** Of STATUS= (sd_notify(3)). */
  statusText = "";
  /** Of this run: each command that was started, in its order. */
  runs: RunStatus[] = [];
  mainRun: RunStatus | undefined;
  #controlRun: RunStatus | undefined;
  /** Commands that are still to come of the kind that runs. */
  #queue: { readonly kind: ExecKind; readonly rest: ExecCommand[] } | undefined;
  #forbidRestart = false;
  #isReady = false;
  #cancelTimer = () => {};
  #cancelPoll = () => {};
  /** Files in the journal's place (systemd-run --pipe). */
  fds: ReadonlyMap<number, OpenFile> | undefined;
  /** Processor time of its processes that are no more, in ms. */
  endedCpuMs = 0;

  get settings(): ServiceSettings {
    return this.loaded.settings.service;
  }

  get sub(): ServiceState {
    return this.#state;
  }

  get active(): ActiveState {
    return ACTIVE[this.#state];
  }

  /** Its processes, by pid. */
  get processes(): readonly number[] {
    return this.manager.processesIn(this.cgroup);
  }

  override resetFailed(): void {
    super.resetFailed();
    if (this.#state === "failed") this.#set("dead");
    this.result = "success";
    this.restarts = 0;
  }

  start(): Begun {
    if (this.active === "deactivating" || this.#state === "auto-restart") return "again";
    if (this.active === "activating" || this.isActive) return "begun";
    const unmet = unmetCondition(this.manager.machine, this.loaded.settings.conditions);
    if (unmet !== undefined) {
      this.unmet = { text: conditionText(unmet), atMs: this.manager.now() };
      if (unmet.assert) return "failed";
      this.log(`${this.title} was skipped because of an unmet condition check (${conditionText(unmet)}).`);
      return "skipped";
    }
    this.unmet = undefined;
    if (!this.mayStartNow()) {
      this.log(`${this.id}: Start request repeated too quickly.`, 4);
      this.#enterDead("start-limit-hit", false);
      return "failed";
    }
    this.result = "success";
    this.reloadResult = "success";
    this.#forbidRestart = false;
    this.#isReady = false;
    this.statusText = "";
    this.invocation = this.manager.newId();
    this.runs = [];
    this.mainRun = undefined;
    this.mainPid = 0;
    this.endedCpuMs = 0;
    this.#enterKind("ExecCondition", "condition", () => this.#enterStartPre());
    return "begun";
  }

  stop(): Begun {
    this.#forbidRestart = true;
    switch (this.#state) {
      case "dead":
      case "failed":
        return "begun";
      case "auto-restart":
        this.#set("dead");
        return "begun";
      case "condition":
      case "start-pre":
      case "start":
      case "start-post":
        this.#enterSignal("stop-sigterm", "success");
        return "begun";
      case "running":
      case "exited":
      case "reload":
        this.#enterStop("success");
        return "begun";
      default:
        return "begun";
    }
  }

  override reload(): Begun | undefined {
    if (this.settings.exec.ExecReload.length === 0) return undefined;
    if (this.#state !== "running" && this.#state !== "exited") return "failed";
    this.reloadResult = "success";
    this.#enterKind("ExecReload", "reload", () => this.#enterRunning("success"));
    return "begun";
  }

  /** Runs the commands of a kind one after another in a state; goes on at once where there are none. */
  #enterKind(kind: ExecKind, state: ServiceState, next: () => void): void {
    const commands = this.settings.exec[kind];
    if (commands.length === 0) {
      next();
      return;
    }
    this.#queue = { kind, rest: [...commands] };
    if (state === "start-pre" || state === "condition") this.#arm(this.settings.startTimeoutMs);
    else if (state === "start-post" || state === "reload") this.#arm(this.settings.startTimeoutMs);
    else this.#arm(this.settings.stopTimeoutMs);
    this.#set(state);
    this.#nextControl();
  }

  #nextControl(): void {
    const command = this.#queue?.rest.shift();
    const kind = this.#queue?.kind;
    if (command === undefined || kind === undefined) return;
    const run = this.#spawn(kind, command, this.#taskName(kind));
    if (run === undefined) return;
    this.#controlRun = run;
    this.controlPid = run.pid;
  }

  #taskName(kind: ExecKind): string {
    return {
      ExecCondition: "exec-condition",
      ExecStartPre: "start-pre",
      ExecStart: "start",
      ExecStartPost: "start-post",
      ExecReload: "reload",
      ExecStop: "stop",
      ExecStopPost: "stop-post",
    }[kind];
  }

  /** Undefined when it can't be: the service is on its way down then. */
  #spawn(kind: ExecKind, command: ExecCommand, task: string, started?: () => void): RunStatus | undefined {
    const main = this.mainRun?.end;
    if (this.settings.type === "notify") this.manager.hearNotices();
    try {
      const process: Process = spawnCommand({
        machine: this.manager.machine,
        unit: this.id,
        cgroup: this.cgroup,
        invocation: this.invocation,
        service: this.settings,
        command,
        fds: this.fds,
        started,
        variables: {
          ...(this.mainPid > 0 && kind !== "ExecStart" ? { MAINPID: String(this.mainPid) } : {}),
          ...(this.settings.pidFile === undefined ? {} : { PIDFILE: this.settings.pidFile }),
          ...(this.settings.type === "notify" ? { NOTIFY_SOCKET: "/run/systemd/notify" } : {}),
          ...(kind === "ExecStop" || kind === "ExecStopPost" ? { SERVICE_RESULT: this.result } : {}),
          ...((kind === "ExecStop" || kind === "ExecStopPost") && main !== undefined
            ? {
                EXIT_CODE: main.how === "exited" ? "exited" : "killed",
                EXIT_STATUS: main.how === "signaled" ? main.signal.slice(3) : String(main.status),
              }
            : {}),
        },
        log: (text, priority) => this.log(text, priority),
      });
      const run: RunStatus = { kind, command, pid: process.pid, startedMs: this.manager.now(), end: undefined, endedMs: 0 };
      // Each command is shown with its last run.
      this.runs = [...this.runs.filter((each) => each.command !== command), run];
      return run;
    } catch (error) {
      if (!(error instanceof StartProblem)) throw error;
      this.log(error.message, 4);
      this.log(`${this.id}: Failed to run '${task}' task: ${error.why}`, 4);
      if (kind === "ExecReload") {
        this.reloadResult = "resources";
        this.#enterRunning("success");
      } else if (kind === "ExecStop" || kind === "ExecStopPost")
        this.#enterSignal(kind === "ExecStop" ? "stop-sigterm" : "final-sigterm", "resources");
      else this.#enterSignal("final-sigterm", "resources");
      return undefined;
    }
  }

  #enterStartPre(): void {
    this.#enterKind("ExecStartPre", "start-pre", () => this.#enterStart());
  }

  #enterStart(): void {
    const { type, exec } = this.settings;
    const [command, ...rest] = exec.ExecStart;
    this.#arm(this.settings.startTimeoutMs);
    if (command === undefined) {
      this.#enterStartPost();
      return;
    }
    if (type === "forking") {
      this.#queue = { kind: "ExecStart", rest: [] };
      this.#set("start");
      const run = this.#spawn("ExecStart", command, "start");
      if (run === undefined) return;
      this.#controlRun = run;
      this.controlPid = run.pid;
      return;
    }
    this.#queue = { kind: "ExecStart", rest: type === "oneshot" ? rest : [] };
    if (type !== "simple" && type !== "idle") this.#set("start");
    this.#spawnMain(command);
  }

  #spawnMain(command: ExecCommand): void {
    const { type } = this.settings;
    const run = this.#spawn("ExecStart", command, "start", () => {
      if (type === "exec" && this.#state === "start") this.#enterStartPost();
    });
    if (run === undefined) return;
    this.mainRun = run;
    this.mainPid = run.pid;
    if (type === "simple" || type === "idle") this.#enterStartPost();
    else if (type === "notify" && this.#isReady) this.#enterStartPost();
  }

  #enterStartPost(): void {
    this.#enterKind("ExecStartPost", "start-post", () => this.#enterRunning("success"));
  }

  #enterRunning(result: ServiceResult): void {
    if (this.result === "success") this.result = result;
    if (this.result !== "success") this.#enterStop("success");
    else if (this.#isGood()) {
      this.#set("running");
      this.#arm(this.settings.runtimeMaxMs);
    } else if (this.settings.remainAfterExit) {
      this.#set("exited");
      this.#cancelTimer();
    } else this.#enterStop("success");
  }

  #isGood(): boolean {
    if (this.mainPid > 0) return true;
    // Without a known main process, any process will do.
    return this.mainRun === undefined && this.settings.type === "forking" && this.processes.length > 0;
  }

  #enterStop(result: ServiceResult): void {
    if (this.result === "success") this.result = result;
    this.#enterKind("ExecStop", "stop", () => this.#enterSignal("stop-sigterm", "success"));
  }

  #enterStopPost(result: ServiceResult): void {
    if (this.result === "success") this.result = result;
    this.#enterKind("ExecStopPost", "stop-post", () => this.#enterSignal("final-sigterm", "success"));
  }

  #enterSignal(state: "stop-sigterm" | "stop-sigkill" | "final-sigterm" | "final-sigkill", result: ServiceResult): void {
    if (this.result === "success") this.result = result;
    this.#queue = undefined;
    this.#cancelPoll();
    const waits = this.#kill(state.endsWith("sigkill"));
    if (waits) {
      this.#arm(this.settings.stopTimeoutMs);
      this.#set(state);
    } else if (state === "stop-sigterm") this.#enterSignal("stop-sigkill", "success");
    else if (state === "stop-sigkill") this.#enterStopPost("success");
    else if (state === "final-sigterm") this.#enterSignal("final-sigkill", "success");
    else this.#enterDead("success", true);
  }

  /** systemd.kill(5). True when there is somebody to wait for. */
  #kill(hard: boolean): boolean {
    const { killMode, killSignal, restartKillSignal, sendSigkill, sendSighup } = this.settings;
    if (killMode === "none" || (hard && !sendSigkill)) return false;
    const restarting = this.job?.type === "restart";
    const signal: SignalName = hard ? "SIGKILL" : ((restarting ? restartKillSignal : undefined) ?? killSignal);
    const known = [this.mainPid, this.controlPid].filter((pid) => pid > 0);
    const all = killMode === "control-group" || (killMode === "mixed" && hard) ? this.processes : [];
    const targets = new Set([...known, ...all]);
    let waits = false;
    for (const pid of targets) {
      const info = this.manager.machine.find(pid);
      if (info === undefined || info.state === "zombie") continue;
      if (hard) this.log(`${this.id}: Killing process ${pid} (${this.manager.commOf(pid)}) with signal SIGKILL.`, 5);
      waits = true;
      this.manager.kill(pid, signal);
      if (!hard) this.manager.kill(pid, "SIGCONT");
      if (!hard && sendSighup) this.manager.kill(pid, "SIGHUP");
    }
    // Who was killed may be gone already; the news of it comes.
    return waits && [...targets].some((pid) => this.manager.isAlive(pid) || pid === this.mainPid || pid === this.controlPid);
  }

  #enterDead(result: ServiceResult, allowRestart: boolean): void {
    if (this.result === "success") this.result = result;
    this.#cancelTimer();
    this.#cancelPoll();
    const failed = this.result !== "success" && this.result !== "exec-condition";
    if (failed)
      this.log(`${this.id}: Failed with result '${this.result}'.`, 4, {
        UNIT_RESULT: this.result,
        MESSAGE_ID: "d9b373ed55a64feb8242e02dbe79a49c",
      });
    else if (this.result === "success") this.log(`${this.id}: Deactivated successfully.`);
    const restarts = allowRestart && this.#shallRestart();
    this.#set(failed ? "failed" : "dead");
    if (!restarts) {
      this.#removeRuntimeFolders();
      this.manager.triggerFollowers(this, failed);
      return;
    }
    this.#set("auto-restart");
    this.#arm(this.settings.restartMs);
  }

  #removeRuntimeFolders(): void {
    const { runtimeDirectories, runtimeDirectoryPreserve } = this.settings;
    if (runtimeDirectoryPreserve) return;
    for (const name of runtimeDirectories) this.manager.machine.files.removeTree(`/run/${name}`);
  }

  #shallRestart(): boolean {
    const { restart, restartPrevent, restartForce } = this.settings;
    if (this.#forbidRestart || this.job?.type === "stop") return false;
    const end = this.mainRun?.end;
    const isIn = (set: { statuses: Set<number>; signals: Set<string> }) =>
      end !== undefined && (end.how === "exited" ? set.statuses.has(end.status) : end.how === "signaled" && set.signals.has(end.signal));
    if (isIn(restartPrevent)) return false;
    if (isIn(restartForce)) return true;
    const { result } = this;
    switch (restart) {
      case "no":
      case "on-watchdog":
        return false;
      case "always":
        return result !== "exec-condition";
      case "on-success":
        return result === "success";
      case "on-failure":
        return result !== "success" && result !== "exec-condition";
      case "on-abnormal":
        return result !== "success" && result !== "exit-code" && result !== "exec-condition";
      case "on-abort":
        return result === "signal" || result === "core-dump";
    }
  }

  override ended(end: WaitResult): void {
    if (end.pid === this.mainPid) this.#mainEnded(end);
    else if (end.pid === this.controlPid) this.#controlEnded(end);
    if (this.processes.length === 0) this.#cgroupEmpty();
  }

  #outcome(end: WaitResult, command: ExecCommand | undefined, isDaemon: boolean): ServiceResult {
    const { successStatus } = this.settings;
    if (command?.ignoreFailure) return "success";
    if (end.how === "exited") return end.status === 0 || successStatus.statuses.has(end.status) ? "success" : "exit-code";
    if (end.how !== "signaled") return "success";
    if ((isDaemon && CLEAN_SIGNALS.has(end.signal)) || successStatus.signals.has(end.signal)) return "success";
    return "signal";
  }

  #logEnd(what: "Main" | "Control", end: WaitResult): void {
    const text =
      end.how === "signaled"
        ? `code=killed, status=${signalNumbers[end.signal]}/${end.signal.slice(3)}`
        : `code=exited, status=${loggedStatus(end.status)}`;
    this.log(`${this.id}: ${what} process exited, ${text}`, 5, { MESSAGE_ID: "98e322203f7a4ed290d09fe03c09fe15" });
  }

  #mainEnded(end: WaitResult): void {
    const run = this.mainRun;
    const { type } = this.settings;
    const outcome = this.#outcome(end, run?.command, type !== "oneshot");
    if (run !== undefined) Object.assign(run, { end, endedMs: this.manager.now() });
    else {
      const [command] = this.settings.exec.ExecStart;
      if (command !== undefined)
        this.mainRun = { kind: "ExecStart", command, pid: end.pid, startedMs: 0, end, endedMs: this.manager.now() };
    }
    this.mainPid = 0;
    if (this.settings.pidFile !== undefined && this.manager.machine.files.exists(this.settings.pidFile))
      this.manager.machine.files.unlink(this.settings.pidFile);
    if (outcome !== "success") this.#logEnd("Main", end);
    if (this.result === "success") this.result = outcome;
    const next = this.#state === "start" && outcome === "success" ? this.#queue?.rest.shift() : undefined;
    if (next !== undefined) {
      this.#spawnMain(next);
      return;
    }
    switch (this.#state) {
      case "start":
        if (type === "oneshot") {
          if (outcome === "success") this.#enterStartPost();
          else this.#enterSignal("stop-sigterm", outcome);
        } else this.#enterSignal("final-sigterm", outcome === "success" ? "protocol" : outcome);
        break;
      case "running":
        this.#enterRunning(outcome);
        break;
      case "stop-sigterm":
      case "stop-sigkill":
        if (this.controlPid === 0) this.#enterStopPost(outcome);
        break;
      case "final-sigterm":
      case "final-sigkill":
        if (this.controlPid === 0) this.#enterDead(outcome, true);
        break;
    }
  }

  #controlEnded(end: WaitResult): void {
    const run = this.#controlRun;
    this.controlPid = 0;
    this.#controlRun = undefined;
    if (run !== undefined) Object.assign(run, { end, endedMs: this.manager.now() });
    let outcome = this.#outcome(end, run?.command, false);
    if (run?.kind === "ExecCondition" && end.how === "exited" && end.status >= 1 && end.status <= 254) outcome = "exec-condition";
    if (outcome !== "success") this.#logEnd("Control", end);
    if (run?.kind === "ExecReload") {
      if (outcome !== "success") this.reloadResult = outcome;
    } else if (this.result === "success") this.result = outcome;
    if (outcome === "success" && (this.#queue?.rest.length ?? 0) > 0) {
      this.#nextControl();
      return;
    }
    this.#queue = undefined;
    switch (this.#state) {
      case "condition":
        if (outcome === "success") this.#enterStartPre();
        else this.#enterSignal("stop-sigterm", outcome);
        break;
      case "start-pre":
        if (outcome === "success") this.#enterStart();
        else this.#enterSignal("stop-sigterm", outcome);
        break;
      case "start":
        if (this.settings.type !== "forking") break;
        if (outcome !== "success") this.#enterSignal("stop-sigterm", outcome);
        else this.#findMain();
        break;
      case "start-post":
        if (outcome === "success") this.#enterRunning("success");
        else this.#enterStop(outcome);
        break;
      case "reload":
        this.#enterRunning("success");
        break;
      case "stop":
        this.#enterSignal("stop-sigterm", outcome);
        break;
      case "stop-sigterm":
      case "stop-sigkill":
        if (this.mainPid === 0) this.#enterStopPost(outcome);
        break;
      case "stop-post":
      case "final-sigterm":
      case "final-sigkill":
        this.#enterSignal("final-sigterm", outcome);
        break;
    }
  }

  /** A daemon has gone into the background: its PID file tells which process it is, else there is only one to choose. */
  #findMain(): void {
    const { pidFile } = this.settings;
    if (pidFile === undefined) {
      const adopted = this.processes.filter((pid) => this.manager.machine.find(pid)?.ppid === 1);
      const [only] = adopted;
      if (adopted.length === 1 && only !== undefined) this.#adopt(only);
      this.#enterStartPost();
      return;
    }
    if (this.#readPidFile()) {
      this.#enterStartPost();
      return;
    }
    this.log(`${this.id}: Can't open PID file ${pidFile} (yet?) after start: No such file or directory`, 5);
    const poll = () => {
      if (this.#state !== "start") return;
      if (this.#readPidFile()) this.#enterStartPost();
      else this.#cancelPoll = this.manager.after(PID_FILE_MS, poll);
    };
    this.#cancelPoll = this.manager.after(PID_FILE_MS, poll);
  }

  #readPidFile(): boolean {
    const { files } = this.manager.machine;
    const { pidFile } = this.settings;
    if (pidFile === undefined || !files.exists(pidFile)) return false;
    const pid = Number(files.readText(pidFile).trim());
    if (!Number.isInteger(pid) || pid <= 1 || !this.manager.isAlive(pid)) return false;
    this.#adopt(pid);
    return true;
  }

  /** From now on the service is as alive as this process. */
  #adopt(pid: number): void {
    const [command] = this.settings.exec.ExecStart;
    this.mainPid = pid;
    if (command !== undefined)
      this.mainRun = { kind: "ExecStart", command, pid, startedMs: this.manager.now(), end: undefined, endedMs: 0 };
    this.manager.moveTree(pid, this.cgroup);
  }

  #cgroupEmpty(): void {
    switch (this.#state) {
      case "start":
        if (this.settings.type === "forking" && this.controlPid === 0 && this.mainPid === 0 && this.settings.pidFile !== undefined) {
          this.log(`${this.id}: Daemon never wrote its PID file. Failing.`, 4);
          this.#enterSignal("final-sigterm", "protocol");
        }
        break;
      case "running":
        if (this.mainPid === 0) this.#enterRunning("success");
        break;
      case "stop-sigterm":
      case "stop-sigkill":
        if (this.mainPid === 0 && this.controlPid === 0) this.#enterStopPost("success");
        break;
      case "final-sigterm":
      case "final-sigkill":
        if (this.mainPid === 0 && this.controlPid === 0) this.#enterDead("success", true);
        break;
    }
  }

  /** sd_notify(3): "READY=1" and the like from one of its processes. */
  notified(pid: number, message: string): void {
    for (const line of message.split("\n")) {
      const [key, value = ""] = [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)];
      if (key === "MAINPID" && Number(value) > 1 && this.manager.isAlive(Number(value))) this.#adopt(Number(value));
      if (key === "STATUS") this.statusText = value;
      if (key === "READY" && value === "1") {
        this.#isReady = true;
        if (this.settings.type === "notify" && this.#state === "start" && (pid === this.mainPid || this.mainPid > 0))
          this.#enterStartPost();
      }
    }
  }

  #arm(milliseconds: number): void {
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    if (Number.isFinite(milliseconds)) this.#cancelTimer = this.manager.after(milliseconds, () => this.#timedOut());
  }

  #timedOut(): void {
    const warn = (text: string) => this.log(`${this.id}: ${text}`, 4);
    switch (this.#state) {
      case "condition":
      case "start-pre":
      case "start":
      case "start-post":
        warn(this.#state === "start" ? "start operation timed out. Terminating." : `${this.#state} operation timed out. Terminating.`);
        this.#enterSignal("stop-sigterm", "timeout");
        break;
      case "running":
        warn("Service reached runtime time limit. Stopping.");
        this.#enterStop("timeout");
        break;
      case "reload":
        warn("Reload operation timed out. Killing reload process.");
        if (this.controlPid > 0) this.manager.kill(this.controlPid, "SIGKILL");
        this.reloadResult = "timeout";
        this.#enterRunning("success");
        break;
      case "stop":
        warn("Stopping timed out. Terminating.");
        this.#enterSignal("stop-sigterm", "timeout");
        break;
      case "stop-sigterm":
      case "final-sigterm":
        if (this.settings.sendSigkill) warn(`State '${this.#state}' timed out. Killing.`);
        else warn(`State '${this.#state}' timed out. Skipping SIGKILL.${this.#state === "stop-sigterm" ? "" : " Entering failed mode."}`);
        this.#enterSignal(this.#state === "stop-sigterm" ? "stop-sigkill" : "final-sigkill", "timeout");
        break;
      case "stop-sigkill":
        warn("Processes still around after SIGKILL. Ignoring.");
        this.#enterStopPost("timeout");
        break;
      case "stop-post":
        warn("State 'stop-post' timed out. Terminating.");
        this.#enterSignal("final-sigterm", "timeout");
        break;
      case "final-sigkill":
        warn("Processes still around after final SIGKILL. Entering failed mode.");
        this.#enterDead("timeout", true);
        break;
      case "auto-restart":
        this.restarts++;
        this.log(`${this.id}: Scheduled restart job, restart counter is at ${this.restarts}.`, 6, { N_RESTARTS: String(this.restarts) });
        this.manager.autoRestart(this, () => this.#set(this.result === "success" ? "dead" : "failed"));
        break;
    }
  }

  #set(state: ServiceState): void {
    const before = this.active;
    if (state === this.#state) return;
    this.#state = state;
    if (["running", "exited", "dead", "failed"].includes(state)) this.#cancelTimer();
    this.changed(before);
  }

  /** The state of a machine that this one is a copy of: its processes are not here. */
  restore(other: Service): void {
    this.#state = other.#state;
    this.result = other.result;
    this.mainPid = other.mainPid;
    this.runs = [...other.runs];
    this.mainRun = other.mainRun;
    this.restarts = other.restarts;
    this.statusText = other.statusText;
  }
}
