/** Where results go: standard output, a file, a command's input (\o, \g), or the pager. */

import { createPipe } from "../../../kernel/pipe.ts";
import { O, type OpenFile, type Process } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { encode } from "../../core/io.ts";

export interface Sink {
  write(text: string | Uint8Array): Promise<void>;
  /** A command's exit status; 0 for files. */
  close(): Promise<number>;
}

export function standardOutput(self: Process): Sink {
  return { write: (text) => self.write(1, text), close: async () => 0 };
}

/** Throws KernelError when the file cannot be made. */
export function fileSink(self: Process, path: string): Sink {
  const file = self.files.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
  return {
    write: async (text) => {
      await file.write(typeof text === "string" ? encode(text) : text, self.ended);
    },
    close: async () => {
      file.release();
      return 0;
    },
  };
}

/** A shell command that reads what is written. */
export function commandSink(self: Process, command: string): Sink {
  const { reader, writer } = createPipe();
  const child = self.spawn({ argv: ["sh", "-c", command], path: "/bin/sh", fds: withInput(self, reader) });
  reader.release();
  let broken = false;
  return {
    write: async (text) => {
      if (broken) return;
      try {
        await writer.write(typeof text === "string" ? encode(text) : text, self.ended);
      } catch (error) {
        // The command reads no more.
        if (codeOf(error) !== "EPIPE") throw error;
        broken = true;
      }
    },
    close: async () => {
      writer.release();
      return (await self.wait(child.pid))?.status ?? 0;
    },
  };
}

function withInput(self: Process, input: OpenFile): Map<number, OpenFile> {
  const fds = new Map<number, OpenFile>([[0, input]]);
  for (const fd of [1, 2]) {
    const file = self.fds.get(fd);
    if (file) fds.set(fd, file);
  }
  return fds;
}

/** Runs a shell command; its output as text, its status. `input`: what it reads, else ours. */
export async function runCommand(self: Process, command: string): Promise<number> {
  const child = self.spawn({ argv: ["sh", "-c", command], path: "/bin/sh" });
  return (await self.wait(child.pid))?.status ?? 0;
}

export async function captureCommand(self: Process, command: string): Promise<{ readonly output: Uint8Array; readonly status: number }> {
  const { reader, writer } = createPipe();
  const fds = new Map<number, OpenFile>();
  const input = self.fds.get(0);
  const errors = self.fds.get(2);
  if (input) fds.set(0, input);
  if (errors) fds.set(2, errors);
  fds.set(1, writer);
  const child = self.spawn({ argv: ["sh", "-c", command], path: "/bin/sh", fds });
  writer.release();
  const parts: number[] = [];
  for (let bytes = await reader.read(65536, self.ended); bytes.length > 0; bytes = await reader.read(65536, self.ended))
    for (const byte of bytes) parts.push(byte);
  reader.release();
  const status = (await self.wait(child.pid))?.status ?? 0;
  return { output: Uint8Array.from(parts), status };
}
