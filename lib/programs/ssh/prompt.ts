/** Questions on the controlling terminal, whatever standard input is (OpenSSH's readpass.c). */
import { O, type Process } from "../../kernel/types.ts";
import { codeOf } from "../core/errors.ts";

/** The answer's line without its end; undefined without a terminal, or at the end of input. */
export async function ask(self: Process, question: string, options: { echo: boolean }): Promise<string | undefined> {
  let terminal: ReturnType<Process["files"]["open"]>;
  try {
    terminal = self.files.open("/dev/tty", O.RDWR);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
  const { tty } = terminal;
  const before = tty?.settings;
  try {
    await terminal.write(new TextEncoder().encode(question), self.ended);
    if (tty !== undefined && before !== undefined) tty.settings = { ...before, canonical: true, echo: options.echo, signals: true };
    let line = "";
    for (;;) {
      const bytes = await terminal.read(4096, self.ended);
      if (bytes.length === 0) return undefined;
      line += new TextDecoder().decode(bytes);
      if (!line.endsWith("\n")) continue;
      if (!options.echo) await terminal.write(new TextEncoder().encode("\n"), self.ended);
      return line.slice(0, -1);
    }
  } finally {
    if (tty !== undefined && before !== undefined) tty.settings = before;
    terminal.release();
  }
}
