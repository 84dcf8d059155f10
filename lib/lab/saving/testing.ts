import type { Locks } from "./claim.ts";

/** Web Locks of one browser, for several tabs. */
export function browserLocks(): Locks {
  const holders = new Map<string, { steal: () => void; done: Promise<void> }>();
  return {
    async request(name, options, held) {
      while (holders.has(name) && !options.steal) {
        if (options.ifAvailable) return held(null);
        const given = new Promise((_, reject) => options.signal?.addEventListener("abort", () => reject(new Error("AbortError"))));
        await Promise.race([holders.get(name)?.done, given]);
      }
      holders.get(name)?.steal();
      const stolen = new Promise<never>((_, reject) => {
        const steal = (): void => reject(new Error("AbortError"));
        const done = held({}).then(() => {
          if (holders.get(name)?.steal === steal) holders.delete(name);
        });
        holders.set(name, { steal, done });
      });
      stolen.catch(() => undefined);
      return Promise.race([stolen, holders.get(name)?.done]);
    },
  };
}
