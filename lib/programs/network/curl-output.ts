/** Where curl's bodies go: standard output, or a file. */
import { KernelError } from "../../kernel/errno.ts";
import { O, type OpenFile, type Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, dirName } from "../core/paths.ts";

export interface Sink {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly close: () => void;
}

export class CurlOutput {
  /** The answer of one redirect is followed in the same file by the next. */
  #opened = false;

  constructor(
    private readonly self: Process,
    private readonly args: Arguments,
    private readonly name: string | undefined,
  ) {}

  /** A file is made when its first byte arrives. */
  open(): Sink {
    const { self, args, name } = this;
    if (name === undefined || name === "-") return { write: (bytes) => self.write(1, bytes), close: () => {} };
    let file: OpenFile | undefined;
    const write = async (bytes: Uint8Array) => {
      try {
        if (!file) {
          if (args.has("create-dirs")) self.files.mkdir(dirName(name), { recursive: true });
          file = self.files.open(name, O.WRONLY | O.CREAT | (this.#opened || args.has("continue-at") ? O.APPEND : O.TRUNC), 0o666);
          this.#opened = true;
        }
        await file.write(bytes, self.ended);
      } catch (error) {
        if (!(error instanceof KernelError)) throw error;
        if (file !== undefined) throw new Failure("(23) Failed writing body", 23);
        if (!args.has("silent")) await self.error(`Warning: Failed to open the file ${name}: ${error.text}\n`);
        throw new Failure("(23) Failure writing output to destination", 23);
      }
    };
    return { write, close: () => file?.release() };
  }
}

/** The name -O gives the file: the last part of the URL's path. */
export function remoteName(url: URL): string {
  return url.pathname.endsWith("/") ? "" : baseName(url.pathname);
}
