import type { Action } from "../session/actions.ts";
import type { LabSession } from "../session/session.ts";
import type { Terminal } from "../session/terminal.ts";

interface Counts {
  command: number;
  prompt: number;
  end: number;
}

const none = (): Counts => ({ command: 0, prompt: 0, end: 0 });

/** What the recording saw up to now, and what is seen now: marks by terminal, and ports. */
export class Seen {
  private readonly wanted = new Map<string, Counts>();
  private readonly now = new Map<string, Counts>();
  private ports = new Map<string, Extract<Action, { kind: "port" }>>();
  /** Ports that were closed since then, if only for a moment: a service that is restarted. */
  private readonly closings = new Set<string>();
  private readonly stops = new Map<string, () => void>();
  private stopPorts: () => void = () => undefined;

  /** Hears of ports that are closed from now on. */
  watchPorts(session: LabSession): void {
    this.stopPorts();
    this.stopPorts = session.world.kernel.events.subscribe((event) => {
      if (event.kind === "closed-port") this.closings.add(`${event.machine}:${event.port}`);
    });
  }

  /** Counts what that terminal's shell says from now on. */
  watch(terminal: Terminal): void {
    if (this.stops.has(terminal.id)) return;
    const counts = none();
    if (terminal.activity === "prompt") counts.prompt = 1;
    this.now.set(terminal.id, counts);
    const stop = terminal.onMark((mark) => {
      if (mark === "ended") counts.end++;
      else if (mark.kind === "command-start") counts.command++;
      else if (mark.kind === "prompt-end") counts.prompt++;
    });
    this.stops.set(terminal.id, stop);
  }

  closed(terminal: string): void {
    this.stops.get(terminal)?.();
    this.stops.delete(terminal);
    this.wanted.delete(terminal);
  }

  /** The next thing that the recording saw. */
  expect(action: Extract<Action, { kind: "saw" | "port" }>): void {
    if (action.kind === "port") {
      this.ports.set(`${action.machine}:${action.port}`, action);
      return;
    }
    const counts = this.wanted.get(action.terminal) ?? none();
    counts[action.what]++;
    this.wanted.set(action.terminal, counts);
  }

  /** What was seen by now in the recording and is not there yet; undefined: all of it is. */
  missing(session: LabSession): Action["kind"] | string | undefined {
    for (const [terminal, wanted] of this.wanted) {
      const now = this.now.get(terminal) ?? none();
      if (now.prompt < wanted.prompt) return `the prompt of ${terminal}`;
      if (now.command < wanted.command) return `a command in ${terminal}`;
      if (now.end < wanted.end) return `the end of the shell in ${terminal}`;
    }
    const open = session.state.get().ports;
    for (const { machine, port, open: wanted } of this.ports.values()) {
      if (!wanted && this.closings.has(`${machine}:${port}`)) continue;
      if (open.some((each) => each.machine === machine && each.port === port) !== wanted) {
        return wanted ? `a server on port ${port} of ${machine}` : `the end of the server on port ${port} of ${machine}`;
      }
    }
    return undefined;
  }

  /** It did not come, and is expected no more. */
  giveUp(): void {
    for (const [terminal, wanted] of this.wanted) {
      const now = this.now.get(terminal) ?? none();
      this.wanted.set(terminal, {
        command: Math.min(wanted.command, now.command),
        prompt: Math.min(wanted.prompt, now.prompt),
        end: Math.min(wanted.end, now.end),
      });
    }
    this.ports.clear();
  }

  /** Ports may change again from here on without being missed. */
  forgetPorts(): void {
    this.ports.clear();
    this.closings.clear();
  }

  /** A new session. */
  reset(): void {
    for (const stop of this.stops.values()) stop();
    this.stopPorts();
    this.stops.clear();
    this.wanted.clear();
    this.now.clear();
    this.forgetPorts();
  }
}
