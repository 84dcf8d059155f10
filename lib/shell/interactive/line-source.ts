/** Where an interactive shell's lines come from: the line editor on a terminal, plain reading without one. */
import { KernelError } from "../../kernel/errno.ts";
import type { OpenFile, TermSettings } from "../../kernel/types.ts";
import { type Completers, completeLine } from "../readline/complete.ts";
import { Editor, type Entered } from "../readline/editor.ts";
import type { Shell } from "../shell.ts";

export interface LineSource {
  /** The terminal gets marks (`marks.ts`). */
  readonly marks: boolean;
  readLine(prompt: string, before: string, after: string): Promise<Entered>;
  /** Resolves when the terminal has sent what was written to it (tcdrain(3)). */
  shown(): Promise<void>;
  /** SIGWINCH. */
  resized(): void;
  /** Sets COLUMNS and LINES. */
  updateSize(): void;
}

/** The settings while a line is edited: every byte at once, nothing echoed, Ctrl-C a key like others. */
function editing(settings: TermSettings): TermSettings {
  return { ...settings, canonical: false, echo: false, signals: false, outputProcessing: true, crToNl: true };
}

export function lineSource(shell: Shell, completers: Completers): LineSource {
  const file = shell.self.fds.get(0);
  const tty = file?.tty;
  if (file === undefined || tty === undefined) return new PlainSource(shell);
  return new EditorSource(shell, file, completers);
}

class EditorSource implements LineSource {
  readonly marks = true;
  private readonly editor: Editor;

  constructor(
    private readonly shell: Shell,
    private readonly file: OpenFile,
    completers: Completers,
  ) {
    const { self } = shell;
    this.editor = new Editor({
      readByteNow: () => (this.atEnd ? undefined : this.first(file.readNow(1))),
      readByte: async () => this.first(await self.read(0, 1)),
      write: (text) => self.write(2, text),
      columns: () => this.tty.columns,
      history: () => shell.history?.entries ?? [],
      complete: (text, cursor) => completeLine(shell, text, cursor, completers),
    });
  }

  private atEnd = false;

  private get tty() {
    return this.file.tty!;
  }

  private first(bytes: Uint8Array | undefined): number | undefined {
    if (bytes?.length === 0) this.atEnd = true;
    return bytes?.[0];
  }

  async readLine(prompt: string, before: string, after: string): Promise<Entered> {
    const { tty } = this;
    const settings = tty.settings;
    this.shell.terminalSettings = settings;
    this.atEnd = false;
    this.updateSize();
    tty.settings = editing(settings);
    try {
      return await this.editor.readLine(prompt, before, after);
    } catch (error) {
      // EIO: the terminal is gone.
      if (error instanceof KernelError && !this.shell.self.ended.aborted) return { kind: "end" };
      throw error;
    } finally {
      tty.settings = settings;
    }
  }

  shown(): Promise<void> {
    return this.tty.drained();
  }

  resized(): void {
    this.updateSize();
    this.editor.resized();
  }

  updateSize(): void {
    if (!this.shell.on("checkwinsize")) return;
    this.shell.variables.set("COLUMNS", String(this.tty.columns));
    this.shell.variables.set("LINES", String(this.tty.rows));
  }
}

/** `bash -i` without a terminal: prompts on standard error, lines as they come. */
class PlainSource implements LineSource {
  readonly marks = false;
  private readonly decoder = new TextDecoder();

  constructor(private readonly shell: Shell) {}

  async readLine(prompt: string): Promise<Entered> {
    const { self } = this.shell;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: readline's marks around what takes no room
    await self.write(2, prompt.replace(/[\x01\x02]/g, ""));
    const bytes: number[] = [];
    for (;;) {
      const read = await self.read(0, 1);
      if (read.length === 0)
        return bytes.length === 0 ? { kind: "end" } : { kind: "line", text: this.decoder.decode(new Uint8Array(bytes)) };
      if (read[0] === 10) return { kind: "line", text: this.decoder.decode(new Uint8Array(bytes)) };
      bytes.push(read[0]!);
    }
  }

  async shown(): Promise<void> {}

  resized(): void {}

  updateSize(): void {}
}
