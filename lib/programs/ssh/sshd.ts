/** sshd(8): lets people in over the network. */
import type { Account } from "../../kernel/login.ts";
import type { Process, Program, StreamSocket, Tty } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { program } from "../core/program.ts";
import { sdNotify } from "../systemd/notify.ts";
import { authenticate, describe } from "./authorize.ts";
import { Connection, type Message, NotSsh, sessionId } from "./connection.ts";
import type { KeyOptions } from "./key-options.ts";
import { type PrivateKey, parsePrivateKey, sign } from "./keys.ts";
import { forward } from "./server-forward.ts";
import { lastLogin, logLine, recordLogin } from "./server-log.ts";
import { greeting, runSession, type SessionRequest } from "./server-session.ts";
import { readServerSettings, type ServerSettings, SettingsError, SSHD_CONFIG } from "./server-settings.ts";
import { toBase64 } from "./wire.ts";

const HOST_KEY = "/etc/ssh/ssh_host_ed25519_key";
const PID_FILE = "/run/sshd.pid";
const BACKLOG = 128;

export const sshd = program({
  name: "sshd",
  summary: "OpenSSH daemon",
  section: "network",
  origin: "OpenSSH_9.2p1 Debian-2+deb12u10",
  synopsis: ["[-Dt] [-f config_file] [-p port]"],
  options: [
    "-D  do not become a daemon",
    "-t  check the configuration file and the host keys, and end",
    "-f FILE  the configuration file",
    "-p PORT  listen on this port",
    "-e  (accepted)",
    "-q  (accepted)",
  ],
  unmodeled: ["-4", "-6", "-d", "-i", "-T", "-C", "-c", "-E", "-g", "-h", "-o", "-u"],
  limits:
    "What travels is not encrypted, though keys, host keys and signatures are real. Host keys are ed25519 ones. Of the options of keys in authorized_keys, command, restrict, pty and port-forwarding count, and a key with others lets nobody in. Match blocks, certificates, sftp and X11 are not modeled.",
  run: async (self, args) => {
    if (!(self.argv[0] ?? "").startsWith("/")) {
      await self.error("sshd re-exec requires execution with an absolute path\n");
      return 255;
    }
    const config = args.get("f") ?? SSHD_CONFIG;
    let settings: ServerSettings;
    let key: PrivateKey | undefined;
    try {
      settings = readServerSettings(self.files, config);
      key = readHostKey(self);
    } catch (error) {
      await self.error(`${error instanceof SettingsError ? error.message : `${config}: ${reason(error)}`}\n`);
      return 255;
    }
    if (key === undefined) {
      await self.error("sshd: no hostkeys available -- exiting.\n");
      return 1;
    }
    if (args.has("t")) return 0;
    const port = Number(args.get("p") ?? settings.port);
    const listener = await listen(self, { ...settings, port });
    if (listener === undefined) return 255;
    const run = listenerProgram({ config, port: args.has("p") ? port : undefined, key, settings, listener });
    const title = `sshd: /usr/sbin/sshd${args.raw.map((word) => ` ${word}`).join("")} [listener] 0 of 10-100 startups`;
    if (args.has("D")) {
      self.setTitle(title);
      return run(self);
    }
    self.machine.spawn({ argv: [title], env: {}, cwd: "/", credentials: self.credentials, run });
    return 0;
  },
});

export function readHostKey(self: Process): PrivateKey | undefined {
  if (!self.files.exists(HOST_KEY) || !self.files.access(HOST_KEY, 4)) return undefined;
  const key = parsePrivateKey(self.files.readText(HOST_KEY));
  return key === "encrypted" ? undefined : key;
}

/** Undefined, and said on standard error, when the port can't be had. */
async function listen(self: Process, settings: ServerSettings): Promise<StreamSocket | undefined> {
  const socket = self.machine.network.socket();
  try {
    socket.bind(settings.listenAddress, settings.port, self.credentials);
    return socket;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    socket.release();
    const where = `Bind to port ${settings.port} on ${settings.listenAddress} failed: ${reason(error)}.`;
    await self.error(`${where}\nCannot bind any address.\n`);
    return undefined;
  }
}

export interface Listening {
  readonly config: string;
  /** Of the command line. */
  readonly port: number | undefined;
  readonly key: PrivateKey;
  readonly settings: ServerSettings;
  readonly listener: StreamSocket;
}

/** The program that lets people in at a socket which is bound. */
export function listenerProgram({ config, key, settings: first, listener }: Listening): Program {
  return async (self) => {
    let settings = first;
    self.fds.add(listener, 3);
    listener.release();
    listener.listenerPid = self.pid;
    listener.listen(BACKLOG);
    logLine(self, `Server listening on ${settings.listenAddress} port ${listener.local?.port ?? settings.port}.`);
    self.machine.files.writeFile(PID_FILE, `${self.pid}\n`);
    sdNotify(self, "READY=1");
    self.signals.set("SIGCHLD", "ignore");
    // sshd(8): rereads its configuration; what was bad is said, and the old goes on.
    self.signals.set("SIGHUP", () => {
      try {
        settings = readServerSettings(self.machine.files, config);
        logLine(self, "Received SIGHUP; restarting.");
      } catch (error) {
        logLine(self, error instanceof Error ? error.message : String(error));
      }
    });
    for (;;) {
      const socket = await listener.accept(self.ended);
      const accepted = settings;
      self.spawn({
        argv: ["sshd: [accepted]"],
        fds: new Map([[3, socket]]),
        run: (child) => serveConnection(child, socket, accepted, key),
      });
      socket.release();
    }
  };
}

/** One connection, as root: proves who the server is, finds out who the client is, and hands over to a process of the user. */
export async function serveConnection(self: Process, socket: StreamSocket, settings: ServerSettings, key: PrivateKey): Promise<number> {
  const { remote, local } = socket;
  // The listener does not wait for its children; this process does.
  self.signals.set("SIGCHLD", "default");
  if (remote === undefined || local === undefined) return 255;
  const from = `${remote.address} port ${remote.port}`;
  const connection = new Connection(socket, self.ended);
  try {
    const login = await logIn(self, connection, settings, key, from);
    if (login === undefined) return 255;
    return await handOver(self, connection, settings, { ...login, remote, local });
  } catch (error) {
    if (!(error instanceof NotSsh) && codeOf(error) === undefined) throw error;
    if (error instanceof NotSsh && error.how === "garbage") logLine(self, `banner exchange: Connection from ${from}: invalid format`);
    else logLine(self, `Connection closed by ${from} [preauth]`);
    return 255;
  } finally {
    if (self.fds.get(3) !== undefined) self.fds.close(3);
  }
}

async function logIn(
  self: Process,
  connection: Connection,
  settings: ServerSettings,
  key: PrivateKey,
  from: string,
): Promise<Pick<Accepted, "account" | "options" | "message"> | undefined> {
  await connection.exchangeBanners();
  const hello = await connection.receiveMessage();
  if (hello.kind !== "hello") return undefined;
  const nonce = Array.from({ length: 4 }, () => Math.floor(self.machine.kernel.random() * 2 ** 32).toString(16)).join("");
  const blob = toBase64(key.public.blob);
  const id = sessionId(hello.nonce, nonce, blob);
  await connection.send({ kind: "host-key", nonce, key: blob, signature: toBase64(await sign(key, id)) });
  let user = "";
  try {
    const login = await authenticate(self, connection, settings, id, from);
    if (!("account" in login)) return undefined;
    user = login.account.name;
    return { account: login.account, options: login.options, message: await connection.receiveMessage() };
  } catch (error) {
    if (error instanceof NotSsh && user !== "") {
      logLine(self, `Connection closed by ${describe(user, undefined)} ${from}`);
      return undefined;
    }
    throw error;
  }
}

interface Accepted {
  readonly account: Account;
  readonly options: KeyOptions;
  readonly message: Message;
  readonly remote: { readonly address: string; readonly port: number };
  readonly local: { readonly address: string; readonly port: number };
}

async function handOver(self: Process, connection: Connection, settings: ServerSettings, accepted: Accepted): Promise<number> {
  const { account, options, message, remote, local } = accepted;
  const from = `${remote.address} port ${remote.port}`;
  const { files, kernel } = self.machine;
  self.setTitle(`sshd: ${account.name} [priv]`);
  logLine(self, `pam_unix(sshd:session): session opened for user ${account.name}(uid=${account.uid}) by (uid=0)`);
  const request = message.kind === "session" ? allowed(message, options) : undefined;
  if (message.kind === "session" && message.pty !== undefined && !options.pty) await connection.send({ kind: "no-pty" });
  const tty = request?.pty === undefined ? undefined : openTerminal(self, account, request.pty);
  let welcome = "";
  if (tty !== undefined) {
    if (request?.command === undefined) welcome = greeting(self, account, lastLogin(files, account.uid), settings.printLastLog);
    recordLogin(files, account.uid, { atMs: kernel.clock.now(), from: remote.address, line: tty.name });
  }
  const child = self.spawn({
    argv: [`sshd: ${account.name}${tty === undefined ? "@notty" : `@${tty.name}`}`],
    // pam_systemd(8): whoever logs in is no part of the service any more.
    cgroup: `/user.slice/user-${account.uid}.slice/session-${self.pid}.scope`,
    credentials: { uid: account.uid, gid: account.gid, groups: account.groups },
    fds: new Map([[3, connection.socket]]),
    run: (user) => {
      const own = new Connection(connection.socket, user.ended);
      own.left = connection.left;
      if (message.kind === "forward") return forward(user, own, settings.allowTcpForwarding && options.forwarding, message);
      if (request === undefined) return Promise.resolve(255);
      return runSession(user, own, { account, request, client: remote, server: local, tty, greeting: welcome });
    },
  });
  // The child holds the connection now: it ends with the child.
  self.fds.close(3);
  const closed = () => logLine(self, `pam_unix(sshd:session): session closed for user ${account.name}`);
  // Whoever ends this process ends the session.
  self.ended.addEventListener("abort", closed, { once: true });
  await self.wait(child.pid);
  self.ended.removeEventListener("abort", closed);
  tty?.hangUp();
  logLine(self, `Received disconnect from ${from}:11: disconnected by user`);
  logLine(self, `Disconnected from user ${account.name} ${from}`);
  closed();
  return 0;
}

/** The session as the key's options leave it. */
function allowed(request: SessionRequest, { command, pty }: KeyOptions): SessionRequest {
  const terminal = pty ? request.pty : undefined;
  if (command === undefined) return { ...request, pty: terminal };
  const asked: Record<string, string> = request.command === undefined ? {} : { SSH_ORIGINAL_COMMAND: request.command };
  return { ...request, pty: terminal, command, forced: asked };
}

function openTerminal(self: Process, account: Account, size: { columns: number; rows: number }): Tty {
  const tty = self.machine.openTty({ columns: size.columns, rows: size.rows });
  const path = `/dev/${tty.name}`;
  const { files } = self.machine;
  // Terminals belong to who is on them (login(1), grantpt(3)).
  if (files.exists(path)) files.chown(path, account.uid, 5);
  return tty;
}
