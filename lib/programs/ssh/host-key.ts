/** Whether a server is the one that it was the last time (ssh(1), VERIFYING HOST KEYS). */
import type { Process } from "../../kernel/types.ts";
import type { ClientSettings } from "./client-settings.ts";
import { SshFailure } from "./failure.ts";
import { fingerprint, type PublicKey, sameKey, typeName } from "./keys.ts";
import { addKnownHost, hashedName, hostName, type KnownHost, namesMatch, readKnownHosts } from "./known-hosts.ts";
import { ask } from "./prompt.ts";

const GLOBAL = "/etc/ssh/ssh_known_hosts";

/** Returns when the host may be trusted. Throws SshFailure. */
export async function checkHostKey(
  self: Process,
  settings: ClientSettings,
  key: PublicKey,
  where: { host: string; address: string },
  debug: (text: string) => Promise<void>,
): Promise<void> {
  const name = hostName(settings.hostName, settings.port);
  const { files } = self;
  const known = readKnownHosts(files, settings.knownHostsFile);
  const forHost = [...known, ...readKnownHosts(files, GLOBAL)].filter(({ names }) => namesMatch(names, name));
  const same = forHost.find((entry) => sameKey(entry.key, key));
  if (same?.marker === "@revoked") throw new SshFailure("Host key verification failed.");
  if (same !== undefined) {
    await debug(`Host '${name}' is known and matches the ${typeName(key)} host key.`);
    await debug(`Found key in ${settings.knownHostsFile}:${same.line}`);
    return;
  }
  // A key of another kind says nothing about this one; a different key of the same kind does.
  const changed = forHost.find((entry) => entry.key.type === key.type);
  if (changed !== undefined) return warnChanged(self, settings, key, changed, name);
  const strict = settings.strictHostKeyChecking;
  if (strict === "yes") {
    throw new SshFailure(
      `No ${typeName(key)} host key is known for ${name} and you have requested strict checking.\r\nHost key verification failed.`,
    );
  }
  if (strict === "ask" && !(await confirm(self, settings, key, name, where.address, known)))
    throw new SshFailure("Host key verification failed.");
  try {
    const salt = Uint8Array.from({ length: 20 }, () => Math.floor(self.machine.kernel.random() * 256));
    addKnownHost(files, settings.knownHostsFile, settings.hashKnownHosts ? hashedName(name, salt) : name, key);
    await self.error(`Warning: Permanently added '${name}' (${typeName(key)}) to the list of known hosts.\r\n`);
  } catch {
    await self.error(`Failed to add the host to the list of known hosts (${settings.knownHostsFile}).\r\n`);
  }
}

async function confirm(
  self: Process,
  settings: ClientSettings,
  key: PublicKey,
  name: string,
  address: string,
  known: readonly KnownHost[],
): Promise<boolean> {
  if (settings.batchMode) return false;
  const others = known.filter((entry) => sameKey(entry.key, key));
  const shown = settings.knownHostsFile.replace(self.env.HOME ?? "", "~");
  const names = others.map(({ line, names: text }) => `    ${shown}:${line}: ${text.startsWith("|") ? "[hashed name]" : text}\n`);
  const at = name === address ? name : name.startsWith("[") ? `${name} ([${address}]:${settings.port})` : `${name} (${address})`;
  const text = `The authenticity of host '${at}' can't be established.
${typeName(key)} key fingerprint is ${fingerprint(key)}.
${names.length === 0 ? "This key is not known by any other names.\n" : `This host key is known by the following other names/addresses:\n${names.join("")}`}Are you sure you want to continue connecting (yes/no/[fingerprint])? `;
  let answer = await ask(self, text, { echo: true });
  for (;;) {
    if (answer === undefined) return false;
    const word = answer.trim();
    if (word.toLowerCase() === "yes" || word === fingerprint(key)) return true;
    if (word.toLowerCase() === "no" || word === "") return false;
    answer = await ask(self, "Please type 'yes', 'no' or the fingerprint: ", { echo: true });
  }
}

async function warnChanged(self: Process, settings: ClientSettings, key: PublicKey, before: KnownHost, name: string): Promise<void> {
  const path = settings.knownHostsFile;
  const type = typeName(key);
  const lines = [
    "@".repeat(59),
    "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
    "@".repeat(59),
    "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!",
    "Someone could be eavesdropping on you right now (man-in-the-middle attack)!",
    "It is also possible that a host key has just been changed.",
    `The fingerprint for the ${type} key sent by the remote host is`,
    `${fingerprint(key)}.`,
    "Please contact your system administrator.",
    `Add correct host key in ${path} to get rid of this message.`,
    `Offending ${type} key in ${path}:${before.line}`,
    "  remove with:",
    `  ssh-keygen -f "${path}" -R "${name}"`,
  ];
  await self.error(`${lines.join("\r\n")}\r\n`);
  if (settings.strictHostKeyChecking !== "no") {
    throw new SshFailure(`Host key for ${name} has changed and you have requested strict checking.\r\nHost key verification failed.`);
  }
  await self.error("Password authentication is disabled to avoid man-in-the-middle attacks.\r\n");
}
