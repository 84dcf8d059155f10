/** SCRAM-SHA-256 from the client's side (RFC 5802, RFC 7677; PostgreSQL 18 documentation, 54.3 SASL Authentication). */

const encoder = new TextEncoder();

async function hmac(key: Uint8Array, text: Uint8Array): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey("raw", key.slice(), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, text.slice()));
}

const sha256 = async (data: Uint8Array) => new Uint8Array(await crypto.subtle.digest("SHA-256", data.slice()));

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const unbase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** SaltedPassword := Hi(Normalize(password), salt, i): PBKDF2 with HMAC-SHA-256. */
async function saltedPassword(password: string, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", encoder.encode(password.normalize("NFKC")), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: salt.slice(), iterations }, key, 256);
  return new Uint8Array(bits);
}

/** One exchange: what the client says first, then, and whether the server has proved itself. */
export class Scram {
  readonly #nonce = base64(crypto.getRandomValues(new Uint8Array(18)));
  #serverSignature = "";

  constructor(private readonly password: string) {}

  /** "n,,": no channel binding. The user's name is the startup message's. */
  get first(): string {
    return `n,,n=,r=${this.#nonce}`;
  }

  /** Throws when the server's nonce does not go on from ours. */
  async answer(serverFirst: string): Promise<string> {
    const { r: nonce = "", s: salt = "", i: iterations = "" } = attributes(serverFirst);
    if (!nonce.startsWith(this.#nonce)) throw new Error("invalid SCRAM response (nonce mismatch)");
    const withoutProof = `c=biws,r=${nonce}`;
    const text = encoder.encode(`n=,r=${this.#nonce},${serverFirst},${withoutProof}`);
    const salted = await saltedPassword(this.password, unbase64(salt), Number(iterations));
    const clientKey = await hmac(salted, encoder.encode("Client Key"));
    const signature = await hmac(await sha256(clientKey), text);
    this.#serverSignature = base64(await hmac(await hmac(salted, encoder.encode("Server Key")), text));
    return `${withoutProof},p=${base64(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))}`;
  }

  isServer(serverFinal: string): boolean {
    return attributes(serverFinal).v === this.#serverSignature;
  }
}

/** What the server keeps of a password: `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey` (51.8 pg_authid). */
export async function scramVerifier(password: string, iterations = 4096): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const salted = await saltedPassword(password, salt, iterations);
  const storedKey = await sha256(await hmac(salted, encoder.encode("Client Key")));
  const serverKey = await hmac(salted, encoder.encode("Server Key"));
  return `SCRAM-SHA-256$${iterations}:${base64(salt)}$${base64(storedKey)}:${base64(serverKey)}`;
}

function attributes(text: string): Record<string, string> {
  return Object.fromEntries(text.split(",").map((part) => [part.slice(0, 1), part.slice(2)]));
}
