import * as z from "zod";
import type { SavedInode, TreeManifest } from "../../kernel/files/capture.ts";
import type { ProgressRecord } from "../../progress/record.ts";
import { parseRecord } from "../../progress/record.ts";
import type { SavedLab } from "../saving/saved-lab.ts";

/** Thrown for a file that is no export, or a damaged one; the message is for the person who opened it. */
export class WorkFileError extends Error {
  override readonly name = "WorkFileError";
}

const name = z.string().min(1).max(300);
const number = z.number().min(-8.64e15).max(8.64e15);
const texts = z.record(z.string().max(10_000), z.string().max(200_000));
const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, "this is no base64");

const inode = z.strictObject({
  mode: z.number().int().min(0).max(0o177777),
  uid: z.number().int().min(0).max(0xffffffff),
  gid: z.number().int().min(0).max(0xffffffff),
  mtimeMs: number,
  ctimeMs: number,
  atimeMs: number,
  rdev: z.number().int().min(0).max(0xffffffff).optional(),
  target: z.string().max(4096).optional(),
  entries: z
    .array(z.strictObject({ name: z.string().min(1).max(255), inode: z.number().int().min(1) }))
    .max(200_000)
    .optional(),
  pristine: z.string().max(500).optional(),
  bytes: z
    .strictObject({
      key: z.string().max(500),
      length: z
        .number()
        .int()
        .min(0)
        .max(2 ** 32),
    })
    .optional(),
});

const manifest = z.strictObject({ format: z.literal(1), inodes: z.array(inode).min(1).max(500_000) }).superRefine((tree, context) => {
  const problem = treeProblem(tree);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

/** What would make a tree one that no machine can have: names that are none, folders inside of themselves. */
export function treeProblem({ inodes }: TreeManifest): string | undefined {
  const parents = new Map<number, number>();
  for (const [index, { entries = [] }] of inodes.entries()) {
    const names = new Set<string>();
    for (const entry of entries) {
      if (entry.name === "." || entry.name === ".." || /[/\0]/.test(entry.name)) return `${JSON.stringify(entry.name)} is no file's name`;
      if (names.has(entry.name)) return `two files are called ${JSON.stringify(entry.name)}`;
      names.add(entry.name);
      const child: SavedInode | undefined = inodes[entry.inode];
      if (child === undefined) return `${JSON.stringify(entry.name)} leads nowhere`;
      if (child.entries === undefined) continue;
      if (parents.has(entry.inode)) return `the folder ${JSON.stringify(entry.name)} stands in two places`;
      parents.set(entry.inode, index);
    }
  }
  for (const folder of parents.keys()) {
    let at: number | undefined = folder;
    for (let depth = 0; at !== undefined && at !== 0; depth++) {
      if (depth > 1000) return "a folder lies inside of itself";
      at = parents.get(at);
    }
  }
  return undefined;
}

const savedLab = z.looseObject({
  format: z.literal(1),
  lesson: name,
  version: z.string().max(300),
  savedAtMs: number,
  machines: z
    .array(z.strictObject({ name, files: manifest, units: z.array(name).max(500).optional(), lastPid: z.number().int().min(0).optional() }))
    .max(100),
  terminals: z
    .array(
      z.looseObject({
        id: name,
        machine: name,
        cwd: z.string().max(4096),
        env: texts,
        screen: z.strictObject({ $base64: base64.max(1_000_000) }),
        columns: z.number().int().min(1).max(2000),
        rows: z.number().int().min(1).max(2000),
        stopped: z.string().max(200_000).optional(),
      }),
    )
    .max(100),
  servers: z
    .array(
      z.looseObject({
        terminal: name.optional(),
        machine: name,
        argv: z.array(z.string().max(200_000)).min(1).max(10_000),
        cwd: z.string().max(4096),
        env: texts,
        background: z.boolean(),
      }),
    )
    .max(500),
  memory: z.looseObject({
    passed: z.array(name).max(1000),
    hints: z.record(name, z.number().int().min(0).max(1000)),
    answers: z.record(name, z.unknown()),
    cookies: z.record(name, z.array(z.looseObject({ name: z.string(), value: z.string() })).max(5000)),
    actions: z.array(z.looseObject({ kind: name, atMs: number })).max(20_000),
  }),
});

export const workSchema = z.strictObject({
  format: z.literal("slipway-work"),
  formatVersion: z.literal(1),
  exportedAtMs: number,
  progress: z.unknown().transform((value, context): ProgressRecord => {
    try {
      return parseRecord(JSON.stringify(value ?? null));
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  }),
  labs: z
    .array(
      z
        .strictObject({ saved: savedLab, bytes: z.record(z.string().max(500), base64) })
        .superRefine(({ saved, bytes }, context) => {
          for (const { name: machine, files } of saved.machines) {
            for (const { bytes: wanted } of files.inodes) {
              if (wanted === undefined || wanted.length === 0 || lengthOf(bytes[wanted.key]) === wanted.length) continue;
              context.addIssue({ code: "custom", message: `the bytes of a file of ${machine} are missing` });
              return;
            }
          }
        })
        .transform(({ saved, bytes }) => ({ saved: revived(saved) as SavedLab, bytes })),
    )
    .max(500),
});

function lengthOf(text: string | undefined): number {
  if (text === undefined) return -1;
  return (text.length / 4) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0);
}

/** The value with bytes where base64 stands. */
function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== "object" || value === null) return value;
  if ("$base64" in value && typeof value.$base64 === "string")
    return Uint8Array.from(atob(value.$base64), (character) => character.charCodeAt(0));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revived(inner)]));
}
