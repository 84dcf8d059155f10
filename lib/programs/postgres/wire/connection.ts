/** One session with a server, as libpq keeps it: starting, queries, copying, notices (PostgreSQL 18 documentation, 54.2 Message Flow). */
import { md5 } from "../../core/hash.ts";
import {
  BodyReader,
  type Column,
  type Fields,
  type Frame,
  FrameReader,
  frontend,
  parseDataRow,
  parseFields,
  parseRowDescription,
  type Row,
} from "./messages.ts";
import { Scram } from "./scram.ts";

/** What bytes go over: a socket, or TLS on one. */
export interface ByteStream {
  /** Empty at the end. */
  read(max: number): Promise<Uint8Array>;
  write(bytes: Uint8Array): Promise<unknown>;
  close(): void;
}

/** What one statement of a query came to. */
export type Result =
  | { readonly kind: "rows"; readonly columns: readonly Column[]; readonly rows: readonly Row[]; readonly tag: string }
  | { readonly kind: "done"; readonly tag: string }
  | { readonly kind: "empty" }
  | { readonly kind: "error"; readonly fields: Fields }
  /** The server waits for data: `copyData`, then `copyDone` or `copyFail`. */
  | { readonly kind: "copy-in" }
  /** Data come: `copyRead` until undefined. */
  | { readonly kind: "copy-out" };

export interface Notification {
  readonly channel: string;
  readonly payload: string;
  readonly pid: number;
}

export interface StartOptions {
  /** user, database, application_name, client_encoding, options… */
  readonly parameters: Readonly<Record<string, string>>;
  /** Asked for when the server wants one; undefined: there is none. */
  readonly password: () => Promise<string | undefined>;
  readonly onNotice?: (fields: Fields) => void;
}

/** The server refused the session: `fields` is its own message, if it sent one. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly fields: Fields = {},
    /** The server asked for a password and there was none. */
    readonly passwordMissing = false,
  ) {
    super(message);
  }
}

/** The other side is gone in the midst of a session. */
export class ConnectionLost extends Error {
  constructor(readonly fields?: Fields) {
    super(
      "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.",
    );
  }
}

/** "FATAL:  database "x" does not exist" and its detail and hint, as libpq puts them after "failed: ". */
export function errorText(fields: Fields): string {
  const more = [
    ["DETAIL", fields.D],
    ["HINT", fields.H],
  ].flatMap(([name, text]) => (text === undefined ? [] : [`\n${name}:  ${text}`]));
  return `${fields.S ?? "ERROR"}:  ${fields.M ?? ""}${more.join("")}`;
}

export class Connection {
  readonly parameters = new Map<string, string>();
  readonly notifications: Notification[] = [];
  pid = 0;
  secret: Uint8Array = new Uint8Array(4);
  /** I: idle, T: in a transaction, E: in one that failed. */
  status: "I" | "T" | "E" = "I";
  usedPassword = false;
  isLost = false;
  onNotice: (fields: Fields) => void = () => {};
  readonly #frames = new FrameReader();
  #busy = false;
  #columns: readonly Column[] | undefined;
  #rows: Row[] = [];
  #lastFatal: Fields | undefined;

  constructor(private readonly stream: ByteStream) {}

  /** Startup and authentication, up to the first ReadyForQuery. Throws Refused, ConnectionLost. */
  async start(options: StartOptions): Promise<void> {
    this.onNotice = options.onNotice ?? this.onNotice;
    await this.stream.write(frontend.startup(options.parameters));
    let scram: Scram | undefined;
    for (;;) {
      const frame = await this.#firstFrame();
      switch (frame.type) {
        case "R":
          scram = await this.#authenticate(frame.body, options, scram);
          break;
        case "K": {
          const reader = new BodyReader(frame.body);
          this.pid = reader.int32();
          this.secret = reader.rest().slice();
          break;
        }
        case "E": {
          const fields = parseFields(frame.body);
          throw new Refused(errorText(fields), fields);
        }
        case "Z":
          this.status = statusOf(frame.body);
          return;
        default:
          this.#aside(frame);
      }
    }
  }

  async #authenticate(body: Uint8Array, options: StartOptions, scram: Scram | undefined): Promise<Scram | undefined> {
    const reader = new BodyReader(body);
    const kind = reader.int32();
    const password = async () => {
      const given = await options.password();
      if (given === undefined || given === "") throw new Refused("fe_sendauth: no password supplied", {}, true);
      this.usedPassword = true;
      return given;
    };
    switch (kind) {
      case 0:
        return scram;
      case 3:
        await this.stream.write(frontend.password(await password()));
        return scram;
      case 5: {
        const salt = reader.bytes(4);
        const bytes = new TextEncoder().encode((await password()) + (options.parameters.user ?? ""));
        const salted = new Uint8Array([...new TextEncoder().encode(md5(bytes)), ...salt]);
        await this.stream.write(frontend.password(`md5${md5(salted)}`));
        return scram;
      }
      case 10: {
        const mechanisms: string[] = [];
        for (let name = reader.string(); name !== ""; name = reader.string()) mechanisms.push(name);
        if (!mechanisms.includes("SCRAM-SHA-256")) throw new Refused("none of the server's SASL authentication mechanisms are supported");
        const exchange = new Scram(await password());
        await this.stream.write(frontend.saslInitial("SCRAM-SHA-256", exchange.first));
        return exchange;
      }
      case 11: {
        if (scram === undefined) throw new Refused("unexpected SASL message");
        const text = new TextDecoder().decode(reader.rest());
        await this.stream.write(frontend.saslResponse(await scram.answer(text)));
        return scram;
      }
      case 12:
        if (!scram?.isServer(new TextDecoder().decode(reader.rest()))) throw new Refused("incorrect server signature");
        return scram;
      default:
        throw new Refused(`authentication method ${kind} not supported`);
    }
  }

  /** Begins a query of one or several statements; `next` gives what each came to. */
  async query(sql: string): Promise<void> {
    await this.#send(frontend.query(sql));
    this.#begin();
  }

  /** One statement with parameters, by the extended protocol. */
  async execute(sql: string, values: readonly (string | null)[] = []): Promise<void> {
    await this.#send(
      frontend.parse("", sql),
      frontend.bind("", "", values),
      frontend.describe("P", ""),
      frontend.execute(""),
      frontend.sync(),
    );
    this.#begin();
  }

  /** Parses a statement without running it: its columns, as `rows` without rows. `name`: a prepared statement is kept. */
  async prepare(sql: string, name = ""): Promise<void> {
    await this.#send(frontend.parse(name, sql), frontend.describe("S", name), frontend.sync());
    this.#begin();
  }

  /** Runs a prepared statement. */
  async executePrepared(name: string, values: readonly (string | null)[]): Promise<void> {
    await this.#send(frontend.bind("", name, values), frontend.describe("P", ""), frontend.execute(""), frontend.sync());
    this.#begin();
  }

  async closePrepared(name: string): Promise<void> {
    await this.#send(frontend.close("S", name), frontend.sync());
    this.#begin();
  }

  get isBusy(): boolean {
    return this.#busy;
  }

  #begin(): void {
    this.#busy = true;
    this.#columns = undefined;
    this.#rows = [];
  }

  /** What the next statement came to; undefined when the server is ready for another query. Throws ConnectionLost. */
  async next(): Promise<Result | undefined> {
    while (this.#busy) {
      const frame = await this.#frame();
      switch (frame.type) {
        case "T":
          this.#columns = parseRowDescription(frame.body);
          this.#rows = [];
          break;
        case "D":
          this.#rows.push(parseDataRow(frame.body));
          break;
        case "C": {
          const tag = new BodyReader(frame.body).string();
          const columns = this.#columns;
          const rows = this.#rows;
          this.#columns = undefined;
          this.#rows = [];
          return columns === undefined ? { kind: "done", tag } : { kind: "rows", columns, rows, tag };
        }
        case "I":
          return { kind: "empty" };
        case "E": {
          const fields = parseFields(frame.body);
          if (fields.V === "FATAL" || fields.S === "FATAL" || fields.V === "PANIC") this.#lastFatal = fields;
          this.#columns = undefined;
          this.#rows = [];
          return { kind: "error", fields };
        }
        case "G":
        case "W":
          return { kind: "copy-in" };
        case "H":
          return { kind: "copy-out" };
        case "Z": {
          this.#busy = false;
          this.status = statusOf(frame.body);
          const columns = this.#columns;
          this.#columns = undefined;
          // Described but not run.
          if (columns !== undefined) return { kind: "rows", columns, rows: [], tag: "" };
          break;
        }
        default:
          this.#aside(frame);
      }
    }
    return undefined;
  }

  /** All results of a query; for programs that need no streaming. */
  async all(sql: string): Promise<Result[]> {
    await this.query(sql);
    return this.rest();
  }

  async rest(): Promise<Result[]> {
    const results: Result[] = [];
    for (let result = await this.next(); result !== undefined; result = await this.next()) {
      if (result.kind === "copy-in") await this.copyFail("no data to copy");
      results.push(result);
    }
    return results;
  }

  copyData(data: Uint8Array): Promise<void> {
    return this.#send(frontend.copyData(data));
  }

  copyDone(): Promise<void> {
    return this.#send(frontend.copyDone());
  }

  copyFail(reason: string): Promise<void> {
    return this.#send(frontend.copyFail(reason));
  }

  /** The next piece that COPY TO sends; undefined at its end, or when it failed: `next` tells. */
  async copyRead(): Promise<Uint8Array | undefined> {
    for (;;) {
      const frame = await this.#frame();
      if (frame.type === "d") return frame.body;
      if (frame.type === "c") return undefined;
      if (frame.type === "E") {
        this.#pushedBack = frame;
        return undefined;
      }
      this.#aside(frame);
    }
  }

  #pushedBack: Frame | undefined;

  /** Says good-bye and closes. */
  async end(): Promise<void> {
    try {
      if (!this.isLost) await this.stream.write(frontend.terminate());
    } catch {
      // The other side was first.
    }
    this.isLost = true;
    this.stream.close();
  }

  /** As pqSendSome of libpq: what can't be sent is dropped, since the server may have said why it went; reading comes to the end then. */
  async #send(...messages: readonly Uint8Array[]): Promise<void> {
    if (this.isLost) throw new ConnectionLost();
    try {
      for (const each of messages) await this.stream.write(each);
    } catch (error) {
      if (!isOfConnection(error)) throw error;
    }
  }

  /** What may come at any time. */
  #aside(frame: Frame): void {
    const reader = new BodyReader(frame.body);
    if (frame.type === "S") {
      const name = reader.string();
      this.parameters.set(name, reader.string());
    } else if (frame.type === "N") this.onNotice(parseFields(frame.body));
    else if (frame.type === "A") {
      const pid = reader.int32();
      const channel = reader.string();
      this.notifications.push({ channel, payload: reader.string(), pid });
    }
  }

  async #firstFrame(): Promise<Frame> {
    try {
      return await this.#frame();
    } catch (error) {
      const said = this.#frames.errorOfOld;
      throw error instanceof ConnectionLost && said !== undefined ? new Refused(said) : error;
    }
  }

  async #frame(): Promise<Frame> {
    const pushedBack = this.#pushedBack;
    if (pushedBack !== undefined) {
      this.#pushedBack = undefined;
      return pushedBack;
    }
    for (;;) {
      const frame = this.#frames.next();
      if (frame !== undefined) return frame;
      let bytes: Uint8Array;
      try {
        bytes = await this.stream.read(65536);
      } catch (error) {
        throw this.#lost(error);
      }
      if (bytes.length === 0) throw this.#lost(undefined);
      this.#frames.push(bytes);
    }
  }

  /** Only errors of the connection: whoever must end, ends. */
  #lost(error: unknown): unknown {
    if (error !== undefined && !isOfConnection(error)) return error;
    this.isLost = true;
    this.#busy = false;
    this.stream.close();
    return new ConnectionLost(this.#lastFatal);
  }
}

const isOfConnection = (error: unknown) => error instanceof Error && "code" in error;

function statusOf(body: Uint8Array): "I" | "T" | "E" {
  const letter = String.fromCharCode(body[0] ?? 73);
  return letter === "T" || letter === "E" ? letter : "I";
}
