import { expect, it } from "vitest";
import type { CheckResult } from "../../lab/types.ts";
import { storyOf } from "./why.ts";

it("tells when a check came to say something else: another status, or something else that it found", () => {
  const check = (status: CheckResult["status"], found: string): CheckResult => ({
    task: "lock",
    id: "private",
    status,
    expected: "mode 0600",
    found,
    because: "b",
    next: "n",
  });
  const looks = [
    check("fail", "mode 0644"),
    check("fail", "mode 0644"),
    check("fail", "mode 0640"),
    check("pass", "mode 0600"),
    check("pass", "mode 600"),
  ];
  const { turns } = storyOf(
    check("pass", "mode 0600"),
    looks.map((look) => [look]),
  );
  expect(turns.map(({ step, status, found }) => `${step} ${status} ${found}`)).toEqual([
    "0 fail mode 0644",
    "2 fail mode 0640",
    "3 pass mode 0600",
  ]);
});
