/** The processes of a service: how they are started, found and killed (systemd.exec(5), systemd.kill(5)). */
import type { OpenFile, Process, SignalName, WaitResult } from "../../kernel/types.ts";
import { spawnCommand } from "./exec.ts";
import type { ServiceResult } from "./service-states.ts";
import type { ExecCommand, ExecKind, ServiceSettings } from "./settings.ts";
import { Unit } from "./unit.ts";

/** How a command has run. */
export interface RunStatus {
  readonly kind: ExecKind;
  readonly command: ExecCommand;
  readonly pid: number;
  readonly startedMs: number;
  end: WaitResult | undefined;
  endedMs: number;
}

export const TASK_NAMES: Readonly<Record<ExecKind, string>> = {
  ExecCondition: "exec-condition",
  ExecStartPre: "start-pre",
  ExecStart: "start",
  ExecStartPost: "start-post",
  ExecReload: "reload",
  ExecStop: "stop",
  ExecStopPost: "stop-post",
};

export abstract class ServiceProcesses extends Unit {
  result: ServiceResult = "success";
  mainPid = 0;
  controlPid = 0;
  /** Of this run: each command that was started, in its order. */
  runs: RunStatus[] = [];
  mainRun: RunStatus | undefined;
  /** Files in the journal's place (systemd-run --pipe). */
  fds: ReadonlyMap<number, OpenFile> | undefined;

  get settings(): ServiceSettings {
    return this.loaded.settings.service;
  }

  /** Its processes, by pid. */
  get processes(): readonly number[] {
    return this.manager.processesIn(this.cgroup);
  }

  /** Starts a command of the service. Throws StartProblem. */
  protected spawnRun(kind: ExecKind, command: ExecCommand, started?: () => void): RunStatus {
    const main = this.mainRun?.end;
    if (this.settings.type === "notify") this.manager.hearNotices();
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
  }

  /** systemd.kill(5). True when there is somebody to wait for. */
  protected killAll(hard: boolean): boolean {
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

  protected removeRuntimeFolders(): void {
    const { runtimeDirectories, runtimeDirectoryPreserve } = this.settings;
    if (runtimeDirectoryPreserve) return;
    for (const name of runtimeDirectories) this.manager.machine.files.removeTree(`/run/${name}`);
  }

  protected readPidFile(): boolean {
    const { files } = this.manager.machine;
    const { pidFile } = this.settings;
    if (pidFile === undefined || !files.exists(pidFile)) return false;
    const pid = Number(files.readText(pidFile).trim());
    if (!Number.isInteger(pid) || pid <= 1 || !this.manager.isAlive(pid)) return false;
    this.adopt(pid);
    return true;
  }

  /** From now on the service is as alive as this process. */
  protected adopt(pid: number): void {
    const [command] = this.settings.exec.ExecStart;
    this.mainPid = pid;
    if (command !== undefined)
      this.mainRun = { kind: "ExecStart", command, pid, startedMs: this.manager.now(), end: undefined, endedMs: 0 };
    this.manager.moveTree(pid, this.cgroup);
  }
}
