import * as z from "zod";
import type { Attempt } from "./attempt.ts";

/** An attempt's file is no longer than this, in characters: what `ActionLog` keeps at most, with room for JSON's quoting. */
export const LONGEST_FILE = 16_000_000;
const MOST_ACTIONS = 20_000;

const atMs = z.number().min(0).max(8.64e15);
const name = z.string().min(1).max(200);
const path = z.string().min(1).max(4096);
const text = z.string().max(2_500_000);
const url = z.string().max(20_000);
const size = z.number().int().min(1).max(2000);
const header = z.tuple([z.string().max(500), z.string().max(20_000)]).readonly();
const status = z.enum(["pass", "fail", "blocked", "error"]);

const answer = z.union([
  z.string().max(10_000),
  z.array(z.string().max(500)).max(500).readonly(),
  z.record(z.string().max(500), z.string().max(500)).readonly(),
]);

const actionSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("keys"),
    atMs,
    terminal: name,
    data: text,
    forMs: atMs.optional(),
    shown: z.string().max(500).optional(),
  }),
  z.strictObject({ kind: z.literal("terminal"), atMs, terminal: name, machine: name, columns: size, rows: size }),
  z.strictObject({ kind: z.literal("close"), atMs, terminal: name }),
  z.strictObject({ kind: z.literal("resize"), atMs, terminal: name, columns: size, rows: size }),
  z.strictObject({ kind: z.literal("write"), atMs, machine: name, path, text }),
  z.strictObject({ kind: z.literal("create"), atMs, machine: name, path, what: z.enum(["file", "directory"]) }),
  z.strictObject({ kind: z.literal("rename"), atMs, machine: name, from: path, to: path }),
  z.strictObject({ kind: z.literal("remove"), atMs, machine: name, path }),
  z.strictObject({ kind: z.literal("answer"), atMs, quiz: name, option: answer }),
  z.strictObject({
    kind: z.literal("request"),
    atMs,
    machine: name,
    method: z.string().regex(/^[A-Za-z]{1,20}$/),
    url,
    mode: z.string().max(50),
    headers: z.array(header).max(100).readonly().optional(),
    body: z
      .string()
      .regex(/^[A-Za-z0-9+/]*={0,2}$/)
      .max(1_000_000)
      .optional(),
    referrer: url.optional(),
    omitted: z.literal(true).optional(),
    again: z.number().int().min(1).max(1_000_000).optional(),
  }),
  z.strictObject({ kind: z.literal("cookie"), atMs, machine: name, url, cookie: z.string().max(10_000) }),
  z.strictObject({
    kind: z.literal("decide"),
    atMs,
    machine: name,
    decision: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("proceed"), url }),
      z.strictObject({ kind: z.literal("sign-in"), url, user: z.string().max(1000), password: z.string().max(1000) }),
    ]),
  }),
  z.strictObject({ kind: z.literal("hint"), atMs, task: name }),
  z.strictObject({ kind: z.literal("traffic"), atMs, name, running: z.boolean() }),
  z.strictObject({ kind: z.literal("restored"), atMs }),
  z.strictObject({ kind: z.literal("undo"), atMs, keep: z.number().int().min(0).max(MOST_ACTIONS) }),
  z.strictObject({ kind: z.literal("saw"), atMs, terminal: name, what: z.enum(["command", "prompt", "end"]), line: text.optional() }),
  z.strictObject({ kind: z.literal("port"), atMs, machine: name, port: z.number().int().min(0).max(65535), open: z.boolean() }),
  z.strictObject({
    kind: z.literal("checked"),
    atMs,
    changes: z
      .array(z.strictObject({ task: name, id: name, status, expected: z.string().max(2000), found: z.string().max(2000) }))
      .max(2000)
      .readonly(),
    passed: z.array(name).max(500).readonly(),
  }),
]);

export const attemptSchema = z.strictObject({
  format: z.literal("slipway-attempt"),
  formatVersion: z.literal(1),
  lesson: name,
  version: z.string().max(200),
  seed: z.number().int(),
  startedAtMs: atMs,
  dropped: z.number().int().min(0),
  actions: z.array(actionSchema).max(MOST_ACTIONS).readonly(),
});

/** Thrown for a text that is no attempt; the message is for the person who opened it. */
export class AttemptError extends Error {
  override readonly name = "AttemptError";
}

/** Reads an attempt's file. Throws AttemptError. */
export function parseAttempt(text: string): Attempt {
  if (text.length > LONGEST_FILE) {
    throw new AttemptError(
      `This file is too long to be an attempt (${text.length} characters; the longest that Slipway writes have ${LONGEST_FILE}).`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AttemptError(`This is no attempt, or a part of one is missing: it is not JSON (${reason}).`);
  }
  if (typeof value !== "object" || value === null || !("format" in value) || value.format !== "slipway-attempt") {
    throw new AttemptError('This is JSON, and no attempt that Slipway has exported: it does not say `"format": "slipway-attempt"`.');
  }
  if ("formatVersion" in value && value.formatVersion !== 1) {
    throw new AttemptError(
      `This attempt was written by another version of Slipway (format ${String(value.formatVersion).slice(0, 20)}; this one reads format 1).`,
    );
  }
  const read = attemptSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new AttemptError(`This attempt is damaged: ${where === "" ? "" : `${where}: `}${issue?.message ?? "not understood"}.`);
}
