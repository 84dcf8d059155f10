/** Buffered output, and input by bytes or by lines, from descriptors and files. */
import { O, type Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "./errors.ts";

const encoder = new TextEncoder();
const FLUSH_AT = 16 * 1024;

/** What programs say of standard output when it can't be written; the others say "write error" (gnulib's close_stdout) and end with 1. */
const writeErrors = new Map([
  ["head", { what: "error writing 'standard output'", status: 1 }],
  ["tail", { what: "error writing 'standard output'", status: 1 }],
  ["sort", { what: "write failed: 'standard output'", status: 2 }],
  ["grep", { what: "write error", status: 2 }],
]);

export function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

export function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0]) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Buffers what is written to a descriptor, as stdio does. `flush` before waiting for input and at the end. */
export class Output {
  #text = "";
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(
    private readonly self: Process,
    private readonly fd = 1,
  ) {}

  async write(data: string | Uint8Array): Promise<void> {
    if (typeof data === "string") {
      this.#text += data;
      this.#size += data.length;
    } else {
      this.#settle();
      this.#parts.push(data);
      this.#size += data.length;
    }
    if (this.#size >= FLUSH_AT) await this.flush();
  }

  /** Buffers at once; tells whether it is time to flush. For those who must not wait. */
  full(text: string): boolean {
    this.#text += text;
    this.#size += text.length;
    return this.#size >= FLUSH_AT;
  }

  async flush(): Promise<void> {
    if (this.#size === 0) return;
    this.#settle();
    const bytes = concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    try {
      await this.self.write(this.fd, bytes);
    } catch (error) {
      throw this.#failure(error);
    }
    await this.self.tick();
  }

  /** A write that failed, in GNU's words; SIGPIPE speaks for EPIPE, and what is no system error stays as it is. */
  #failure(error: unknown): unknown {
    const code = codeOf(error);
    if (this.fd !== 1 || code === undefined || code === "EPIPE") return error;
    const words = writeErrors.get(this.self.argv[0]?.replace(/.*\//, "") ?? "") ?? { what: "write error", status: 1 };
    return new Failure(`${words.what}: ${reason(error)}`, words.status);
  }

  #settle(): void {
    if (this.#text === "") return;
    this.#parts.push(encoder.encode(this.#text));
    this.#text = "";
  }
}

/** Bytes from somewhere; empty at the end. */
export interface Input {
  read(max?: number): Promise<Uint8Array>;
  /** Standard input that can be moved (a file): the last bytes read are there again for whoever reads next. */
  giveBack?(count: number): void;
  close(): void;
}

/** Standard input. */
export function standardInput(self: Process): Input {
  return {
    read: (max = 65536) => self.read(0, max),
    giveBack: (count) => {
      const file = self.fds.get(0);
      if (count > 0 && file?.kind === "file") file.seek(-count, "current");
    },
    close: () => {},
  };
}

/** A file, or standard input for "-". Throws KernelError. */
export function openInput(self: Process, name: string): Input {
  if (name === "-") return standardInput(self);
  const file = self.files.open(name, O.RDONLY);
  return {
    read: async (max = 65536) => {
      await self.tick();
      return file.readNow(max) ?? (await file.read(max, self.ended));
    },
    close: () => file.release(),
  };
}

/** Everything to the end. */
export async function readAll(input: Input): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const chunk = await input.read();
    if (chunk.length === 0) return concat(parts);
    parts.push(chunk);
  }
}

/** Opens each operand in turn ("-" when there are none) and reports those that cannot be read; true when all could be. */
export async function eachInput(
  self: Process,
  names: readonly string[],
  use: (input: Input, name: string) => Promise<void>,
  complain: (name: string, why: string) => string,
): Promise<boolean> {
  let fine = true;
  for (const name of names.length === 0 ? ["-"] : names) {
    let input: Input | undefined;
    try {
      input = openInput(self, name);
      await use(input, name);
    } catch (error) {
      if (codeOf(error) === undefined || codeOf(error) === "EPIPE") throw error;
      await self.error(complain(name, reason(error)));
      fine = false;
    } finally {
      input?.close();
    }
  }
  return fine;
}

/** Lines of an input, as they arrive. */
export class LineReader {
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #lines: string[] = [];
  #at = 0;
  #rest = "";
  #ended = false;
  /** Whether the line last returned ended in the delimiter. */
  terminated = true;

  constructor(
    private readonly input: Input,
    private readonly options: { readonly delimiter?: string; readonly beforeWaiting?: () => Promise<void> } = {},
  ) {}

  /** The next line without its delimiter; undefined at the end. */
  async next(): Promise<string | undefined> {
    while (this.#at >= this.#lines.length) {
      if (this.#ended) return undefined;
      await this.#fill();
    }
    const line = this.#lines[this.#at++];
    this.terminated = !(this.#ended && this.#at === this.#lines.length && this.#rest !== "");
    return line;
  }

  /** Gives back what was read ahead, where the input can be moved: for programs that stop before its end. */
  giveBack(): void {
    const delimiter = this.options.delimiter ?? "\n";
    const lines = this.#lines.slice(this.#at);
    const ahead = this.#ended ? lines.join(delimiter) : lines.map((line) => line + delimiter).join("") + this.#rest;
    // Bytes that are no text cannot be counted any more.
    if (!ahead.includes("\ufffd")) this.input.giveBack?.(encoder.encode(ahead).length);
  }

  /** Whether another line follows; waits for it. */
  async more(): Promise<boolean> {
    while (this.#at >= this.#lines.length) {
      if (this.#ended) return false;
      await this.#fill();
    }
    return true;
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<string> {
    for (;;) {
      const line = await this.next();
      if (line === undefined) return;
      yield line;
    }
  }

  async #fill(): Promise<void> {
    await this.options.beforeWaiting?.();
    const chunk = await this.input.read();
    const text = chunk.length === 0 ? this.#decoder.decode() : this.#decoder.decode(chunk, { stream: true });
    const lines = (this.#rest + text).split(this.options.delimiter ?? "\n");
    this.#rest = lines.pop() ?? "";
    this.#lines = lines;
    this.#at = 0;
    if (chunk.length === 0) {
      this.#ended = true;
      if (this.#rest !== "") this.#lines.push(this.#rest);
    }
  }
}
