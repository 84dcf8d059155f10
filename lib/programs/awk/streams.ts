/** Files and commands that an awk program reads and writes. */
import { createPipe } from "../../kernel/pipe.ts";
import { O, type OpenFile, type Process } from "../../kernel/types.ts";
import { codeOf, Failure, quoteName, reason } from "../core/errors.ts";
import { encode, type Input, Output, openInput, standardInput } from "../core/io.ts";
import { RecordReader } from "./records.ts";

interface Sink {
  write(text: string): Promise<void>;
  flush(): Promise<void>;
  /** The status that close() returns. */
  close(): Promise<number>;
}

interface Source {
  readonly reader: RecordReader;
  close(): Promise<number>;
}

/** By name, as print, getline and close know them; commands are run by sh. */
export class Streams {
  readonly out: Output;
  readonly #sinks = new Map<string, Sink>();
  readonly #sources = new Map<string, Source>();

  constructor(private readonly self: Process) {
    this.out = new Output(self);
  }

  async #child(command: string, fds: ReadonlyMap<number, OpenFile>): Promise<Process> {
    await this.flush();
    return this.self.spawn({ argv: ["sh", "-c", command], path: "/bin/sh", env: this.self.env, fds });
  }

  async #status(pid: number): Promise<number> {
    return (await this.self.wait(pid))?.status ?? 0;
  }

  /** The sink of `print > name`, `>> name` or `| command`. */
  async sink(kind: ">" | ">>" | "|", name: string): Promise<Sink> {
    const known = this.#sinks.get(name);
    if (known) return known;
    let made: Sink;
    if (kind === "|") {
      const { reader, writer } = createPipe();
      const fds = new Map(this.self.fds.all());
      fds.set(0, reader);
      const child = await this.#child(name, fds);
      reader.release();
      made = this.#fileSink(writer, () => this.#status(child.pid));
    } else if (name === "/dev/stdout" || name === "-")
      made = { write: (text) => this.out.write(text), flush: () => this.out.flush(), close: async () => 0 };
    else if (name === "/dev/stderr") {
      made = {
        write: async (text) => {
          await this.out.flush();
          await this.self.error(text);
        },
        flush: async () => {},
        close: async () => 0,
      };
    } else {
      let file: OpenFile;
      try {
        file = this.self.files.open(name, O.WRONLY | O.CREAT | (kind === ">" ? O.TRUNC : O.APPEND), 0o666);
      } catch (error) {
        throw new Failure(`cannot open ${quoteName(name).replaceAll("'", '"')} for output (${reason(error)})`, 2);
      }
      made = this.#fileSink(file, async () => 0);
    }
    this.#sinks.set(name, made);
    return made;
  }

  #fileSink(file: OpenFile, finish: () => Promise<number>): Sink {
    let pending = "";
    const flush = async () => {
      const text = pending;
      pending = "";
      if (text !== "") await file.write(encode(text), this.self.ended);
    };
    return {
      write: async (text) => {
        pending += text;
        if (pending.length > 16384) await flush();
      },
      flush,
      close: async () => {
        await flush();
        file.release();
        return finish();
      },
    };
  }

  /** Reads from a file; undefined when it cannot be opened. */
  file(name: string, separator: () => string): Source | undefined {
    const known = this.#sources.get(name);
    if (known) return known;
    let input: Input;
    try {
      input = name === "-" || name === "/dev/stdin" ? standardInput(this.self) : openInput(this.self, name);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return undefined;
    }
    const made: Source = {
      reader: new RecordReader(input, separator, () => this.flush()),
      close: async () => {
        input.close();
        return 0;
      },
    };
    this.#sources.set(name, made);
    return made;
  }

  /** Reads what a command prints. */
  async command(text: string, separator: () => string): Promise<Source> {
    const known = this.#sources.get(text);
    if (known) return known;
    const { reader, writer } = createPipe();
    const fds = new Map(this.self.fds.all());
    fds.set(1, writer);
    const child = await this.#child(text, fds);
    writer.release();
    const input: Input = { read: (max = 65536) => reader.read(max, this.self.ended), close: () => reader.release() };
    const made: Source = {
      reader: new RecordReader(input, separator, async () => {}),
      close: async () => {
        input.close();
        return this.#status(child.pid);
      },
    };
    this.#sources.set(text, made);
    return made;
  }

  async system(text: string): Promise<number> {
    await this.flush();
    const child = await this.#child(text, new Map(this.self.fds.all()));
    return this.#status(child.pid);
  }

  async flush(): Promise<void> {
    await this.out.flush();
    for (const sink of this.#sinks.values()) await sink.flush();
  }

  /** close(name): -1 when nothing of that name is open. */
  async close(name: string): Promise<number> {
    const sink = this.#sinks.get(name);
    const source = this.#sources.get(name);
    this.#sinks.delete(name);
    this.#sources.delete(name);
    let status = -1;
    if (sink) {
      await this.out.flush();
      status = await sink.close();
    }
    if (source) status = await source.close();
    return status;
  }

  async closeAll(): Promise<void> {
    await this.out.flush();
    for (const name of [...this.#sinks.keys(), ...this.#sources.keys()]) await this.close(name);
  }
}
