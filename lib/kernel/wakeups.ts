/** A list of those who want to know when something has changed. */
export class Wakeups {
  #callbacks: Set<() => void> | undefined;

  /** Adds a callback; the result takes it away again. */
  add(callback: () => void): () => void {
    this.#callbacks ??= new Set();
    // A fresh function each time, so that the same callback may be added twice.
    const entry = () => callback();
    this.#callbacks.add(entry);
    return () => this.#callbacks?.delete(entry);
  }

  /** Calls all that are registered now; those that are added meanwhile wait for the next time. */
  wake(): void {
    if (this.#callbacks === undefined || this.#callbacks.size === 0) return;
    for (const callback of [...this.#callbacks]) if (this.#callbacks.has(callback)) callback();
  }

  get size(): number {
    return this.#callbacks?.size ?? 0;
  }
}

/** Resolves at the next wake-up; rejects with the signal's reason when that aborts first. */
export function nextWake(subscribe: (callback: () => void) => () => void, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const aborted = () => {
      unsubscribe();
      reject(signal?.reason);
    };
    const unsubscribe = subscribe(() => {
      unsubscribe();
      signal?.removeEventListener("abort", aborted);
      resolve();
    });
    signal?.addEventListener("abort", aborted, { once: true });
  });
}
