/** Services: the states that they go through (systemd.service(5); service.c). */
import type { WaitResult } from "../../kernel/types.ts";
import { conditionText, unmetCondition } from "./conditions.ts";
import { StartProblem } from "./exec.ts";
import { type RunStatus, ServiceProcesses, TASK_NAMES } from "./service-processes.ts";
import { endText, outcomeOf, shallRestart, timeoutText } from "./service-rules.ts";
import { ACTIVE, type ServiceResult, type ServiceState } from "./service-states.ts";
import type { ExecCommand, ExecKind } from "./settings.ts";
import type { ActiveState, Begun } from "./unit.ts";

export type { RunStatus, ServiceResult, ServiceState };

/** How often a PID file is looked for that has not been written yet. */
const PID_FILE_MS = 25;

export class Service extends ServiceProcesses {
  #state: ServiceState = "dead";
  reloadResult: ServiceResult = "success";
  restarts = 0;
  /** Of STATUS= (sd_notify(3)). */
  statusText = "";
  #controlRun: RunStatus | undefined;
  /** Commands that are still to come of the kind that runs. */
  #queue: { readonly kind: ExecKind; readonly rest: ExecCommand[] } | undefined;
  #forbidRestart = false;
  #isReady = false;
  #cancelTimer = () => {};
  #cancelPoll = () => {};
  /** Processor time of its processes that are no more, in ms. */
  endedCpuMs = 0;

  get sub(): ServiceState {
    return this.#state;
  }

  get active(): ActiveState {
    return ACTIVE[this.#state];
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
    const run = this.#spawn(kind, command);
    if (run === undefined) return;
    this.#controlRun = run;
    this.controlPid = run.pid;
  }

  /** Undefined when it can't be: the service is on its way down then. */
  #spawn(kind: ExecKind, command: ExecCommand, started?: () => void): RunStatus | undefined {
    try {
      return this.spawnRun(kind, command, started);
    } catch (error) {
      if (!(error instanceof StartProblem)) throw error;
      this.log(error.message, 4);
      this.log(`${this.id}: Failed to run '${TASK_NAMES[kind]}' task: ${error.why}`, 4);
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
      const run = this.#spawn("ExecStart", command);
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
    const run = this.#spawn("ExecStart", command, () => {
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
    const waits = this.killAll(state.endsWith("sigkill"));
    if (waits) {
      this.#arm(this.settings.stopTimeoutMs);
      this.#set(state);
    } else if (state === "stop-sigterm") this.#enterSignal("stop-sigkill", "success");
    else if (state === "stop-sigkill") this.#enterStopPost("success");
    else if (state === "final-sigterm") this.#enterSignal("final-sigkill", "success");
    else this.#enterDead("success", true);
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
    const restarts = allowRestart && this.#mayRestart() && shallRestart(this.settings, this.mainRun?.end, this.result);
    this.#set(failed ? "failed" : "dead");
    if (!restarts) {
      this.removeRuntimeFolders();
      this.manager.triggerFollowers(this, failed);
      return;
    }
    this.#set("auto-restart");
    this.#arm(this.settings.restartMs);
  }

  override ended(end: WaitResult): void {
    if (end.pid === this.mainPid) this.#mainEnded(end);
    else if (end.pid === this.controlPid) this.#controlEnded(end);
    if (this.processes.length === 0) this.#cgroupEmpty();
  }

  #mayRestart(): boolean {
    return !this.#forbidRestart && this.job?.type !== "stop";
  }

  #logEnd(what: "Main" | "Control", end: WaitResult): void {
    this.log(`${this.id}: ${what} process exited, ${endText(end)}`, 5, { MESSAGE_ID: "98e322203f7a4ed290d09fe03c09fe15" });
  }

  #mainEnded(end: WaitResult): void {
    const run = this.mainRun;
    const { type } = this.settings;
    const outcome = outcomeOf(this.settings, end, run?.command, type !== "oneshot");
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
    let outcome = outcomeOf(this.settings, end, run?.command, false);
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
      if (adopted.length === 1 && only !== undefined) this.adopt(only);
      this.#enterStartPost();
      return;
    }
    if (this.readPidFile()) {
      this.#enterStartPost();
      return;
    }
    this.log(`${this.id}: Can't open PID file ${pidFile} (yet?) after start: No such file or directory`, 5);
    const poll = () => {
      if (this.#state !== "start") return;
      if (this.readPidFile()) this.#enterStartPost();
      else this.#cancelPoll = this.manager.after(PID_FILE_MS, poll);
    };
    this.#cancelPoll = this.manager.after(PID_FILE_MS, poll);
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
      if (key === "MAINPID" && Number(value) > 1 && this.manager.isAlive(Number(value))) this.adopt(Number(value));
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
    const text = timeoutText(this.#state, this.settings.sendSigkill);
    if (text !== undefined) this.log(`${this.id}: ${text}`, 4);
    switch (this.#state) {
      case "condition":
      case "start-pre":
      case "start":
      case "start-post":
      case "stop":
        this.#enterSignal("stop-sigterm", "timeout");
        break;
      case "running":
        this.#enterStop("timeout");
        break;
      case "reload":
        if (this.controlPid > 0) this.manager.kill(this.controlPid, "SIGKILL");
        this.reloadResult = "timeout";
        this.#enterRunning("success");
        break;
      case "stop-sigterm":
      case "final-sigterm":
        this.#enterSignal(this.#state === "stop-sigterm" ? "stop-sigkill" : "final-sigkill", "timeout");
        break;
      case "stop-sigkill":
        this.#enterStopPost("timeout");
        break;
      case "stop-post":
        this.#enterSignal("final-sigterm", "timeout");
        break;
      case "final-sigkill":
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
