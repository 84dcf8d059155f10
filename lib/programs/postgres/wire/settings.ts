/** Where a connection's settings come from when they are not given: environment, service file, ~/.pgpass, defaults (32.15 to 32.17). */
import type { Files, Process } from "../../../kernel/types.ts";
import { type Conninfo, ConninfoError } from "./conninfo.ts";

/** Debian's directory of the server's sockets. */
export const SOCKET_FOLDER = "/var/run/postgresql";
export const DEFAULT_PORT = "5432";

const FROM_ENVIRONMENT: readonly (readonly [variable: string, keyword: string])[] = [
  ["PGHOST", "host"],
  ["PGHOSTADDR", "hostaddr"],
  ["PGPORT", "port"],
  ["PGDATABASE", "dbname"],
  ["PGUSER", "user"],
  ["PGPASSWORD", "password"],
  ["PGPASSFILE", "passfile"],
  ["PGSERVICE", "service"],
  ["PGOPTIONS", "options"],
  ["PGAPPNAME", "application_name"],
  ["PGSSLMODE", "sslmode"],
  ["PGSSLROOTCERT", "sslrootcert"],
  ["PGREQUIREPEER", "requirepeer"],
  ["PGCONNECT_TIMEOUT", "connect_timeout"],
  ["PGCLIENTENCODING", "client_encoding"],
  ["PGTARGETSESSIONATTRS", "target_session_attrs"],
];

/** The name of the user who runs a process; undefined when /etc/passwd has none. */
export function operatingSystemUser(files: Files, uid: number): string | undefined {
  if (!files.exists("/etc/passwd")) return undefined;
  for (const line of files.readText("/etc/passwd").split("\n")) {
    const [name, , id] = line.split(":");
    if (id === String(uid)) return name;
  }
  return undefined;
}

/** Fills in what was not given. Throws ConninfoError. */
export function completeSettings(self: Process, given: Conninfo): Conninfo {
  const settings: Conninfo = new Map([...given].filter(([, value]) => value !== ""));
  const service = settings.get("service") ?? self.env.PGSERVICE;
  if (service !== undefined && service !== "") {
    for (const [name, value] of serviceSettings(self, service)) if (!settings.has(name)) settings.set(name, value);
  }
  for (const [variable, keyword] of FROM_ENVIRONMENT) {
    const value = self.env[variable];
    if (value !== undefined && value !== "" && !settings.has(keyword)) settings.set(keyword, value);
  }
  if (!settings.has("port")) settings.set("port", DEFAULT_PORT);
  if (!settings.has("user")) {
    const user = operatingSystemUser(self.files, self.credentials.uid);
    if (user === undefined) throw new ConninfoError(`could not look up local user ID ${self.credentials.uid}: Success`);
    settings.set("user", user);
  }
  if (!settings.has("dbname")) settings.set("dbname", settings.get("user") ?? "");
  if (!settings.has("host") && !settings.has("hostaddr")) settings.set("host", SOCKET_FOLDER);
  if (!settings.has("sslmode")) settings.set("sslmode", "prefer");
  return settings;
}

/** A section of the connection service file: ~/.pg_service.conf, then the system's (32.17). */
function serviceSettings(self: Process, service: string): Conninfo {
  const own = self.env.PGSERVICEFILE ?? `${self.env.HOME ?? ""}/.pg_service.conf`;
  const system = `${self.env.PGSYSCONFDIR ?? "/etc/postgresql-common"}/pg_service.conf`;
  for (const path of [own, system]) {
    if (!self.files.exists(path)) continue;
    let inside = false;
    const found: Conninfo = new Map();
    for (const [index, raw] of self.files.readText(path).split("\n").entries()) {
      const line = raw.trim();
      if (line === "" || line.startsWith("#")) continue;
      if (line.startsWith("[")) {
        if (inside) break;
        inside = line === `[${service}]`;
        continue;
      }
      if (!inside) continue;
      const equals = line.indexOf("=");
      if (equals < 0) throw new ConninfoError(`syntax error in service file "${path}", line ${index + 1}`);
      found.set(line.slice(0, equals), line.slice(equals + 1));
    }
    if (inside) return found;
  }
  throw new ConninfoError(`definition of service "${service}" not found`);
}

/** The fields of a line of ~/.pgpass: a backslash before a colon or a backslash takes its meaning. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [""];
  for (let at = 0; at < line.length; at++) {
    const c = line[at] ?? "";
    if (c === "\\" && at + 1 < line.length) fields[fields.length - 1] += line[++at] ?? "";
    else if (c === ":" && fields.length < 5) fields.push("");
    else fields[fields.length - 1] += c;
  }
  return fields;
}

export interface PasswordFile {
  readonly path: string;
  readonly password?: string;
  /** To be said on standard error. */
  readonly warning?: string;
}

/** The password for a connection in ~/.pgpass (32.16): the first line that matches; the file must be its owner's alone. */
export function passwordFromFile(self: Process, settings: Conninfo, host: string, port: string): PasswordFile {
  const path = settings.get("passfile") ?? `${self.env.HOME ?? ""}/.pgpass`;
  let mode: number;
  try {
    const stat = self.files.stat(path);
    if (stat.kind !== "file") return { path, warning: `WARNING: password file "${path}" is not a plain file\n` };
    mode = stat.mode;
  } catch {
    return { path };
  }
  if ((mode & 0o077) !== 0)
    return {
      path,
      warning: `WARNING: password file "${path}" has group or world access; permissions should be u=rw (0600) or less\n`,
    };
  const wanted = [host === SOCKET_FOLDER ? "localhost" : host, port, settings.get("dbname") ?? "", settings.get("user") ?? ""];
  if (!self.files.access(path, 4)) return { path };
  for (const line of self.files.readText(path).split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const fields = fieldsOf(line);
    if (fields.length === 5 && wanted.every((value, index) => fields[index] === "*" || fields[index] === value))
      return { path, password: fields[4] ?? "" };
  }
  return { path };
}
