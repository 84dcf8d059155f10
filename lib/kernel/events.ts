import type { EventLog, WorldEvent } from "./types.ts";

/** What happened in the world, in order. */
export class WorldEvents implements EventLog {
  readonly #events: WorldEvent[] = [];
  readonly #subscribers = new Set<(event: WorldEvent) => void>();

  get length(): number {
    return this.#events.length;
  }

  all(): readonly WorldEvent[] {
    return this.#events;
  }

  record(event: WorldEvent): void {
    this.#events.push(event);
    for (const subscriber of [...this.#subscribers]) subscriber(event);
  }

  subscribe(callback: (event: WorldEvent) => void): () => void {
    const entry = (event: WorldEvent) => callback(event);
    this.#subscribers.add(entry);
    return () => this.#subscribers.delete(entry);
  }
}
