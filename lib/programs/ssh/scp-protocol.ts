/**
 * The records of scp's protocol: `C0644 12 name`, the bytes and a zero; `D0755 0 name` … `E` around a directory; `T` with times. Each is
 * answered with a zero, or with 1 and a line that says what went wrong (scp.c, source and sink).
 */
import { O, type OpenFile, type Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import type { ProgressLine } from "./scp-progress.ts";

/** The ends of a connection: what is written to `input` is read by the other side. */
export interface Ends {
  readonly input: OpenFile;
  readonly output: OpenFile;
}

export interface TransferOptions {
  readonly recursive: boolean;
  readonly preserve: boolean;
}

/** "said": the other side could not do it, in its words. "closed": it is gone. */
export class RemoteError extends Error {
  constructor(
    readonly how: "said" | "closed",
    message = "",
  ) {
    super(message);
  }
}

export type FileRecord = { readonly mode: number; readonly size: number; readonly name: string };

const CHUNK = 32 * 1024;
const OK = 0;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

class Wire {
  #held = new Uint8Array(0);

  constructor(
    private readonly self: Process,
    private readonly ends: Ends,
  ) {}

  async write(data: Uint8Array | string): Promise<void> {
    try {
      await this.ends.input.write(typeof data === "string" ? encoder.encode(data) : data, this.self.ended);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      throw new RemoteError("closed");
    }
  }

  /** Up to `max` bytes, at least one; empty at the end. */
  async some(max: number): Promise<Uint8Array> {
    if (this.#held.length === 0) this.#held = Uint8Array.from(await this.ends.output.read(CHUNK, this.self.ended));
    const part = this.#held.slice(0, max);
    this.#held = this.#held.subarray(max);
    return part;
  }

  /** A line without its end; undefined at the end. */
  async line(): Promise<string | undefined> {
    const bytes: number[] = [];
    for (;;) {
      const [byte] = await this.some(1);
      if (byte === undefined) return bytes.length === 0 ? undefined : decoder.decode(Uint8Array.from(bytes));
      if (byte === 0x0a) return decoder.decode(Uint8Array.from(bytes));
      bytes.push(byte);
    }
  }

  /** Waits for the other side's zero. Throws RemoteError. */
  async answer(): Promise<void> {
    const [byte] = await this.some(1);
    if (byte === OK) return;
    if (byte === undefined) throw new RemoteError("closed");
    throw new RemoteError("said", await this.line());
  }

  ok(): Promise<void> {
    return this.write(new Uint8Array([OK]));
  }

  complain(text: string): Promise<void> {
    return this.write(`\x01${text}\n`);
  }
}

const baseName = (path: string) => path.replace(/\/+$/, "").replace(/^.*\//, "") || path;

/** Sends the files. Throws RemoteError at what the other side can't take. */
export async function sendFiles(
  self: Process,
  ends: Ends,
  paths: readonly string[],
  options: TransferOptions,
  progress: ProgressLine,
): Promise<void> {
  const wire = new Wire(self, ends);
  await wire.answer();
  for (const path of paths) await sendOne(self, wire, path, options, progress);
}

async function sendOne(self: Process, wire: Wire, path: string, options: TransferOptions, progress: ProgressLine): Promise<void> {
  let file: OpenFile | undefined;
  try {
    const stat = self.files.stat(path);
    if (stat.kind === "directory" && !options.recursive) {
      await wire.complain(`${path}: not a regular file`);
      return;
    }
    if (stat.kind !== "directory" && stat.kind !== "file") {
      await wire.complain(`${path}: not a regular file`);
      return;
    }
    if (stat.kind === "file") file = self.files.open(path, O.RDONLY);
    if (options.preserve) {
      const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
      await wire.write(`T${seconds(stat.mtimeMs)} 0 ${seconds(stat.atimeMs)} 0\n`);
      await wire.answer();
    }
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, "0");
    if (file === undefined) {
      await wire.write(`D${mode} 0 ${baseName(path)}\n`);
      await wire.answer();
      for (const entry of self.files.readdir(path))
        await sendOne(self, wire, `${path.replace(/\/+$/, "")}/${entry.name}`, options, progress);
      await wire.write("E\n");
      await wire.answer();
      return;
    }
    await wire.write(`C${mode} ${stat.size} ${baseName(path)}\n`);
    await wire.answer();
    await progress.begin(baseName(path), stat.size);
    for (let left = stat.size; left > 0; ) {
      const bytes = await file.read(Math.min(CHUNK, left), self.ended);
      // A file that has become shorter meanwhile keeps its announced length.
      const part = bytes.length === 0 ? new Uint8Array(Math.min(CHUNK, left)) : bytes;
      await wire.write(part);
      left -= part.length;
      await self.tick();
    }
    await wire.ok();
    await wire.answer();
    await progress.end();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    await wire.complain(`${path}: ${reason(error)}`);
  } finally {
    file?.release();
  }
}

/** Takes files until the other side has no more; what could not be done, in words. Throws RemoteError when it is gone. */
export async function receiveFiles(
  self: Process,
  ends: Ends,
  target: string,
  options: TransferOptions,
  progress: ProgressLine,
): Promise<string[]> {
  const wire = new Wire(self, ends);
  const errors: string[] = [];
  await wire.ok();
  let any = false;
  const isFolder = (path: string) => self.files.exists(path) && self.files.stat(path).kind === "directory";
  const folders: { path: string; times: Times | undefined }[] = [];
  let times: Times | undefined;
  for (let line = await wire.line(); line !== undefined; line = await wire.line()) {
    any = true;
    const kind = line[0];
    if (kind === "\x01" || kind === "\x02") {
      errors.push(line.slice(1));
      continue;
    }
    if (kind === "E") {
      const ended = folders.pop();
      if (ended?.times !== undefined) self.files.utimes(ended.path, ended.times.atimeMs, ended.times.mtimeMs);
      await wire.ok();
      continue;
    }
    if (kind === "T") {
      const [mtime = 0, , atime = 0] = line.slice(1).split(" ").map(Number);
      times = { mtimeMs: mtime * 1000, atimeMs: atime * 1000 };
      await wire.ok();
      continue;
    }
    const [, letter, mode = "0644", size = "0", name = ""] = /^([CD])(\d{4}) (\d+) (.+)$/.exec(line) ?? [];
    if (letter === undefined || name === ".." || name.includes("/")) throw new RemoteError("said", `protocol error: ${line}`);
    const folder = folders.at(-1)?.path;
    const path =
      folder !== undefined
        ? `${folder}/${name}`
        : isFolder(target) || (letter === "C" && target.endsWith("/"))
          ? `${target.replace(/\/+$/, "")}/${name}`
          : target;
    const record = { path, mode: Number.parseInt(mode, 8), size: Number(size), name, times };
    times = undefined;
    const failed = letter === "D" ? await takeFolder(self, wire, record, options) : await takeFile(self, wire, record, options, progress);
    if (failed !== undefined) errors.push(failed);
    else if (letter === "D") folders.push({ path, times: record.times });
  }
  if (!any) throw new RemoteError("closed");
  return errors;
}

interface Times {
  readonly mtimeMs: number;
  readonly atimeMs: number;
}

interface Incoming {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly name: string;
  readonly times: Times | undefined;
}

async function takeFolder(self: Process, wire: Wire, { path, mode }: Incoming, options: TransferOptions): Promise<string | undefined> {
  try {
    if (!self.files.exists(path)) self.files.mkdir(path, { mode: mode | 0o700 });
    else if (options.preserve) self.files.chmod(path, mode);
    await wire.ok();
    return undefined;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    const said =
      codeOf(error) === "ENOENT"
        ? `realpath ${path}: No such file\r\nscp: upload "${path}": path canonicalization failed`
        : `mkdir "${path}": ${reason(error)}`;
    await wire.complain(said.replaceAll("\n", "\v"));
    return said;
  }
}

async function takeFile(
  self: Process,
  wire: Wire,
  incoming: Incoming,
  options: TransferOptions,
  progress: ProgressLine,
): Promise<string | undefined> {
  const { path, mode, size, name } = incoming;
  let file: OpenFile;
  try {
    file = self.files.open(path, O.WRONLY | O.CREAT | O.TRUNC, mode);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    const said = `dest open "${path}": ${reason(error)}`;
    await wire.complain(said);
    return said;
  }
  try {
    await wire.ok();
    await progress.begin(name, size);
    let failed: string | undefined;
    for (let left = size; left > 0; ) {
      const bytes = await wire.some(Math.min(CHUNK, left));
      if (bytes.length === 0) throw new RemoteError("closed");
      left -= bytes.length;
      if (failed === undefined) failed = await write(self, file, bytes, path);
    }
    await wire.answer();
    if (options.preserve) {
      self.files.chmod(path, mode);
      if (incoming.times !== undefined) self.files.utimes(path, incoming.times.atimeMs, incoming.times.mtimeMs);
    }
    await progress.end();
    if (failed === undefined) await wire.ok();
    else await wire.complain(failed);
    return failed;
  } finally {
    file.release();
  }
}

async function write(self: Process, file: OpenFile, bytes: Uint8Array, path: string): Promise<string | undefined> {
  try {
    await file.write(bytes, self.ended);
    return undefined;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return `write remote "${path}": ${reason(error)}`;
  }
}
