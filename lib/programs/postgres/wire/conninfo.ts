/** Connection strings: `host=db dbname=shop` and `postgresql://user@host/db` (PostgreSQL 18 documentation, 32.1.1 Connection Strings). */

export type Conninfo = Map<string, string>;

/** A string that cannot be understood; the message is libpq's. */
export class ConninfoError extends Error {}

/** Every keyword of 32.1.2; those that this machine gives no meaning are taken and have no effect. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "host hostaddr port dbname user password passfile require_auth channel_binding connect_timeout client_encoding options application_name " +
    "fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout replication gssencmode sslmode " +
    "sslnegotiation sslcompression sslcert sslkey sslkeylogfile sslpassword sslcertmode sslrootcert sslcrl sslcrldir sslsni requirepeer " +
    "ssl_min_protocol_version ssl_max_protocol_version min_protocol_version max_protocol_version krbsrvname gsslib gssdelegation " +
    "scram_client_key scram_server_key service servicefile target_session_attrs load_balance_hosts"
  ).split(" "),
);

export function isUri(text: string): boolean {
  return text.startsWith("postgresql://") || text.startsWith("postgres://");
}

/** Whether a database's name is a connection string instead (libpq's recognized_connection_string). */
export function isConnectionString(text: string): boolean {
  return isUri(text) || text.includes("=");
}

export function parseConninfo(text: string): Conninfo {
  const found = isUri(text) ? parseUri(text) : parseKeywords(text);
  for (const name of found.keys()) {
    if (!KEYWORDS.has(name)) throw new ConninfoError(`invalid ${isUri(text) ? "URI query parameter: " : "connection option "}"${name}"`);
  }
  return found;
}

function parseKeywords(text: string): Conninfo {
  const found: Conninfo = new Map();
  let at = 0;
  const skip = () => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  for (skip(); at < text.length; skip()) {
    const start = at;
    while (at < text.length && !/[=\s]/.test(text[at] ?? "")) at++;
    const name = text.slice(start, at);
    skip();
    if (text[at] !== "=") throw new ConninfoError(`missing "=" after "${name}" in connection info string`);
    at++;
    skip();
    const quoted = text[at] === "'";
    if (quoted) at++;
    let value = "";
    for (;;) {
      const c = text[at];
      if (c === undefined) {
        if (quoted) throw new ConninfoError("unterminated quoted string in connection info string");
        break;
      }
      at++;
      if (quoted ? c === "'" : /\s/.test(c)) break;
      if (c === "\\") value += text[at++] ?? "";
      else value += c;
    }
    found.set(name, value);
  }
  return found;
}

function decodePart(text: string): string {
  const bad = /%(?![0-9A-Fa-f]{2})/.exec(text);
  if (bad) throw new ConninfoError(`invalid percent-encoded token: "${text}"`);
  if (text.includes("%00")) throw new ConninfoError(`forbidden value %00 in percent-encoded value: "${text}"`);
  return decodeURIComponent(text);
}

function parseUri(uri: string): Conninfo {
  const found: Conninfo = new Map();
  const rest = uri.slice(uri.indexOf("//") + 2);
  const question = rest.indexOf("?");
  const main = question < 0 ? rest : rest.slice(0, question);
  const slash = main.indexOf("/");
  const authority = slash < 0 ? main : main.slice(0, slash);
  const database = slash < 0 ? "" : main.slice(slash + 1);
  const at = authority.lastIndexOf("@");
  if (at >= 0) {
    const [user = "", ...password] = authority.slice(0, at).split(":");
    if (user !== "") found.set("user", decodePart(user));
    if (password.length > 0) found.set("password", decodePart(password.join(":")));
  }
  const hosts: string[] = [];
  const ports: string[] = [];
  for (const place of authority.slice(at + 1).split(",")) {
    const literal = /^\[([^\]]*)\](?::(.*))?$/.exec(place);
    if (place.startsWith("[") && !literal)
      throw new ConninfoError(`end of string reached when looking for matching "]" in IPv6 host address in URI: "${uri}"`);
    const colon = place.indexOf(":");
    hosts.push(decodePart(literal ? (literal[1] ?? "") : colon < 0 ? place : place.slice(0, colon)));
    ports.push((literal ? literal[2] : colon < 0 ? undefined : place.slice(colon + 1)) ?? "");
  }
  if (hosts.some((host) => host !== "")) found.set("host", hosts.join(","));
  if (ports.some((port) => port !== "")) found.set("port", ports.join(","));
  if (database !== "") found.set("dbname", decodePart(database));
  if (question >= 0) {
    for (const pair of rest.slice(question + 1).split("&")) {
      const equals = pair.indexOf("=");
      if (equals < 0) throw new ConninfoError(`missing key/value separator "=" in URI query parameter: "${pair}"`);
      if (pair.indexOf("=", equals + 1) >= 0)
        throw new ConninfoError(`extra key/value separator "=" in URI query parameter: "${pair.slice(0, equals)}"`);
      const name = decodePart(pair.slice(0, equals));
      const value = decodePart(pair.slice(equals + 1));
      if (name === "ssl" && value === "true") found.set("sslmode", "require");
      else found.set(name, value);
    }
  }
  return found;
}
