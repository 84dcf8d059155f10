/** Accounts at authorities, where certbot keeps them: /etc/letsencrypt/accounts/SERVER/directory/ID. */
import type { Process } from "../../kernel/types.ts";
import { md5 } from "../core/hash.ts";
import { encode } from "../core/io.ts";
import { type Jwk, readJson, readJwk } from "../tls/jws.ts";
import type { AccountKey } from "./acme.ts";

const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;
const SECRET_PARTS = ["d", "p", "q", "dp", "dq", "qi"] as const;

export interface StoredAccount {
  readonly id: string;
  readonly key: AccountKey;
  /** Its URL at the authority. */
  readonly url: string;
}

export function accountsFolder(configuration: string, server: string): string {
  const { host, pathname } = new URL(server);
  return `${configuration}/accounts/${host}${pathname}`;
}

/** The account of that server, if there is one. */
export async function loadAccount(self: Process, folder: string): Promise<StoredAccount | undefined> {
  if (!self.files.exists(folder)) return undefined;
  for (const { name } of self.files.readdir(folder)) {
    const path = `${folder}/${name}`;
    if (!self.files.exists(`${path}/private_key.json`) || !self.files.exists(`${path}/regr.json`)) continue;
    const stored = readJson(self.files.readText(`${path}/private_key.json`));
    const regr = readJson(self.files.readText(`${path}/regr.json`));
    const jwk = readJwk(stored);
    if (stored === undefined || jwk === undefined || typeof regr?.uri !== "string") continue;
    const secret = Object.fromEntries(SECRET_PARTS.map((part) => [part, String(stored[part] ?? "")]));
    const sign = await crypto.subtle.importKey("jwk", { ...jwk, ...secret }, ALGORITHM, true, ["sign"]);
    return { id: name, key: { jwk: { kty: "RSA", n: jwk.n, e: jwk.e }, sign }, url: regr.uri };
  }
  return undefined;
}

export async function newAccountKey(): Promise<AccountKey> {
  const pair = await crypto.subtle.generateKey({ ...ALGORITHM, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }, true, [
    "sign",
    "verify",
  ]);
  const exported = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const jwk: Jwk = { kty: "RSA", n: exported.n, e: exported.e };
  return { jwk, sign: pair.privateKey };
}

/** Writes private_key.json, regr.json and meta.json; they are for root alone. */
export async function saveAccount(self: Process, folder: string, key: AccountKey, url: string): Promise<void> {
  const exported = await crypto.subtle.exportKey("jwk", key.sign);
  const secret = Object.fromEntries(SECRET_PARTS.map((part) => [part, exported[part]]));
  const id = md5(encode(JSON.stringify(key.jwk)));
  const path = `${folder}/${id}`;
  self.files.mkdir(path, { recursive: true, mode: 0o700 });
  const created = new Date(self.machine.kernel.clock.now()).toISOString().replace(/\.\d+Z/, "Z");
  const put = (name: string, value: unknown, mode: number) => self.files.writeFile(`${path}/${name}`, JSON.stringify(value), { mode });
  put("private_key.json", { n: exported.n, e: exported.e, ...secret, kty: "RSA" }, 0o400);
  put("regr.json", { body: {}, uri: url }, 0o644);
  put("meta.json", { creation_dt: created, creation_host: self.machine.hostname, register_to_eff: null }, 0o644);
}
