/** ssh-keygen(1): makes keys and looks at them. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { program } from "../core/program.ts";
import { userName } from "../core/users.ts";
import {
  bitsOf,
  ed25519Key,
  fingerprint,
  type PrivateKey,
  type PublicKey,
  parsePrivateKey,
  parsePublicKey,
  privateKeyFile,
  publicLine,
  randomArt,
  rsaKey,
  typeName,
} from "./keys.ts";
import { hashedName, namesMatch, parseKnownHost, readKnownHosts } from "./known-hosts.ts";
import { ask } from "./prompt.ts";

const USUAL_RSA_BITS = 3072;
const FILES: Readonly<Record<string, string>> = { rsa: "id_rsa", ed25519: "id_ed25519" };

export const sshKeygen = program({
  name: "ssh-keygen",
  summary: "OpenSSH authentication key utility",
  section: "network",
  origin: "OpenSSH_9.2p1 Debian-2+deb12u10",
  usageMessage: (message) => message.replace(/^invalid option -- '(.)'/, "unknown option -- $1"),
  synopsis: [
    "[-q] [-b bits] [-C comment] [-f output_keyfile] [-N new_passphrase] [-t ed25519 | rsa]",
    "-y [-f input_keyfile]",
    "-c [-C comment] [-f keyfile]",
    "-l [-v] [-f input_keyfile]",
    "-F hostname [-lv] [-f known_hosts_file]",
    "-H [-f known_hosts_file]",
    "-R hostname [-f known_hosts_file]",
  ],
  options: [
    "-b BITS  the number of bits of an RSA key",
    "-C COMMENT  a comment",
    "-c  change the comment of a key",
    "-E HASH  sha256 only",
    "-F HOST  look for a host in known_hosts",
    "-f FILE  the key file",
    "-H  hash the names in known_hosts",
    "-l  show the fingerprint",
    "-N PASSPHRASE  the new passphrase",
    "-P PASSPHRASE  the old passphrase",
    "-q  quiet",
    "-R HOST  remove a host from known_hosts",
    "-t TYPE  ed25519 or rsa",
    "-v  the fingerprint with its picture",
    "-y  print the public key of a private one",
  ],
  unmodeled: [
    "-A",
    "-a",
    "-B",
    "-D",
    "-e",
    "-g",
    "-I",
    "-i",
    "-K",
    "-k",
    "-L",
    "-M",
    "-m",
    "-n",
    "-O",
    "-p",
    "-Q",
    "-r",
    "-s",
    "-U",
    "-V",
    "-w",
    "-Y",
    "-Z",
    "-z",
  ],
  limits: "Keys are ed25519 or RSA ones, without a passphrase. Certificates and signing of files are not modeled.",
  run: async (self, args) => {
    const home = self.env.HOME ?? "/";
    if (args.has("R")) return removeHost(self, args, `${home}/.ssh/known_hosts`);
    if (args.has("F")) return findHost(self, args, `${home}/.ssh/known_hosts`);
    if (args.has("H")) return hashHosts(self, args.get("f") ?? `${home}/.ssh/known_hosts`);
    if (args.has("l")) return showFingerprints(self, args, home);
    if (args.has("y")) return showPublic(self, args, home);
    if (args.has("c")) return changeComment(self, args, home);
    return generate(self, args, home);
  },
});

async function keyFile(self: Process, args: Arguments, home: string, question: string): Promise<string> {
  const given = args.get("f");
  if (given !== undefined) return given;
  const usual = [...Object.values(FILES)].map((name) => `${home}/.ssh/${name}`);
  const likely = usual.find((path) => self.files.exists(path)) ?? `${home}/.ssh/id_rsa`;
  const answer = await ask(self, `${question} (${likely}): `, { echo: true });
  return answer === undefined || answer === "" ? likely : answer;
}

async function generate(self: Process, args: Arguments, home: string): Promise<number> {
  const type = args.get("t") ?? "rsa";
  const usual = FILES[type];
  if (usual === undefined) {
    if (/^(ecdsa|dsa|ecdsa-sk|ed25519-sk)$/.test(type))
      throw new Failure(`keys of type ${type} are real, but this machine does not model them; see /reference/machine`, 255);
    await self.error(`unknown key type ${type}\n`);
    return 255;
  }
  const bits = Number(args.get("b") ?? USUAL_RSA_BITS);
  if (type === "rsa" && !(bits >= 1024 && bits <= 16384)) {
    await self.error(bits < 1024 ? "Invalid RSA key length: minimum is 1024 bits\n" : "Invalid RSA key length: maximum is 16384 bits\n");
    return 255;
  }
  const quiet = args.has("q");
  const say = async (text: string) => {
    if (!quiet) await self.print(text);
  };
  await say(`Generating public/private ${type} key pair.\n`);
  const path = args.get("f") ?? (await askForFile(self, `${home}/.ssh/${usual}`));
  await makeFolder(self, path, `${home}/.ssh`, say);
  if (self.files.exists(path) && !(await overwrite(self, path))) return 1;
  if (!(await withoutPassphrase(self, args))) return 255;
  const comment = args.get("C") ?? `${userName(self.machine.files, self.credentials.uid)}@${self.machine.hostname}`;
  const random = () => self.machine.kernel.random();
  const seed = Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256));
  const key = type === "rsa" ? await rsaKey(bits, comment) : ed25519Key(seed, comment);
  try {
    writeKey(self, path, key, Math.floor(random() * 2 ** 32));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    await self.error(`Saving key "${path}" failed: ${reason(error)}\n`);
    return 1;
  }
  await say(`Your identification has been saved in ${path}\nYour public key has been saved in ${path}.pub\n`);
  await say(`The key fingerprint is:\n${fingerprint(key.public)} ${comment}\nThe key's randomart image is:\n${randomArt(key.public)}\n`);
  return 0;
}

async function askForFile(self: Process, usual: string): Promise<string> {
  const answer = await ask(self, `Enter file in which to save the key (${usual}): `, { echo: true });
  return answer === undefined || answer === "" ? usual : answer;
}

async function makeFolder(self: Process, path: string, folder: string, say: (text: string) => Promise<void>): Promise<void> {
  if (!self.files.absolute(path).startsWith(`${folder}/`) || self.files.exists(folder)) return;
  self.files.mkdir(folder, { mode: 0o700 });
  self.files.chmod(folder, 0o700);
  await say(`Created directory '${folder}'.\n`);
}

/** The question goes to standard output, and its answer comes from standard input (confirm_overwrite in ssh-keygen.c). */
async function overwrite(self: Process, path: string): Promise<boolean> {
  await self.print(`${path} already exists.\nOverwrite (y/n)? `);
  let line = "";
  while (!line.includes("\n")) {
    const bytes = await self.read(0, 1);
    if (bytes.length === 0) break;
    line += new TextDecoder().decode(bytes);
  }
  return /^y/i.test(line);
}

/** Whether the key is to have no passphrase; asks until both answers are the same, as long as none was given. */
async function withoutPassphrase(self: Process, args: Arguments): Promise<boolean> {
  let passphrase = args.get("N");
  while (passphrase === undefined) {
    const first = (await ask(self, "Enter passphrase (empty for no passphrase): ", { echo: false })) ?? "";
    const second = (await ask(self, "Enter same passphrase again: ", { echo: false })) ?? "";
    if (first === second) passphrase = first;
    else await self.print("Passphrases do not match.  Try again.\n");
  }
  if (passphrase === "") return true;
  await self.error("ssh-keygen: passphrases are real and a good habit, but this machine does not model them; leave it empty here\n");
  return false;
}

function writeKey(self: Process, path: string, key: PrivateKey, check: number): void {
  self.files.writeFile(path, privateKeyFile(key, check), { mode: 0o600 });
  self.files.chmod(path, 0o600);
  self.files.writeFile(`${path}.pub`, `${publicLine(key.public)}\n`, { mode: 0o644 });
}

/** Throws Failure when the file is none, or can't be read. */
async function readPrivate(self: Process, path: string): Promise<PrivateKey> {
  let text: string;
  try {
    text = self.files.readText(path);
  } catch (error) {
    await self.error(`${path}: ${reason(error)}\r\n`);
    throw new Failure("", 255);
  }
  const key = parsePrivateKey(text);
  if (key === undefined || key === "encrypted") {
    await self.error(
      `Load key "${path}": ${key === undefined ? "error in libcrypto" : "it has a passphrase, which this machine does not model"}\r\n`,
    );
    throw new Failure("", 255);
  }
  return key;
}

async function showPublic(self: Process, args: Arguments, home: string): Promise<number> {
  const path = await keyFile(self, args, home, "Enter file in which the key is");
  await self.print(`${publicLine((await readPrivate(self, path)).public)}\n`);
  return 0;
}

async function changeComment(self: Process, args: Arguments, home: string): Promise<number> {
  const path = await keyFile(self, args, home, "Enter file in which the key is");
  const key = await readPrivate(self, path);
  await self.print(`Old comment: ${key.public.comment}\n`);
  const comment = args.get("C") ?? (await ask(self, "New comment: ", { echo: true })) ?? "";
  writeKey(self, path, { ...key, public: { ...key.public, comment } }, Math.floor(self.machine.kernel.random() * 2 ** 32));
  await self.print(`Comment '${comment}' applied\n`);
  return 0;
}

async function showFingerprints(self: Process, args: Arguments, home: string): Promise<number> {
  const path = await keyFile(self, args, home, "Enter file in which the key is");
  let text: string;
  try {
    text = path === "-" ? new TextDecoder().decode(await self.readAll(0)) : self.files.readText(path);
  } catch (error) {
    await self.error(`ssh-keygen: ${path}: ${reason(error)}\n`);
    return 255;
  }
  const own = parsePrivateKey(text);
  const keys = own !== undefined && own !== "encrypted" ? [own.public] : publicKeys(text);
  if (keys.length === 0) {
    await self.error(`${path} is not a public key file.\n`);
    return 255;
  }
  for (const key of keys) {
    await self.print(`${bitsOf(key)} ${fingerprint(key)} ${key.comment === "" ? "no comment" : key.comment} (${typeName(key)})\n`);
    if (args.has("v")) await self.print(`${randomArt(key)}\n`);
  }
  return 0;
}

/** Of a .pub file, of authorized_keys, or of known_hosts. */
function publicKeys(text: string): PublicKey[] {
  return text.split("\n").flatMap((line) => {
    const host = parseKnownHost(line, 0);
    return parsePublicKey(line) ?? (host === undefined ? [] : { ...host.key, comment: host.names });
  });
}

async function removeHost(self: Process, args: Arguments, usual: string): Promise<number> {
  const path = args.get("f") ?? usual;
  const name = args.get("R") ?? "";
  if (!self.files.exists(path)) {
    await self.error(`Cannot stat ${path}: No such file or directory\r\n`);
    return 255;
  }
  const found = new Set(readKnownHosts(self.files, path).flatMap(({ line, names }) => (namesMatch(names, name) ? [line] : [])));
  if (found.size === 0) {
    await self.error(`Host ${name} not found in ${path}\n`);
    return 0;
  }
  for (const line of found) await self.print(`# Host ${name} found: line ${line}\n`);
  const text = self.files.readText(path);
  const left = text.split("\n").filter((_, index) => !found.has(index + 1));
  self.files.writeFile(`${path}.old`, text, { mode: 0o600 });
  self.files.writeFile(path, left.join("\n"));
  await self.print(`${path} updated.\nOriginal contents retained as ${path}.old\n`);
  return 0;
}

async function findHost(self: Process, args: Arguments, usual: string): Promise<number> {
  const path = args.get("f") ?? usual;
  const name = args.get("F") ?? "";
  if (!self.files.exists(path)) {
    await self.error(`Cannot stat ${path}: No such file or directory\r\n`);
    return 255;
  }
  const found = readKnownHosts(self.files, path).filter(({ names }) => namesMatch(names, name));
  for (const { line, names, key } of found) {
    await self.print(`# Host ${name} found: line ${line}${args.has("l") ? "" : " "}\n`);
    const shown = args.has("l") ? `${name} ${typeName(key)} ${fingerprint(key)}` : `${names} ${publicLine(key)}`;
    await self.print(`${shown}\n`);
  }
  return found.length > 0 ? 0 : 1;
}

async function hashHosts(self: Process, path: string): Promise<number> {
  if (!self.files.exists(path)) {
    await self.error(`Cannot stat ${path}: No such file or directory\r\n`);
    return 255;
  }
  const text = self.files.readText(path);
  const lines = text.split("\n").flatMap((line) => {
    const host = parseKnownHost(line, 0);
    if (host === undefined || host.names.startsWith("|") || host.marker !== undefined) return [line];
    const salt = () => Uint8Array.from({ length: 20 }, () => Math.floor(self.machine.kernel.random() * 256));
    return host.names.split(",").map((name) => `${hashedName(name, salt())} ${publicLine(host.key)}`);
  });
  self.files.writeFile(`${path}.old`, text, { mode: 0o600 });
  self.files.writeFile(path, lines.join("\n"));
  await self.print(
    `${path} updated.\nOriginal contents retained as ${path}.old\nWARNING: ${path}.old contains unhashed entries\nDelete this file to ensure privacy of hostnames\n`,
  );
  return 0;
}
