import type { RecordingInput, RecordingOutput } from "../engine/live-recording.ts";

/** Ctrl-], as of telnet: what follows is for the recording, not for the lab. */
const ESCAPE = "\x1d";

/** The streams of the author's terminal; a test gives others. */
export interface AuthorStreams {
  readonly input: NodeJS.ReadStream | (NodeJS.ReadableStream & { setRawMode?: (raw: boolean) => unknown });
  readonly output: NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };
}

/** The author's own terminal, in raw mode: each key goes to the lab, what the lab shows is shown. */
export class AuthorTerminal {
  private send: (input: RecordingInput) => void = () => undefined;
  private escaped = false;
  private readonly onData = (data: Buffer | string): void => this.typed(typeof data === "string" ? data : data.toString("utf8"));
  private readonly onResize = (): void => this.send({ kind: "resize", ...this.size });
  private readonly onEnd = (): void => this.send({ kind: "end" });

  constructor(
    private readonly machines: readonly string[],
    private readonly streams: AuthorStreams = { input: process.stdin, output: process.stdout },
  ) {}

  get size(): { columns: number; rows: number } {
    return { columns: this.streams.output.columns ?? 80, rows: this.streams.output.rows ?? 24 };
  }

  /** From here on keys go to `send`. */
  begin(send: (input: RecordingInput) => void): void {
    const { input, output } = this.streams;
    this.send = send;
    if ("setRawMode" in input) input.setRawMode?.(true);
    input.on("data", this.onData);
    input.on("end", this.onEnd);
    output.on("resize", this.onResize);
    input.resume();
  }

  receive(output: RecordingOutput): void {
    switch (output.kind) {
      case "output":
        this.streams.output.write(Buffer.from(output.base64, "base64"));
        return;
      case "task-passed":
        // The bell and the title: the screen belongs to the lab.
        this.streams.output.write(`\x07\x1b]2;Done: ${output.title.replace(/[^\x20-\x7e]/g, "")}\x07`);
        return;
    }
  }

  close(): void {
    const { input, output } = this.streams;
    input.off("data", this.onData);
    input.off("end", this.onEnd);
    output.off("resize", this.onResize);
    if ("setRawMode" in input) input.setRawMode?.(false);
    input.pause();
    output.write("\x1b[0m\r\n");
  }

  private typed(data: string): void {
    let keys = "";
    const flush = (): void => {
      if (keys === "") return;
      this.send({ kind: "keys", data: keys });
      keys = "";
    };
    for (const key of data) {
      if (this.escaped) {
        this.escaped = false;
        if (key === "q") this.send({ kind: "end" });
        else if (key === ESCAPE) keys += key;
        else if (/[1-9]/.test(key)) this.show(key);
      } else if (key === ESCAPE) {
        flush();
        this.escaped = true;
      } else keys += key;
    }
    flush();
  }

  /** Terminal 1 is on the first machine; one that is new is on the machine of its number, where there are several. */
  private show(digit: string): void {
    const machine = this.machines[Number(digit) - 1];
    this.send({ kind: "show", terminal: `t${digit}`, ...(this.machines.length > 1 && machine !== undefined ? { machine } : {}) });
  }
}
