import type { LabClient, WorldAsker, WorldRequest, WorldSnapshot, WorldUpdate } from "../../../lib/lab/types.ts";

/** Somebody or something in the picture: "internet", "machine:web-1", "service:web-1/nginx", "browser:laptop". */
export type Place = string;

/** Who talked to whom, and what came of it. */
export interface Flow {
  readonly key: string;
  readonly from: Place;
  readonly to: Place;
  readonly fromName: string;
  readonly toName: string;
  readonly count: number;
  readonly ok: number;
  readonly bad: number;
  readonly lost: number;
  readonly last: WorldRequest;
}

export interface WorldState {
  readonly snapshot: WorldSnapshot | undefined;
  /** Newest last. */
  readonly log: readonly WorldRequest[];
  readonly flows: readonly Flow[];
  readonly paused: boolean;
  /** Requests that came while the picture stood still. */
  readonly waiting: number;
  /** Requests that were too many at once to be told one by one: they are in no count. */
  readonly omitted: number;
  /** Looked at as tables, and not as a picture. */
  readonly asText: boolean;
}

/** Requests of one moment that go the same way, with the same kind of answer. */
export interface Pulse {
  readonly flow: string;
  readonly request: WorldRequest;
  readonly count: number;
}

const MOST_LOGGED = 200;
const MOST_WAITING = 5000;

/** What was before the page was opened, or before the lab was started over, is not known here. */
export const noRequest = "No request seen so far.";

const nothing: WorldState = { snapshot: undefined, log: [], flows: [], paused: false, waiting: 0, omitted: 0, asText: false };

/** What the world view knows: it hears of the lab's world from the lab's start on, looked at or not, and can stand still. */
export class WorldStore {
  private state = nothing;
  private readonly flows = new Map<string, Flow>();
  private readonly listeners = new Set<() => void>();
  private readonly pulseListeners = new Set<(pulses: readonly Pulse[]) => void>();
  /** While paused: what has happened since. */
  private held: WorldRequest[] = [];
  private heldSnapshot: WorldSnapshot | undefined;
  private nextId = 1;
  private readonly stop: () => void;

  constructor(client: Pick<LabClient, "watchWorld">) {
    this.stop = client.watchWorld((update) => this.heard(update));
  }

  get = (): WorldState => this.state;

  subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  dispose(): void {
    this.stop();
  }

  /** The world has begun anew: what was seen in the one before is not of it. How it is looked at stays. */
  forget(): void {
    this.flows.clear();
    this.held = [];
    this.heldSnapshot = undefined;
    this.set({ ...nothing, paused: this.state.paused, asText: this.state.asText });
  }

  showAsText(asText: boolean): void {
    this.set({ asText });
  }

  onPulses(receive: (pulses: readonly Pulse[]) => void): () => void {
    this.pulseListeners.add(receive);
    return () => this.pulseListeners.delete(receive);
  }

  pause(): void {
    this.set({ paused: true });
  }

  /** Goes on, with everything that came meanwhile. */
  resume(): void {
    const { held, heldSnapshot } = this;
    this.held = [];
    this.heldSnapshot = undefined;
    this.set({ paused: false, waiting: 0, snapshot: heldSnapshot ?? this.state.snapshot });
    this.take(held);
  }

  /** Shows the next request that waits. */
  step(): void {
    const next = this.held.shift();
    if (next === undefined) return;
    this.set({ waiting: this.held.length, snapshot: this.heldSnapshot ?? this.state.snapshot });
    this.take([next]);
  }

  private heard({ snapshot, requests, omitted }: WorldUpdate): void {
    if (omitted > 0) this.set({ omitted: this.state.omitted + omitted });
    if (!this.state.paused) {
      if (snapshot !== undefined) this.set({ snapshot });
      this.take(requests);
      return;
    }
    this.heldSnapshot = snapshot ?? this.heldSnapshot;
    // A picture that stands still has something to show all the same.
    if (this.state.snapshot === undefined) this.set({ snapshot });
    this.held.push(...requests);
    this.held.splice(0, this.held.length - MOST_WAITING);
    this.set({ waiting: this.held.length });
  }

  private take(requests: readonly WorldRequest[]): void {
    if (requests.length === 0) return;
    const pulses = new Map<string, Pulse>();
    // Whoever tells of a world that was brought back counts from the beginning again.
    const fresh = requests.map((request) => ({ ...request, id: this.nextId++ }));
    for (const request of fresh) {
      const flow = this.count(request);
      const key = `${flow} ${kindOf(request.status)}`;
      pulses.set(key, { flow, request, count: (pulses.get(key)?.count ?? 0) + 1 });
    }
    this.set({ log: [...this.state.log, ...fresh].slice(-MOST_LOGGED), flows: [...this.flows.values()] });
    for (const listener of this.pulseListeners) listener([...pulses.values()]);
  }

  private count(request: WorldRequest): string {
    const from = placeOf(request.from);
    const to = targetOf(request);
    const key = `${from} → ${to}`;
    const before = this.flows.get(key) ?? {
      key,
      from,
      to,
      fromName: askerName(request.from),
      toName: targetName(request),
      count: 0,
      ok: 0,
      bad: 0,
      lost: 0,
    };
    const kind = kindOf(request.status);
    this.flows.set(key, { ...before, count: before.count + 1, [kind]: before[kind] + 1, last: request });
    return key;
  }

  private set(change: Partial<WorldState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of [...this.listeners]) listener();
  }
}

export function kindOf(status: number): "ok" | "bad" | "lost" {
  return status === 0 ? "lost" : status >= 400 ? "bad" : "ok";
}

export function placeOf(asker: WorldAsker): Place {
  switch (asker.kind) {
    case "internet":
      return "internet";
    case "browser":
      return `browser:${asker.machine}`;
    case "program":
      return asker.program === undefined ? `machine:${asker.machine}` : `service:${asker.machine}/${asker.program}`;
  }
}

export function askerName(asker: WorldAsker): string {
  switch (asker.kind) {
    case "internet":
      return "the internet";
    case "browser":
      return `the browser on ${asker.machine}`;
    case "program":
      return asker.program === undefined ? `a program on ${asker.machine}` : `${asker.program} on ${asker.machine}`;
  }
}

function targetOf({ machine, service }: WorldRequest): Place {
  if (machine === "") return "nowhere";
  return service === undefined ? `machine:${machine}` : `service:${machine}/${service}`;
}

export function targetName({ machine, service, port, path, host }: WorldRequest): string {
  if (path !== undefined) return `${service ?? "a program"} on ${machine}, socket ${path}`;
  if (machine === "") return `${host}, which is nowhere`;
  return service === undefined ? `port ${port} of ${machine}` : `${service} on ${machine}, port ${port}`;
}

export function answerText(status: number): string {
  return status === 0 ? "no answer" : String(status);
}
