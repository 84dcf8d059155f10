import type { WorldEvent } from "../../kernel/types.ts";
import type { Timers } from "../session/rounds.ts";
import type { LabSession } from "../session/session.ts";
import { INTERNET } from "../world/outsiders.ts";
import { machineView, serviceName } from "./snapshot.ts";
import type { WorldAsker, WorldRequest, WorldUpdate } from "./types.ts";

/** Changes of so long make one update: often enough for the eye, and no work for a page that draws. */
const BATCH_MS = 100;
/** Of one batch, so many requests are told one by one. */
const MOST_REQUESTS = 60;

/** Tells what happens in a lab's world, in batches; nothing while nothing happens. */
export class WorldObserver {
  private requests: WorldRequest[] = [];
  private omitted = 0;
  private nextId = 1;
  private isChanged = true;
  private stopTimer: (() => void) | undefined;
  private readonly stopEvents: () => void;
  private readonly stopState: () => void;
  private runningTraffic = "";

  constructor(
    private readonly session: LabSession,
    private readonly timers: Timers,
    private readonly receive: (update: WorldUpdate) => void,
  ) {
    this.stopEvents = session.world.kernel.events.subscribe((event) => this.happened(event));
    // Traffic begins and ends with tasks.
    this.stopState = session.state.subscribe(() => {
      if (this.trafficNow() !== this.runningTraffic) this.refresh();
    });
    this.send();
  }

  dispose(): void {
    this.stopEvents();
    this.stopState();
    this.stopTimer?.();
  }

  private happened(event: WorldEvent): void {
    if (event.kind === "request") this.asked(event);
    else if (event.kind !== "http") this.isChanged = true;
    else if (event.grading) return;
    // What reached nobody is seen only by whoever asked.
    else if (event.status === 0) this.askedInVain(event);
    else return;
    this.stopTimer ??= this.timers.setTimeout(() => this.send(), BATCH_MS);
  }

  private asked(event: Extract<WorldEvent, { kind: "request" }>): void {
    const { atMs, machine, port, path, pid, from, fromPid, by, method, host, target, status, ms } = event;
    // Of a kernel's own client the failure is told by `askedInVain`.
    if (status === 0 && by !== undefined) return;
    const asker: WorldAsker =
      by === "browser"
        ? { kind: "browser", machine: from }
        : this.session.world.kernel.machines.has(from)
          ? { kind: "program", machine: from, program: this.nameOf(from, fromPid) }
          : { kind: "internet" };
    this.add({ atMs, from: asker, machine, service: this.nameOf(machine, pid), port, path, method, host, target, status, ms });
  }

  private askedInVain({ atMs, machine, by, method, url, ms }: Extract<WorldEvent, { kind: "http" }>): void {
    const { hostname, host, port, protocol, pathname, search } = new URL(url);
    const { machines } = this.session.world.kernel;
    const asker = machines.get(machine) ?? [...machines.values()][0];
    const [address] = asker?.network.resolve(hostname) ?? [];
    const asked = address?.startsWith("127.") ? asker : [...machines.values()].find(({ network }) => network.address === address);
    const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
    const pid = asked?.network.listening().find((each) => each.port === number)?.pid;
    const from: WorldAsker =
      machine === INTERNET
        ? { kind: "internet" }
        : by === "browser"
          ? { kind: "browser", machine }
          : { kind: "program", machine, program: undefined };
    const target = pathname + search;
    const service = asked && this.nameOf(asked.name, pid);
    this.add({ atMs, from, machine: asked?.name ?? "", service, port: number, method, host, target, status: 0, ms });
  }

  private add(request: Omit<WorldRequest, "id">): void {
    if (this.requests.length >= MOST_REQUESTS) this.omitted += 1;
    else this.requests.push({ ...request, id: this.nextId++ });
  }

  private trafficNow(): string {
    const running = this.session.trafficStates().filter((each) => each.running);
    return running.map(({ name }) => name).join(" ");
  }

  private nameOf(machine: string, pid: number | undefined): string | undefined {
    // One that is taken away can't be asked; a picture must not end the lab for it.
    const process = pid === undefined ? undefined : this.session.world.kernel.machines.get(machine)?.find(pid);
    return process && serviceName(process);
  }

  private send(): void {
    this.stopTimer = undefined;
    const { requests, omitted } = this;
    this.requests = [];
    this.omitted = 0;
    const traffic = this.session.trafficStates();
    this.runningTraffic = this.trafficNow();
    // Counters of traffic move with its requests.
    const isNew = this.isChanged || (requests.length > 0 && traffic.length > 0);
    this.isChanged = false;
    const machines = [...this.session.world.kernel.machines.values()];
    this.receive({ snapshot: isNew ? { machines: machines.map(machineView), traffic } : undefined, requests, omitted });
  }

  /** Something changed that makes no event: traffic begins or ends. */
  refresh(): void {
    this.isChanged = true;
    this.stopTimer ??= this.timers.setTimeout(() => this.send(), BATCH_MS);
  }
}
