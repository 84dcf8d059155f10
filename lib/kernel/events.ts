import type { EventLog, WorldEvent } from "./types.ts";

/** So many events are kept. Whoever needs a longer memory subscribes and keeps what matters. */
const MOST_EVENTS = 10_000;

/** What happened in the world, in order. */
export class WorldEvents implements EventLog {
  #events: WorldEvent[] = [];
  #forgotten = 0;
  readonly #subscribers = new Set<(event: WorldEvent) => void>();

  get length(): number {
    return this.#forgotten + this.#events.length;
  }

  all(): readonly WorldEvent[] {
    return this.#events.slice(-MOST_EVENTS);
  }

  record(event: WorldEvent): void {
    this.#events.push(event);
    if (this.#events.length === 2 * MOST_EVENTS) {
      this.#events = this.#events.slice(MOST_EVENTS);
      this.#forgotten += MOST_EVENTS;
    }
    for (const subscriber of [...this.#subscribers]) subscriber(event);
  }

  subscribe(callback: (event: WorldEvent) => void): () => void {
    const entry = (event: WorldEvent) => callback(event);
    this.#subscribers.add(entry);
    return () => this.#subscribers.delete(entry);
  }
}
