import { expect, it } from "vitest";
import { foremost, type Notice, noticesOf } from "./notice-list.ts";

const notice = (id: number, level: Notice["level"]): Notice => ({ id, text: `${id}`, level });

it("shows the gravest of several messages, and of those the newest", () => {
  expect(foremost([])).toBeUndefined();
  expect(foremost([notice(1, "info"), notice(2, "info")])?.id).toBe(2);
  expect(foremost([notice(1, "error"), notice(2, "warning"), notice(3, "info")])?.id).toBe(1);
  expect(foremost([notice(1, "warning"), notice(2, "warning"), notice(3, "info")])?.id).toBe(2);
});

it("says that work is not saved for as long as that is so, before all else", () => {
  const saving = { state: "off", reason: "the disk is full." } as const;
  const notices = [{ id: 1, text: "A server was started again.", level: "info" }] as const;
  expect(noticesOf({ phase: "running", saving, notices })).toMatchObject([
    { id: undefined, text: "Your work will not be saved: the disk is full.", level: "warning" },
    { id: 1 },
  ]);
  expect(noticesOf({ phase: "loading", saving, notices })).toEqual(notices);
  expect(noticesOf({ phase: "running", saving: { state: "saved" }, notices })).toEqual(notices);
});
