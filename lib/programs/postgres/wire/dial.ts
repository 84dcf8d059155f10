/** From settings to a session, with libpq's words for what goes wrong on the way. */
import { KernelError } from "../../../kernel/errno.ts";
import type { OpenFile, Process, StreamSocket } from "../../../kernel/types.ts";
import { limitedBy, TimedOut } from "../../network/connect.ts";
import { type ByteStream, Connection, ConnectionLost, Refused } from "./connection.ts";
import type { Conninfo } from "./conninfo.ts";
import { connectLocal } from "./local.ts";
import { type Fields, frontend } from "./messages.ts";
import { type PasswordFile, passwordFromFile, SOCKET_FOLDER } from "./settings.ts";

/** The connection could not be made; the message is libpq's, without "psql: error: ". */
export class ConnectFailure extends Error {
  constructor(
    message: string,
    readonly kind: "unreachable" | "refused" | "no-password",
    readonly fields: Fields = {},
  ) {
    super(message);
  }
}

export interface Dialed {
  readonly connection: Connection;
  /** As `\conninfo` tells. */
  readonly host: string;
  readonly address: string | undefined;
  readonly port: string;
}

/** A socket as a stream of bytes; `ended` interrupts the process that waits. */
export function streamOver(socket: OpenFile, ended: AbortSignal): ByteStream {
  return {
    read: async (max) => socket.readNow(max) ?? (await socket.read(max, ended)),
    write: (bytes) => socket.write(bytes, ended),
    close: () => socket.release(),
  };
}

export interface DialOptions {
  readonly settings: Conninfo;
  readonly applicationName: string;
  /** The terminal's encoding is asked for ("auto"). */
  readonly encoding?: string;
  readonly onNotice?: (fields: Fields) => void;
}

/** Tries each host in turn. Throws ConnectFailure. */
export async function dial(self: Process, options: DialOptions): Promise<Dialed> {
  const { settings } = options;
  const hosts = (settings.get("host") ?? settings.get("hostaddr") ?? SOCKET_FOLDER).split(",");
  const ports = (settings.get("port") ?? "").split(",");
  if (ports.length !== 1 && ports.length !== hosts.length)
    throw new ConnectFailure(`could not match ${ports.length} port numbers to ${hosts.length} hosts`, "unreachable");
  const failures: ConnectFailure[] = [];
  for (const [index, host] of hosts.entries()) {
    const port = ports[ports.length === 1 ? 0 : index] || "5432";
    if (!/^\s*\d+\s*$/.test(port)) throw new ConnectFailure(`invalid integer value "${port}" for connection option "port"`, "unreachable");
    if (Number(port) < 1 || Number(port) > 65535) throw new ConnectFailure(`invalid port number: "${port}"`, "unreachable");
    try {
      return await dialHost(self, options, host === "" ? SOCKET_FOLDER : host, port);
    } catch (error) {
      if (!(error instanceof ConnectFailure)) throw error;
      failures.push(error);
      if (error.kind === "no-password") break;
    }
  }
  const last = failures.at(-1);
  throw new ConnectFailure(failures.map(({ message }) => message).join("\n"), last?.kind ?? "unreachable", last?.fields);
}

async function dialHost(self: Process, options: DialOptions, host: string, port: string): Promise<Dialed> {
  // The file is read before anybody is asked, as libpq does.
  const file = options.settings.has("password") ? undefined : passwordFromFile(self, options.settings, host, port);
  if (file?.warning !== undefined) await self.error(file.warning);
  if (host.startsWith("/") || host.startsWith("@")) {
    const path = `${host}/.s.PGSQL.${port}`;
    const where = `connection to server on socket "${path}" failed: `;
    let socket: OpenFile;
    try {
      socket = await connectLocal(self, path);
    } catch (error) {
      if (!(error instanceof KernelError) || self.ended.aborted) throw error;
      const hint =
        error.code === "ENOENT" || error.code === "ECONNREFUSED"
          ? "\n\tIs the server running locally and accepting connections on that socket?"
          : "";
      throw new ConnectFailure(`${where}${error.text}${hint}`, "unreachable");
    }
    return { connection: await startSession(self, options, socket, where, host, file), host, address: undefined, port };
  }
  const given = options.settings.get("hostaddr");
  const addresses = given === undefined ? self.machine.network.resolve(host) : [given];
  if (addresses.length === 0)
    throw new ConnectFailure(`could not translate host name "${host}" to address: Name or service not known`, "unreachable");
  const failures: ConnectFailure[] = [];
  for (const address of addresses) {
    const where = `connection to server at "${host}"${address === host ? "" : ` (${address})`}, port ${port} failed: `;
    try {
      const socket = await connectTcp(self, options, address, Number(port), where);
      return { connection: await startSession(self, options, socket, where, host, file), host, address, port };
    } catch (error) {
      if (!(error instanceof ConnectFailure)) throw error;
      failures.push(error);
      if (error.kind !== "unreachable") break;
    }
  }
  const last = failures.at(-1);
  throw new ConnectFailure(failures.map(({ message }) => message).join("\n"), last?.kind ?? "unreachable", last?.fields);
}

async function connectTcp(self: Process, options: DialOptions, address: string, port: number, where: string): Promise<StreamSocket> {
  const seconds = Number(options.settings.get("connect_timeout") ?? 0);
  const limit = limitedBy(self, seconds > 0 ? Math.max(2, seconds) : undefined);
  try {
    return await self.machine.network.connect(address, port, limit.signal);
  } catch (error) {
    if (error instanceof TimedOut) throw new ConnectFailure(`${where}timeout expired`, "unreachable");
    if (!(error instanceof KernelError) || self.ended.aborted) throw error;
    const hint =
      error.code === "ECONNREFUSED" || error.code === "ETIMEDOUT" || error.code === "EHOSTUNREACH"
        ? "\n\tIs the server running on that host and accepting TCP/IP connections?"
        : "";
    throw new ConnectFailure(`${where}${error.text}${hint}`, "unreachable");
  } finally {
    limit.cancel();
  }
}

async function startSession(
  self: Process,
  options: DialOptions,
  socket: OpenFile,
  where: string,
  host: string,
  file: PasswordFile | undefined,
): Promise<Connection> {
  const { settings } = options;
  const stream = streamOver(socket, self.ended);
  let passwordFile: string | undefined;
  try {
    if (!host.startsWith("/") && settings.get("sslmode") !== "disable" && settings.get("sslmode") !== "allow") {
      await stream.write(frontend.sslRequest());
      const answer = await stream.read(1);
      // "S" needs TLS, which this client does not speak; a server of this world answers "N" unless it was told otherwise.
      if (answer[0] === 0x53)
        throw new ConnectFailure(
          `${where}the server wants TLS, which this client does not model: use sslmode=disable (/reference/machine)`,
          "refused",
        );
      if (/^(require|verify-ca|verify-full)$/.test(settings.get("sslmode") ?? ""))
        throw new ConnectFailure(`${where}server does not support SSL, but SSL was required`, "refused");
    }
    const connection = new Connection(stream);
    const parameters: Record<string, string> = { user: settings.get("user") ?? "", database: settings.get("dbname") ?? "" };
    const encoding = settings.get("client_encoding") ?? options.encoding;
    const extra: readonly (readonly [string, string | undefined])[] = [
      ["options", settings.get("options")],
      ["application_name", settings.get("application_name") ?? settings.get("fallback_application_name") ?? options.applicationName],
      ["client_encoding", encoding === "auto" ? "UTF8" : encoding],
      ["datestyle", self.env.PGDATESTYLE],
      ["timezone", self.env.PGTZ],
    ];
    for (const [name, value] of extra) if (value !== undefined && value !== "") parameters[name] = value;
    await connection.start({
      parameters,
      onNotice: options.onNotice,
      password: async () => {
        const own = settings.get("password");
        if (own !== undefined) return own;
        if (file?.password !== undefined) passwordFile = file.path;
        return file?.password;
      },
    });
    return connection;
  } catch (error) {
    socket.release();
    if (error instanceof Refused) {
      const from = passwordFile !== undefined && error.fields.C === "28P01" ? `\npassword retrieved from file "${passwordFile}"` : "";
      throw new ConnectFailure(`${where}${error.message}${from}`, error.passwordMissing ? "no-password" : "refused", error.fields);
    }
    if (error instanceof ConnectionLost) throw new ConnectFailure(`${where}${error.message}`, "unreachable", error.fields);
    if (error instanceof KernelError && !self.ended.aborted) throw new ConnectFailure(`${where}${error.text}`, "unreachable");
    throw error;
  }
}

/** Asks the server to stop what a session is doing (54.2.8): on a connection of its own, without an answer. */
export async function cancel(self: Process, dialed: Dialed): Promise<void> {
  const { connection, address, host, port } = dialed;
  const never = new AbortController().signal;
  const socket =
    address === undefined
      ? await connectLocal(self, `${host}/.s.PGSQL.${port}`, never)
      : await self.machine.network.connect(address, Number(port), never);
  try {
    await socket.write(frontend.cancelRequest(connection.pid, connection.secret), never);
    await socket.read(1, never);
  } finally {
    socket.release();
  }
}
