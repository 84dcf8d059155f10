/** A value that is replaced as a whole; those who subscribe are told after it was. */
export class StateStore<T extends object> {
  private readonly listeners = new Set<() => void>();
  private state: T;

  constructor(initial: T) {
    this.state = initial;
  }

  get(): T {
    return this.state;
  }

  /** Replaces some of it. Nobody is told when every part is the very same value as before. */
  update(change: Partial<T>): void {
    const keys = Object.keys(change) as (keyof T)[];
    if (keys.every((key) => Object.is(this.state[key], change[key]))) return;
    this.state = { ...this.state, ...change };
    for (const listener of [...this.listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    // Each subscription is its own, also of the same function twice.
    const own = (): void => listener();
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }
}
