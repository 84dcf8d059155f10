/** A small server for tests of the clients: PGlite behind sockets of a machine, one session at a time. Not the program `postgres`. */
import { PGlite } from "@electric-sql/pglite";
import type { Machine, OpenFile, Process } from "../../kernel/types.ts";
import { concat, encode } from "../core/io.ts";
import { BodyReader, type Frame, FrameReader, frontend, message } from "./wire/messages.ts";

const SOCKET = "/var/run/postgresql/.s.PGSQL.5432";
const ROOT = { uid: 0, gid: 0, groups: [0] };

class TestServer {
  /** The next request waits for the one before. */
  #turn: Promise<unknown> = Promise.resolve();
  #current: object | undefined;
  readonly #databases = new Map<string, PGlite>();

  constructor(db: PGlite) {
    this.#databases.set("postgres", db);
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work);
    this.#turn = done;
    return done;
  }

  async #value(sql: string): Promise<string | undefined> {
    const result = await this.#main.query<{ value: string }>(sql);
    return result.rows[0]?.value;
  }

  get #main(): PGlite {
    const db = this.#databases.get("postgres");
    if (db === undefined) throw new Error("the server has no database");
    return db;
  }

  /** The database of a name: made by CREATE DATABASE in the first one, it has a PGlite of its own from when it is used. */
  async #open(name: string): Promise<PGlite | undefined> {
    const known = this.#databases.get(name);
    const exists = await this.#value(`SELECT datname AS value FROM pg_database WHERE datname = '${name.replaceAll("'", "''")}'`);
    if (exists === undefined) return undefined;
    if (known !== undefined) return known;
    const made = await PGlite.create({ loadDataDir: await this.#main.dumpDataDir("none"), database: name });
    this.#databases.set(name, made);
    return made;
  }

  async serve(socket: OpenFile, ended: AbortSignal): Promise<void> {
    const send = (...messages: Uint8Array[]) => socket.write(concat(messages), ended);
    const fatal = (code: string, text: string) =>
      send(message("E", encode("S"), "FATAL", encode("V"), "FATAL", encode("C"), code, encode("M"), text, 0));
    const startup = await readStartup(socket, ended, send);
    if (startup === undefined) return;
    const user = startup.get("user") ?? "";
    const database = startup.get("database") ?? user;
    const db = await this.#exclusive(() => this.#open(database));
    const role = await this.#exclusive(() =>
      this.#value(`SELECT rolsuper::text AS value FROM pg_roles WHERE rolname = '${user.replaceAll("'", "''")}'`),
    );
    if (role === undefined) return void (await fatal("28000", `role "${user}" does not exist`));
    if (db === undefined) return void (await fatal("3D000", `database "${database}" does not exist`));
    const parameters = {
      server_version: "18.6",
      server_encoding: "UTF8",
      client_encoding: "UTF8",
      is_superuser: role === "true" ? "on" : "off",
      in_hot_standby: "off",
      standard_conforming_strings: "on",
    };
    await send(
      message("R", { int32: 0 }),
      ...Object.entries(parameters).map(([name, value]) => message("S", name, value)),
      message("K", { int32: 4242 }, { int32: 7 }),
      message("Z", "I".charCodeAt(0)),
    );
    const options = [...(startup.get("options") ?? "").matchAll(/-c\s*(\w+)=(\S+)/g)].map(
      ([, name = "", value = ""]) => [name, value] as const,
    );
    const settings = [["application_name", startup.get("application_name") ?? ""] as const, ...options];
    const frames = new FrameReader();
    const me = {};
    try {
      await this.#requests(socket, ended, send, db, user, me, frames, settings);
    } finally {
      // A transaction that was left open ends with its session.
      await this.#exclusive(async () => {
        if (this.#current === me) await db.execProtocolRaw(frontend.query("ROLLBACK"));
      });
    }
  }

  async #requests(
    socket: OpenFile,
    ended: AbortSignal,
    send: (...messages: Uint8Array[]) => Promise<number>,
    db: PGlite,
    user: string,
    me: object,
    frames: FrameReader,
    settings: readonly (readonly [string, string])[],
  ): Promise<void> {
    let batch: Uint8Array[] = [];
    let copying = false;
    for (;;) {
      const bytes = await socket.read(65536, ended);
      if (bytes.length === 0) return;
      frames.push(bytes);
      for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
        if (frame.type === "X") return;
        batch.push(message(frame.type, frame.body));
        // The engine cannot wait in the midst of COPY: it gets the command and all of its data at once.
        if (frame.type === "Q" && isCopyIn(frame)) {
          copying = true;
          await send(message("G", 0, { int16: 0 }));
          continue;
        }
        if (!/[QScf]/.test(frame.type)) continue;
        const whole = concat(batch);
        batch = [];
        const answer = await this.#exclusive(async () => {
          if (this.#current !== me) {
            await db.execProtocolRaw(frontend.query("ROLLBACK"));
            await db.execProtocolRaw(frontend.query("SET SESSION AUTHORIZATION postgres"));
            await db.execProtocolRaw(frontend.query("DISCARD ALL"));
            await db.execProtocolRaw(frontend.query("SET timezone = 'UTC'"));
            for (const [name, value] of settings) await db.execProtocolRaw(frontend.query(`SET ${name} = '${value}'`));
            if (user !== "postgres") await db.execProtocolRaw(frontend.query(`SET SESSION AUTHORIZATION "${user}"`));
            this.#current = me;
          }
          return db.execProtocolRaw(whole);
        });
        await send(copying ? withoutCopyIn(answer) : answer);
        copying = false;
      }
    }
  }
}

const isCopyIn = (frame: Frame) => /^\s*copy\b[\s\S]*\bfrom\s+stdin\b/i.test(new BodyReader(frame.body).string());

function withoutCopyIn(answer: Uint8Array): Uint8Array {
  const frames = new FrameReader();
  frames.push(answer);
  const kept: Uint8Array[] = [];
  for (let frame = frames.next(); frame !== undefined; frame = frames.next())
    if (frame.type !== "G") kept.push(message(frame.type, frame.body));
  return concat(kept);
}

/** The startup message's parameters; undefined when it was a request to cancel, or nothing. */
async function readStartup(
  socket: OpenFile,
  ended: AbortSignal,
  send: (...messages: Uint8Array[]) => Promise<number>,
): Promise<Map<string, string> | undefined> {
  let buffer: Uint8Array = new Uint8Array(0);
  for (;;) {
    const bytes = await socket.read(65536, ended);
    if (bytes.length === 0) return undefined;
    buffer = concat([buffer, bytes]);
    while (buffer.length >= 8) {
      const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
      const length = view.getInt32(0);
      if (buffer.length < length) break;
      const code = view.getInt32(4);
      if (code === 80877102) return undefined;
      if (code !== 196608) {
        buffer = buffer.slice(length);
        await send(encode("N"));
        continue;
      }
      const reader = new BodyReader(buffer.subarray(8, length));
      const found = new Map<string, string>();
      for (let name = reader.string(); name !== ""; name = reader.string()) found.set(name, reader.string());
      return found;
    }
  }
}

/** Starts the server on a machine: port 5432 of every address, and Debian's socket. `db`: its first database. */
export async function startTestServer(machine: Machine, db: PGlite): Promise<void> {
  const server = new TestServer(db);
  machine.files.mkdir("/var/run/postgresql", { recursive: true });
  machine.files.chmod("/var/run/postgresql", 0o777);
  const program = async (self: Process) => {
    const tcp = self.machine.network.socket();
    tcp.bind("0.0.0.0", 5432, self.credentials);
    tcp.listen(16);
    tcp.listenerPid = self.pid;
    const local = self.machine.network.unixSocket();
    local.bind(self, SOCKET);
    self.files.chmod(SOCKET, 0o777);
    local.listen(self, 16);
    ready();
    const loop = async (accept: () => Promise<OpenFile>) => {
      for (;;) {
        const socket = await accept();
        void server.serve(socket, self.ended).then(
          () => socket.release(),
          () => socket.release(),
        );
      }
    };
    await Promise.all([loop(() => tcp.accept(self.ended)), loop(() => local.accept(self.ended))]);
    return 0;
  };
  let ready = () => {};
  const listening = new Promise<void>((resolve) => {
    ready = resolve;
  });
  machine.spawn({ argv: ["postgres"], env: {}, cwd: "/", credentials: ROOT, run: program });
  await listening;
}
