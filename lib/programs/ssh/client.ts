/** Connecting to an ssh server: its host key is checked, then the user is let in, or not (ssh(1), AUTHENTICATION). */
import type { Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { limitedBy, TimedOut } from "../network/connect.ts";
import type { ClientSettings } from "./client-settings.ts";
import { authMessage, Connection, NotSsh, SOFTWARE, sessionId } from "./connection.ts";
import { SshFailure } from "./failure.ts";
import { checkHostKey } from "./host-key.ts";
import { fingerprint, type PrivateKey, type PublicKey, parsePrivateKey, parsePublicKey, sign, typeName, verify } from "./keys.ts";
import { ask } from "./prompt.ts";
import { fromBase64, toBase64, WireReader } from "./wire.ts";

/** Messages for `-v`; each is a line. */
export type Debug = (text: string) => Promise<void>;

export interface Connected {
  readonly connection: Connection;
  readonly address: string;
}

/** Connects, checks and logs in. Throws SshFailure. */
export async function connectTo(self: Process, host: string, settings: ClientSettings, debug: Debug): Promise<Connected> {
  const { hostName, port } = settings;
  const [address] = self.machine.network.resolve(hostName);
  if (address === undefined) throw new SshFailure(`ssh: Could not resolve hostname ${hostName.toLowerCase()}: Name or service not known`);
  await debug(`Connecting to ${hostName} [${address}] port ${port}.`);
  const connection = await openConnection(self, settings, address);
  await debug("Connection established.");
  for (const file of settings.identityFiles) await debug(`identity file ${file} type ${(await identityType(self, file)) ?? -1}`);
  await debug(`Local version string SSH-2.0-${SOFTWARE}`);
  try {
    const banner = await connection.exchangeBanners();
    await debug(`Remote protocol version 2.0, remote software version ${banner.replace(/^SSH-2\.0-/, "")}`);
    await debug(`Authenticating to ${hostName}:${port} as '${settings.user}'`);
    const id = await meetHost(self, connection, settings, { host, address }, debug);
    await logIn(self, connection, settings, id, { host, address }, debug);
    return { connection, address };
  } catch (error) {
    connection.close();
    if (error instanceof NotSsh) throw notSsh(error, address, port);
    if (codeOf(error) === undefined) throw error;
    throw new SshFailure(`kex_exchange_identification: read: ${reason(error)}\r\nConnection reset by ${address} port ${port}`);
  }
}

function notSsh(error: NotSsh, address: string, port: number): SshFailure {
  if (error.how === "garbage") return new SshFailure(`kex_exchange_identification: banner line contains invalid characters`);
  return new SshFailure(`kex_exchange_identification: Connection closed by remote host\r\nConnection closed by ${address} port ${port}`);
}

async function openConnection(self: Process, settings: ClientSettings, address: string): Promise<Connection> {
  const { signal, cancel } = limitedBy(self, settings.connectTimeout);
  try {
    return new Connection(await self.machine.network.connect(address, settings.port, signal), self.ended);
  } catch (error) {
    const timedOut = error instanceof TimedOut;
    if (!timedOut && codeOf(error) === undefined) throw error;
    const why = timedOut ? "Connection timed out" : reason(error);
    throw new SshFailure(`ssh: connect to host ${settings.hostName} port ${settings.port}: ${why}`);
  } finally {
    cancel();
  }
}

function randomText(self: Process): string {
  return Array.from({ length: 4 }, () => Math.floor(self.machine.kernel.random() * 2 ** 32).toString(16)).join("");
}

/** Finds out who the server is; the id of the session, which it has signed. */
async function meetHost(
  self: Process,
  connection: Connection,
  settings: ClientSettings,
  where: { host: string; address: string },
  debug: Debug,
): Promise<Uint8Array> {
  const nonce = randomText(self);
  await connection.send({ kind: "hello", nonce });
  const answer = await connection.receiveMessage();
  if (answer.kind !== "host-key") throw new NotSsh("garbage");
  const key = publicKeyOf(answer.key);
  const id = sessionId(nonce, answer.nonce, answer.key);
  const signature = fromBase64(answer.signature);
  if (key === undefined || signature === undefined || !(await verify(key, id, signature)))
    throw new SshFailure("ssh_dispatch_run_fatal: incorrect signature");
  await debug(`Server host key: ${key.type} ${fingerprint(key)}`);
  await checkHostKey(self, settings, key, where, debug);
  return id;
}

function publicKeyOf(base64: string): PublicKey | undefined {
  const blob = fromBase64(base64);
  if (blob === undefined) return undefined;
  try {
    return { type: new WireReader(blob).text(), blob, comment: "" };
  } catch {
    return undefined;
  }
}

/** ssh's number of a key's type in `-v`; undefined without a public key file. */
async function identityType(self: Process, file: string): Promise<number | undefined> {
  const key = readPublic(self, file);
  return key === undefined ? undefined : ({ "ssh-rsa": 0, "ssh-ed25519": 3 }[key.type] ?? -1);
}

function readPublic(self: Process, file: string): PublicKey | undefined {
  const path = `${file}.pub`;
  return self.files.exists(path) && self.files.access(path, 4) ? parsePublicKey(self.files.readText(path)) : undefined;
}

async function logIn(
  self: Process,
  connection: Connection,
  settings: ClientSettings,
  id: Uint8Array,
  where: { host: string; address: string },
  debug: Debug,
): Promise<void> {
  const { user } = settings;
  const request = async (message: Parameters<Connection["send"]>[0]) => {
    await connection.send(message);
    const answer = await connection.receiveMessage();
    if (answer.kind === "auth-result") return answer;
    const over = answer.kind === "disconnect" ? `${answer.code}: ${answer.reason}` : "2: protocol error";
    const peer = `${where.address} port ${settings.port}`;
    throw new SshFailure(`Received disconnect from ${peer}:${over}\r\nDisconnected from ${peer}`);
  };
  const authenticated = (method: string) =>
    debug(`Authenticated to ${settings.hostName} ([${where.address}]:${settings.port}) using "${method}".`);
  let answer = await request({ kind: "auth", user, method: "none" });
  if (answer.result === "in") return authenticated("none");
  const { methods } = answer;
  await debug(`Authentications that can continue: ${methods.join(",")}`);
  if (methods.includes("publickey") && settings.pubkeyAuthentication) {
    await debug("Next authentication method: publickey");
    for (const file of settings.identityFiles) {
      const key = await readIdentity(self, file, settings, debug);
      if (key === undefined) continue;
      const blob = toBase64(key.public.blob);
      await debug(
        `Offering public key: ${file} ${typeName(key.public)} ${fingerprint(key.public)}${settings.identitiesGiven ? " explicit" : ""}`,
      );
      answer = await request({ kind: "auth", user, method: "publickey", key: blob });
      if (answer.result === "key-will-do") {
        await debug(`Server accepts key: ${file} ${typeName(key.public)} ${fingerprint(key.public)}`);
        const signature = toBase64(await sign(key, authMessage(id, user, blob)));
        answer = await request({ kind: "auth", user, method: "publickey", key: blob, signature });
        if (answer.result === "in") return authenticated("publickey");
      }
      await debug(`Authentications that can continue: ${methods.join(",")}`);
    }
  }
  if (methods.includes("password") && settings.passwordAuthentication && !settings.batchMode) {
    await debug("Next authentication method: password");
    for (let attempt = 0; attempt < settings.passwordPrompts; attempt++) {
      if (attempt > 0) await self.error("Permission denied, please try again.\r\n");
      // Without a terminal, ssh tries an empty password each time.
      const password = (await ask(self, `${user}@${settings.hostName}'s password: `, { echo: false })) ?? "";
      answer = await request({ kind: "auth", user, method: "password", password });
      if (answer.result === "in") return authenticated("password");
      await debug(`Authentications that can continue: ${methods.join(",")}`);
    }
  }
  await debug("No more authentication methods to try.");
  throw new SshFailure(`${user}@${settings.hostName}: Permission denied (${methods.join(",")}).`);
}

const UNPROTECTED = `${"@".repeat(59)}
@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @
${"@".repeat(59)}
`;

/** The private key of a file, or undefined, and why on standard error where ssh says so. */
async function readIdentity(self: Process, file: string, settings: ClientSettings, debug: Debug): Promise<PrivateKey | undefined> {
  const { files } = self;
  if (!files.exists(file)) {
    await debug(`Trying private key: ${file}`);
    return undefined;
  }
  const complain = (what: string) => self.error(`Load key "${file}": ${what}\r\n`);
  const { mode, uid } = files.stat(file);
  if (uid === self.credentials.uid && (mode & 0o077) !== 0) {
    const octal = `0${(mode & 0o777).toString(8)}`;
    const warning = `${UNPROTECTED}Permissions ${octal} for '${file}' are too open.\nIt is required that your private key files are NOT accessible by others.\nThis private key will be ignored.\n`;
    await self.error(warning.replaceAll("\n", "\r\n"));
    await complain("bad permissions");
    return undefined;
  }
  try {
    const key = parsePrivateKey(files.readText(file));
    if (key === "encrypted")
      await complain("keys with a passphrase are real, but this machine does not model them; see /reference/machine");
    else if (key === undefined) await complain("error in libcrypto");
    else return key;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    if (settings.identitiesGiven) await complain(reason(error));
  }
  return undefined;
}
