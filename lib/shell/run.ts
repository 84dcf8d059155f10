/**
 * How the evaluator runs: as generators that yield the promises they must wait for.
 *
 * A loop of builtins never yields, so it costs no microtask at all; a command that waits (a child, a pipe) suspends the whole
 * chain as an async function would.
 */
export type Run<T> = Generator<Promise<unknown>, T, unknown>;

/** What is known at once, or has to be loaded first. */
export type MaybeLater<T> = T | undefined | Promise<T | undefined>;

/** Waits for a promise inside a `Run`. */
export function* wait<T>(promise: Promise<T>): Run<T> {
  // What is sent back in is what the promise resolved to: `drive` does nothing else.
  return (yield promise) as T;
}

/** Runs to the end, waiting where the run waits. */
export async function drive<T>(run: Run<T>): Promise<T> {
  let step = run.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (error) {
      step = run.throw(error);
      continue;
    }
    step = run.next(value);
  }
  return step.value;
}

/** Runs on a fresh native stack: what keeps deep recursion of shell functions from overflowing JavaScript's. */
export function* onFreshStack<T>(run: () => Run<T>): Run<T> {
  return yield* wait(Promise.resolve().then(() => drive(run())));
}
