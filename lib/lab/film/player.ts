import type { FilmEvent } from "./types.ts";

/** Longer pauses than this are cut to it where idle time is skipped, in milliseconds. */
const LONGEST_PAUSE_MS = 1500;

/** A moment to which one can step: something that the learner did. */
export interface Chapter {
  /** In the film's own time. */
  readonly atMs: number;
  readonly event: Extract<FilmEvent, { kind: "deed" }>;
  readonly index: number;
}

/** A film's events laid out on its own time, which is the recorded one, or that without its pauses. */
export class Reel {
  readonly events: readonly FilmEvent[];
  /** When each event is shown, in the film's own time; never falling. */
  readonly times: readonly number[];
  readonly chapters: readonly Chapter[];

  constructor(events: readonly FilmEvent[], skipIdle: boolean) {
    const times: number[] = [];
    const chapters: Chapter[] = [];
    let before = 0;
    let time = 0;
    for (const [index, event] of events.entries()) {
      const pause = Math.max(0, event.atMs - before);
      before = Math.max(before, event.atMs);
      time += skipIdle ? Math.min(pause, LONGEST_PAUSE_MS) : pause;
      times.push(time);
      if (event.kind === "deed") chapters.push({ atMs: time, event, index });
    }
    this.events = events;
    this.times = times;
    this.chapters = chapters;
  }

  get lengthMs(): number {
    return this.times.at(-1) ?? 0;
  }

  /** How many events have been shown at that time. */
  shownAt(timeMs: number): number {
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The end of what followed the next command, or the film's end: so a step shows a command with what it did. */
  nextStop(timeMs: number): number {
    const next = this.chapters.findIndex((chapter) => chapter.atMs > timeMs && isCommand(chapter));
    if (next < 0) return this.lengthMs;
    return this.chapters[next]?.atMs ?? this.lengthMs;
  }

  previousStop(timeMs: number): number {
    return this.chapters.filter((chapter) => chapter.atMs < timeMs && isCommand(chapter)).at(-1)?.atMs ?? 0;
  }
}

/** Keys without Enter are a part of what is being typed. */
function isCommand({ event }: Chapter): boolean {
  return event.action !== "keys" || /[⏎^]/.test(event.text);
}

/** A terminal that a film has shown. */
export interface FilmTerminal {
  readonly id: string;
  readonly machine: string;
  readonly closed: boolean;
}

/** The terminals after those events, and the one in which something was done last. */
export function terminalsAfter(events: readonly FilmEvent[]): {
  readonly terminals: readonly FilmTerminal[];
  readonly front: string | undefined;
} {
  const terminals = new Map<string, FilmTerminal>();
  let front: string | undefined;
  for (const event of events) {
    if (event.kind === "terminal") {
      // One that only comes back is not what the learner turned to.
      if (!terminals.has(event.terminal)) front = event.terminal;
      terminals.set(event.terminal, { id: event.terminal, machine: event.machine, closed: false });
    } else if (event.kind === "closed") {
      const closed = terminals.get(event.terminal);
      if (closed !== undefined) terminals.set(closed.id, { ...closed, closed: true });
    } else if (event.kind === "deed" && event.terminal !== undefined && terminals.has(event.terminal)) front = event.terminal;
  }
  const all = [...terminals.values()];
  const isOpen = all.some(({ id, closed }) => id === front && !closed);
  return { terminals: all, front: isOpen ? front : (all.findLast(({ closed }) => !closed)?.id ?? front) };
}

/** One entry of a film's text. */
export interface TranscriptEntry {
  readonly atMs: number;
  readonly text: string;
  /** What was shown after it, by commands. */
  readonly output: string;
  /** Tasks that were finished then. */
  readonly passed: readonly string[];
}

/** So many characters of what a command has shown are part of the text. */
const LONGEST_OUTPUT = 2000;

/** The film as text, for those who read it or have it read. */
export function transcriptOf({ events, times }: Reel): readonly TranscriptEntry[] {
  const entries: { atMs: number; text: string; output: string; passed: string[] }[] = [
    { atMs: 0, text: "the lab began", output: "", passed: [] },
  ];
  const passed = new Set<string>();
  const decoders = new Map<string, TextDecoder>();
  for (const [index, event] of events.entries()) {
    const entry = entries.at(-1);
    if (entry === undefined) break;
    if (event.kind === "deed") entries.push({ atMs: times[index] ?? 0, text: event.text, output: "", passed: [] });
    else if (event.kind === "output" && event.ofCommand) {
      const decoder = decoders.get(event.terminal) ?? new TextDecoder();
      decoders.set(event.terminal, decoder);
      if (entry.output.length < LONGEST_OUTPUT) entry.output += decoder.decode(event.bytes, { stream: true });
    } else if (event.kind === "tasks") {
      for (const task of event.tasks) {
        if (task.status !== "passed" || passed.has(task.id)) continue;
        passed.add(task.id);
        entry.passed.push(task.title);
      }
    }
  }
  return entries.map((entry) => ({ ...entry, output: shown(entry.output) }));
}

function shown(output: string): string {
  const text = output
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters (ECMA-48).
    .replace(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "")
    .replace(/\r+\n/g, "\n")
    // A line that was written over shows what was written last.
    .replace(/[^\n]*\r(?!\n)/g, "")
    .trimEnd();
  return text.length > LONGEST_OUTPUT ? `${text.slice(0, LONGEST_OUTPUT)} …` : text;
}
