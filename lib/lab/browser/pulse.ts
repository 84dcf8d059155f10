/**
 * Knowing that a worker is gone. Nothing tells a page that its worker was ended by the browser (memory, a crash); but a worker's Web
 * Locks are let go with it (https://w3c.github.io/web-locks/#agent-integration), so whoever waits for its lock hears of its end.
 */

/** In the worker: holds the lock for as long as it lives. Resolves once it has it. */
export function holdPulse(name: string): Promise<void> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => {
      resolve();
      return new Promise(() => undefined);
    });
  });
}

/** In the page, once the worker holds the lock. Calls back when the worker has gone; the returned function stops listening. */
export function onPulseLost(name: string, lost: () => void): () => void {
  const stop = new AbortController();
  navigator.locks
    .request(name, { signal: stop.signal }, () => {
      if (!stop.signal.aborted) lost();
    })
    .catch(() => undefined);
  return () => stop.abort();
}
