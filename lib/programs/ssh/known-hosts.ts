/** ~/.ssh/known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): which key each host has shown. */
import type { Files } from "../../kernel/types.ts";
import { sha1 } from "../core/hash.ts";
import { concat, encode } from "../core/io.ts";
import { matchesList } from "./host-pattern.ts";
import { type PublicKey, parsePublicKey, publicLine } from "./keys.ts";
import { fromBase64, toBase64 } from "./wire.ts";

export interface KnownHost {
  readonly line: number;
  readonly names: string;
  readonly marker: string | undefined;
  readonly key: PublicKey;
}

/** As known_hosts names a host: the port only where it is another one. */
export function hostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

const BLOCK = 64;

function hmacSha1(key: Uint8Array, text: string): Uint8Array {
  const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const pad = (value: number) => Uint8Array.from({ length: BLOCK }, (_, index) => (key[index] ?? 0) ^ value);
  return bytes(sha1(concat([pad(0x5c), bytes(sha1(concat([pad(0x36), encode(text)])))])));
}

/** The name as HashKnownHosts keeps it; `salt` are 20 random bytes. */
export function hashedName(name: string, salt: Uint8Array): string {
  return `|1|${toBase64(salt)}|${toBase64(hmacSha1(salt, name))}`;
}

export function namesMatch(names: string, name: string): boolean {
  if (!names.startsWith("|")) return matchesList(names.split(","), name);
  const [, , salt = "", hash = ""] = names.split("|");
  const bytes = fromBase64(salt);
  return bytes !== undefined && toBase64(hmacSha1(bytes, name)) === hash;
}

export function parseKnownHost(text: string, line: number): KnownHost | undefined {
  const found = /^\s*(?:(@\S+)\s+)?(\S+)\s+(.*)$/.exec(text);
  if (found === null || text.trimStart().startsWith("#")) return undefined;
  const key = parsePublicKey(found[3] ?? "");
  return key === undefined ? undefined : { line, names: found[2] ?? "", marker: found[1], key };
}

export function readKnownHosts(files: Files, path: string): KnownHost[] {
  if (!files.exists(path)) return [];
  return files
    .readText(path)
    .split("\n")
    .flatMap((text, index) => parseKnownHost(text, index + 1) ?? []);
}

/** Appends the host's key; makes ~/.ssh with 0700 when it is missing. */
export function addKnownHost(files: Files, path: string, names: string, key: PublicKey): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (!files.exists(folder)) files.mkdir(folder, { mode: 0o700 });
  const before = files.exists(path) ? files.readText(path) : "";
  const start = before === "" || before.endsWith("\n") ? "" : "\n";
  files.writeFile(path, `${start}${names} ${publicLine({ ...key, comment: "" })}\n`, { append: true, mode: 0o600 });
}
