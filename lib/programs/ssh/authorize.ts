/** Whether somebody may log in (sshd(8), AUTHENTICATION and AUTHORIZED_KEYS FILE FORMAT). */
import { type Account, findAccount } from "../../kernel/login.ts";
import type { Files, Process } from "../../kernel/types.ts";
import { checkPassword } from "../users/crypt.ts";
import { type AuthRequest, authMessage, type Connection } from "./connection.ts";
import { matchesList } from "./host-pattern.ts";
import { authorizedKey, EVERYTHING, type KeyOptions } from "./key-options.ts";
import { fingerprint, type PublicKey, sameKey, typeName, verify } from "./keys.ts";
import { logLine } from "./server-log.ts";
import type { ServerSettings } from "./server-settings.ts";
import { fromBase64, WireReader } from "./wire.ts";

export interface Login {
  readonly account: Account;
  /** How, for the log. */
  readonly method: string;
  /** What the key allows that has let the user in. */
  readonly options: KeyOptions;
}

/** Nobody was let in: the connection is over. `how` is for the log. */
export interface NoLogin {
  readonly how: string;
}

/** A wrong password is answered this late (PAM's pam_faildelay), in milliseconds. */
const FAIL_DELAY_MS = 2000;

/** Takes the client's attempts until one succeeds. Throws NotSsh when the client goes. */
export async function authenticate(
  self: Process,
  connection: Connection,
  settings: ServerSettings,
  id: Uint8Array,
  from: string,
): Promise<Login | NoLogin> {
  let failures = 0;
  let logged = false;
  for (;;) {
    const message = await connection.receiveMessage();
    if (message.kind !== "auth") return { how: "protocol error" };
    const { user } = message;
    const account = findAccount(self.machine.files, user);
    if (account === undefined && !logged) {
      logged = true;
      logLine(self, `Invalid user ${user} from ${from}`);
    }
    const allowed = account !== undefined && mayLogIn(self, account, settings);
    const methods = methodsFor(settings);
    const result = allowed ? await attempt(self, message, account, settings, id, from) : await refuse(self, message, settings, from);
    if (result === "key-will-do") {
      await connection.send({ kind: "auth-result", result, methods });
      continue;
    }
    if (result !== "no" && account !== undefined) {
      await connection.send({ kind: "auth-result", result: "in", methods });
      return { account, ...result };
    }
    // The question which methods there are is no failure.
    if (message.method !== "none") failures++;
    if (failures >= settings.maxAuthTries) {
      logLine(self, `error: maximum authentication attempts exceeded for ${describe(user, account)} from ${from} ssh2 [preauth]`);
      await connection.send({ kind: "disconnect", code: 2, reason: "Too many authentication failures" });
      return { how: "too many authentication failures" };
    }
    await connection.send({ kind: "auth-result", result: "no", methods });
  }
}

export function describe(user: string, account: Account | undefined): string {
  return account === undefined ? `invalid user ${user}` : user;
}

function methodsFor(settings: ServerSettings): string[] {
  return [...(settings.pubkeyAuthentication ? ["publickey"] : []), ...(settings.passwordAuthentication ? ["password"] : [])];
}

function mayLogIn(self: Process, account: Account, { allowUsers, denyUsers, permitRootLogin }: ServerSettings): boolean {
  const { name } = account;
  const listed = !matchesList(denyUsers, name) && (allowUsers.length === 0 || matchesList(allowUsers, name));
  if (!listed) logLine(self, `User ${name} from sshd not allowed because not listed in AllowUsers`);
  return listed && !(account.uid === 0 && permitRootLogin === "no");
}

/** "no", "key-will-do", or how the user was let in. */
async function attempt(
  self: Process,
  request: AuthRequest,
  account: Account,
  settings: ServerSettings,
  id: Uint8Array,
  from: string,
): Promise<"no" | "key-will-do" | Omit<Login, "account">> {
  if (request.method === "password") {
    const asRoot = account.uid !== 0 || settings.permitRootLogin === "yes";
    const right =
      settings.passwordAuthentication && asRoot && checkPassword(request.password, shadowField(self.machine.files, account.name));
    if (right && request.password !== "") {
      logLine(self, `Accepted password for ${account.name} from ${from} ssh2`);
      return { method: "password", options: EVERYTHING };
    }
    return refuse(self, request, settings, from);
  }
  if (request.method !== "publickey" || !settings.pubkeyAuthentication) return "no";
  const key = keyOf(request.key);
  const options = key && authorizedFor(self, account, key, settings);
  if (key === undefined || options === undefined) return "no";
  if (request.signature === undefined) return "key-will-do";
  const signature = fromBase64(request.signature) ?? new Uint8Array(0);
  if (!(await verify(key, authMessage(id, account.name, request.key), signature))) return "no";
  logLine(self, `Accepted publickey for ${account.name} from ${from} ssh2: ${typeName(key)} ${fingerprint(key)}`);
  return { method: "publickey", options };
}

async function refuse(self: Process, request: AuthRequest, settings: ServerSettings, from: string): Promise<"no"> {
  if (request.method === "password" && settings.passwordAuthentication) {
    await self.sleep(FAIL_DELAY_MS);
    const account = findAccount(self.machine.files, request.user);
    logLine(self, `Failed password for ${describe(request.user, account)} from ${from} ssh2`);
  }
  return "no";
}

function keyOf(base64: string): PublicKey | undefined {
  const blob = fromBase64(base64);
  if (blob === undefined) return undefined;
  try {
    return { type: new WireReader(blob).text(), blob, comment: "" };
  } catch {
    return undefined;
  }
}

function shadowField(files: Files, user: string): string {
  const line = files
    .readText("/etc/shadow")
    .split("\n")
    .find((each) => each.startsWith(`${user}:`));
  return line?.split(":")[1] ?? "*";
}

/** The files of keys that let this user in. */
function keyFiles(account: Account, settings: ServerSettings): string[] {
  return settings.authorizedKeysFile
    .filter((file) => file !== "none")
    .map((file) => file.replaceAll("%h", account.home).replaceAll("%u", account.name).replaceAll("%%", "%"))
    .map((file) => (file.startsWith("/") ? file : `${account.home}/${file}`));
}

/** What the key allows; undefined when it lets nobody in. */
function authorizedFor(self: Process, account: Account, key: PublicKey, settings: ServerSettings): KeyOptions | undefined {
  const { files } = self.machine;
  for (const path of keyFiles(account, settings)) {
    if (!files.exists(path) || files.stat(path).kind !== "file") continue;
    const bad = settings.strictModes ? badModes(files, path, account) : undefined;
    if (bad !== undefined) {
      logLine(self, `Authentication refused: bad ownership or modes for ${bad}`);
      continue;
    }
    for (const line of files.readText(path).split("\n")) {
      const entry = authorizedKey(line);
      if (entry !== undefined && sameKey(entry.key, key)) return entry.options;
    }
  }
  return undefined;
}

/** StrictModes: nobody else may be able to write the file, or the folders from it up to the home (auth-secure_path). */
function badModes(files: Files, path: string, account: Account): string | undefined {
  let current = files.realpath(path);
  for (let what = "file"; ; what = "directory") {
    const { uid, mode } = files.stat(current);
    if ((uid !== 0 && uid !== account.uid) || (mode & 0o022) !== 0) return `${what} ${current}`;
    if (current === account.home || current === "/") return undefined;
    current = current.slice(0, current.lastIndexOf("/")) || "/";
  }
}
