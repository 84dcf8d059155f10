import { expect, test } from "vitest";
import { Locks, openFileOwner, recordOwner } from "./locks.ts";

const write = { ino: 5, type: "write", start: 0, length: 10 } as const;

test("a waiting lock is granted when the range becomes free, in order", () => {
  const locks = new Locks();
  const granted: string[] = [];
  expect(locks.tryLock({ ...write, owner: "1" })).toBe(true);
  locks.lock({ ...write, owner: "2" }, () => granted.push("2"));
  locks.lock({ ...write, owner: "3" }, () => granted.push("3"));
  locks.unlock(5, "1", 0, 5);
  expect(granted).toEqual([]);
  locks.unlock(5, "1", 5, 5);
  expect(granted).toEqual(["2"]);
  locks.unlockAll("2");
  expect(granted).toEqual(["2", "3"]);
});

test("readers share, and a writer that becomes a reader lets them in", () => {
  const locks = new Locks();
  expect(locks.tryLock({ ...write, owner: "1" })).toBe(true);
  let got = false;
  locks.lock({ ...write, type: "read", owner: "2" }, () => {
    got = true;
  });
  expect(got).toBe(false);
  expect(locks.tryLock({ ...write, type: "read", owner: "1" })).toBe(true);
  expect(got).toBe(true);
});

test("two that would wait for each other are told EDEADLK", () => {
  const locks = new Locks();
  locks.tryLock({ ...write, owner: "1" });
  locks.tryLock({ ...write, ino: 6, owner: "2" });
  locks.lock({ ...write, ino: 6, owner: "1" }, () => {});
  let code: string | undefined;
  locks.lock({ ...write, owner: "2" }, (error) => {
    code = error?.code;
  });
  expect(code).toBe("EDEADLK");
});

test("the end of a process gives back what its open files have locked, and nobody else's", () => {
  const locks = new Locks();
  locks.tryLock({ ...write, owner: openFileOwner(1, 3) });
  locks.tryLock({ ...write, ino: 6, owner: openFileOwner(12, 3) });
  expect(locks.tryLock({ ...write, owner: openFileOwner(1, 4) })).toBe(false);
  locks.unlockAll(recordOwner(1));
  expect(locks.tryLock({ ...write, owner: openFileOwner(2, 0) })).toBe(true);
  expect(locks.tryLock({ ...write, ino: 6, owner: openFileOwner(2, 0) })).toBe(false);
});

test("a canceled wait takes no lock later", () => {
  const locks = new Locks();
  locks.tryLock({ ...write, owner: "1" });
  const cancel = locks.lock({ ...write, owner: "2" }, () => {
    throw new Error("granted");
  });
  cancel();
  locks.unlock(5, "1");
  expect(locks.tryLock({ ...write, owner: "3" })).toBe(true);
});
