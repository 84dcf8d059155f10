/** A worker process: accepts connections until it is told to stop, and lets those that are under way come to their end. */
import type { Process, StreamSocket, UnixSocket } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { serveTls, TlsFailure, type TlsStream } from "../../tls/index.ts";
import type { Cycle } from "../config/cycle.ts";
import type { LogLevel } from "../config/model.ts";
import { serveClient } from "../http/connection.ts";
import type { Client } from "../http/request.ts";
import { serverNamed } from "../http/servers.ts";
import { carrierOf, Endings, Stream, type TlsFacts } from "../http/stream.ts";
import { UpstreamPeers } from "../http/upstream-peers.ts";
import type { Worker } from "../http/worker-state.ts";
import type { LogFiles } from "./log-files.ts";
import type { Shared } from "./shared.ts";
import { type Certificates, type Listening, listeningFor, type Opened } from "./sockets.ts";

export interface WorkerOptions {
  readonly cycle: Cycle;
  readonly logs: LogFiles;
  readonly shared: Shared;
  readonly sockets: readonly Opened[];
  readonly certificates: Certificates;
}

/** The name of a unix client, and port 0, as nginx shows them. */
const addressesOf = (socket: StreamSocket | UnixSocket) => {
  if ("family" in socket) return { address: "unix:", port: 0, localAddress: "unix:", localPort: 0 };
  const { remote, local } = socket;
  return { address: remote?.address ?? "", port: remote?.port ?? 0, localAddress: local?.address ?? "", localPort: local?.port ?? 0 };
};

class Serving {
  readonly #idle = new Set<Client>();
  readonly #stopAccepting = new AbortController();
  #active = 0;
  #drained = () => {};

  constructor(
    private readonly self: Process,
    private readonly worker: Worker,
    private readonly options: WorkerOptions,
  ) {}

  say(level: LogLevel, text: string, connection?: number): void {
    this.options.logs.error(this.options.cycle.settings.errorLogs, level, text, this.self.pid, connection);
  }

  start(): void {
    for (const opened of this.options.sockets) {
      this.#accept(opened).catch((error: unknown) => {
        if (codeOf(error) === undefined && !this.#stopAccepting.signal.aborted && !this.self.ended.aborted) throw error;
      });
    }
    this.self.ended.addEventListener("abort", () => this.#stopAccepting.abort(this.self.ended.reason), { once: true });
  }

  async #accept({ socket, wanted }: Opened): Promise<void> {
    for (;;) {
      const client = await socket.accept(this.#stopAccepting.signal);
      await this.self.tick();
      const { shared } = this.options;
      const number = ++shared.connections;
      shared.accepted++;
      if (this.#active >= this.options.cycle.main.workerConnections) {
        this.say("alert", `${this.options.cycle.main.workerConnections} worker_connections are not enough`);
        client.release();
        continue;
      }
      shared.handled++;
      shared.active++;
      this.#active++;
      void this.#serve(client, listeningFor(wanted, "family" in client ? undefined : client.local?.address), number).finally(() => {
        shared.active--;
        this.#active--;
        if (this.#active === 0) this.#drained();
      });
    }
  }

  async #serve(socket: StreamSocket | UnixSocket, listening: Listening, number: number): Promise<void> {
    const { self, worker } = this;
    self.fds.add(socket, 3);
    socket.release();
    const close = () => {
      for (const [fd, file] of self.fds.all()) if (file === socket) self.fds.close(fd);
    };
    const ends = addressesOf(socket);
    const base = { number, ...ends, servers: listening.servers, listenText: listening.text, startMs: worker.clock.now(), requests: 0 };
    try {
      if (!listening.isTls) {
        const stream = new Stream({ ...carrierOf(socket), close }, worker.clock, worker.endings);
        await serveClient(worker, { ...base, stream, isTls: false, tls: undefined }, this.#idle);
        return;
      }
      let secured: TlsStream;
      try {
        secured = await serveTls(socket, (request) => this.#certificate(listening, request.serverName), { signal: self.ended });
      } catch (error) {
        if (error instanceof TlsFailure && error.reason === "http-request") {
          const stream = new Stream({ ...carrierOf(socket), close }, worker.clock, worker.endings);
          stream.unread(error.received);
          await serveClient(worker, { ...base, stream, isTls: false, tls: undefined }, this.#idle, 497);
          return;
        }
        if (error instanceof TlsFailure) {
          this.say(
            "info",
            `SSL_do_handshake() failed (SSL: ${error.message}) while SSL handshaking, client: ${ends.address}, server: ${listening.text}`,
            number,
          );
        } else if (codeOf(error) === undefined && !self.ended.aborted) throw error;
        close();
        return;
      }
      const { version, cipher, serverName } = secured.session;
      const facts: TlsFacts = { serverName: serverName ?? "", protocol: version, cipher };
      const finish = () => {
        secured.release();
        close();
      };
      const stream = new Stream({ ...carrierOf(secured), close: finish }, worker.clock, worker.endings);
      const chosen = serverName === undefined ? undefined : serverNamed(listening.servers, serverName.toLowerCase());
      await serveClient(worker, { ...base, stream, isTls: true, tls: facts, chosen }, this.#idle);
    } catch (error) {
      if (!self.ended.aborted && codeOf(error) === undefined) {
        close();
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.say("alert", `internal error of this world's nginx: ${text.split("\n").slice(0, 3).join(" ")}`, number);
        return;
      }
    }
  }

  #certificate(listening: Listening, name: string | undefined) {
    const { certificates } = this.options;
    const [first] = listening.servers;
    const server = (name === undefined ? undefined : serverNamed(listening.servers, name.toLowerCase())) ?? first;
    if (server?.root.settings.flags.ssl_reject_handshake) return undefined;
    return server === undefined ? undefined : (certificates.get(server) ?? (first === undefined ? undefined : certificates.get(first)));
  }

  /** QUIT: no new connections; idle ones are closed; resolves when the last has ended. */
  async quit(): Promise<void> {
    this.worker.isExiting = true;
    this.#stopAccepting.abort(new Error("shutting down"));
    for (const client of this.#idle) if (client.stream.buffered === 0) client.stream.abandon();
    if (this.#active === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }
}

/** The program of a worker. */
export async function runWorker(self: Process, options: WorkerOptions): Promise<number> {
  const { cycle, logs, shared } = options;
  const { clock } = self.machine.kernel;
  const worker: Worker = {
    self,
    clock,
    endings: new Endings(self.ended),
    cycle,
    logs,
    shared,
    peers: new UpstreamPeers(clock),
    isExiting: false,
  };
  const serving = new Serving(self, worker, options);
  let finish = (_why: "term" | "quit") => {};
  const told = new Promise<"term" | "quit">((resolve) => {
    finish = resolve;
  });
  self.signals.set("SIGTERM", () => finish("term"));
  self.signals.set("SIGINT", () => finish("term"));
  self.signals.set("SIGQUIT", () => finish("quit"));
  self.signals.set("SIGWINCH", () => finish("quit"));
  self.signals.set("SIGHUP", "ignore");
  self.signals.set("SIGUSR2", "ignore");
  self.signals.set("SIGPIPE", "ignore");
  // The master opens the logs anew for all.
  self.signals.set("SIGUSR1", () => serving.say("notice", "reopening logs"));
  serving.start();
  const ended = new Promise<never>((_resolve, reject) => {
    self.ended.addEventListener("abort", () => reject(self.ended.reason), { once: true });
  });
  const why = await Promise.race([told, ended]);
  if (why === "quit") {
    serving.say("notice", "gracefully shutting down");
    self.setTitle("nginx: worker process is shutting down");
    const limit = cycle.settings.numbers.worker_shutdown_timeout;
    const late = limit === undefined ? new Promise<never>(() => {}) : self.sleep(limit);
    const terminated = new Promise<void>((resolve) => self.signals.set("SIGTERM", () => resolve()));
    await Promise.race([serving.quit(), late, terminated, ended]);
  }
  serving.say("notice", "exiting");
  worker.peers.closeIdle();
  serving.say("notice", "exit");
  return 0;
}
