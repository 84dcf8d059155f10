/** ssh as a child of another program (scp, rsync, ssh-copy-id), which talks to the far side through it. */
import { createPipe } from "../../kernel/pipe.ts";
import type { OpenFile, Process } from "../../kernel/types.ts";

export interface SshEnd {
  readonly status: number;
  /** What it said on standard error, where that was asked for. */
  readonly errors: string;
}

async function readText(self: Process, file: OpenFile): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = await file.read(65536, self.ended); bytes.length > 0; bytes = await file.read(65536, self.ended))
    text += decoder.decode(bytes, { stream: true });
  return text;
}

/** Runs ssh to its end with a text as its input. Its questions go to the terminal. */
export async function runSsh(self: Process, argv: readonly string[], options: { input: string; captureErrors?: boolean }): Promise<SshEnd> {
  const input = createPipe();
  const errors = options.captureErrors ? createPipe() : undefined;
  const fds = new Map<number, OpenFile>([[0, input.reader]]);
  const out = self.fds.get(1);
  const err = errors?.writer ?? self.fds.get(2);
  if (out !== undefined) fds.set(1, out);
  if (err !== undefined) fds.set(2, err);
  const child = self.spawn({ argv: ["ssh", ...argv], path: "/usr/bin/ssh", fds });
  input.reader.release();
  errors?.writer.release();
  const said = errors === undefined ? Promise.resolve("") : readText(self, errors.reader);
  try {
    await input.writer.write(new TextEncoder().encode(options.input), self.ended);
  } catch {
    // It has ended before it read everything: its status says why.
  }
  input.writer.release();
  const result = await self.wait(child.pid);
  const text = await said;
  errors?.reader.release();
  return { status: result?.status ?? 255, errors: text };
}

/** ssh with a command on the far side, its input and output in our hands. */
export interface RemoteProgram {
  readonly output: OpenFile;
  readonly input: OpenFile;
  /** Closes what is open; the exit status. */
  finish(): Promise<number>;
}

export function startSsh(self: Process, argv: readonly string[]): RemoteProgram {
  const input = createPipe();
  const output = createPipe();
  const fds = new Map<number, OpenFile>([
    [0, input.reader],
    [1, output.writer],
  ]);
  const err = self.fds.get(2);
  if (err !== undefined) fds.set(2, err);
  const child = self.spawn({ argv, fds });
  input.reader.release();
  output.writer.release();
  return {
    input: input.writer,
    output: output.reader,
    finish: async () => {
      input.writer.release();
      const result = await self.wait(child.pid);
      output.reader.release();
      return result?.status ?? 255;
    },
  };
}
