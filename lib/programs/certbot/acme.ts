/** The client's side of ACME (RFC 8555): signed requests to an authority over https. */
import { HttpFailure, type HttpResponse, httpRequest } from "../../kernel/http-client.ts";
import type { Process } from "../../kernel/types.ts";
import { decode, encode } from "../core/io.ts";
import { connectTls, TlsFailure, trustOf } from "../tls/index.ts";
import { type Jwk, readJson, thumbprint } from "../tls/jws.ts";
import { base64Url } from "../tls/pem.ts";

/** What the authority refuses, or why it can't be asked. */
export class AcmeError extends Error {
  constructor(
    /** "rateLimited"; "connection" where there was no answer. */
    readonly type: string,
    readonly detail: string,
  ) {
    super(detail);
  }
}

export interface AccountKey {
  readonly jwk: Jwk;
  readonly sign: CryptoKey;
}

export interface AcmeChallenge {
  readonly type: string;
  readonly url: string;
  readonly token: string;
  readonly status: string;
  readonly error: { readonly type: string; readonly detail: string } | undefined;
}

export interface AcmeAuthorization {
  readonly url: string;
  readonly name: string;
  readonly status: string;
  readonly challenges: readonly AcmeChallenge[];
}

export interface AcmeOrder {
  readonly url: string;
  readonly status: string;
  readonly authorizations: readonly string[];
  readonly finalize: string;
  readonly certificate: string | undefined;
}

const PREFIX = "urn:ietf:params:acme:error:";
const POLL_MS = 1_000;
/** Half a minute of the world's time, as certbot waits at most for a challenge... and longer for the certificate. */
const MOST_POLLS = 90;

type Json = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export class AcmeClient {
  #nonce: string | undefined;
  #directory: Json | undefined;
  /** The account's URL. */
  account: string | undefined;

  constructor(
    private readonly self: Process,
    /** "https://acme.test/directory" */
    readonly server: string,
    private readonly key: AccountKey,
    private readonly insecure: boolean,
  ) {}

  async #request(method: string, url: string, body?: string): Promise<HttpResponse> {
    const { self } = this;
    try {
      const response = await httpRequest(self.machine, {
        url,
        method,
        headers: [
          ["User-Agent", "CertbotACMEClient/2.1.0 (certbot; Debian GNU/Linux 12 (bookworm))"],
          ...(body === undefined ? [] : [["Content-Type", "application/jose+json"] as const]),
        ],
        body: body === undefined ? undefined : encode(body),
        by: "certbot",
        signal: self.ended,
        secure: (socket, host, signal) =>
          connectTls(socket, {
            serverName: host,
            trust: trustOf(self.machine.files),
            insecure: this.insecure,
            nowMs: self.machine.kernel.clock.now(),
            signal,
          }),
      });
      this.#nonce = response.headers.find(([name]) => name.toLowerCase() === "replay-nonce")?.[1] ?? this.#nonce;
      return response;
    } catch (error) {
      if (error instanceof HttpFailure)
        throw new AcmeError("connection", `HTTPSConnectionPool(host='${new URL(url).host}', port=443): ${error.message}`);
      if (error instanceof TlsFailure)
        throw new AcmeError(
          "connection",
          `HTTPSConnectionPool(host='${new URL(url).host}', port=443): [SSL: CERTIFICATE_VERIFY_FAILED] ${error.verification?.text ?? error.text}`,
        );
      throw error;
    }
  }

  async #url(name: string): Promise<string> {
    this.#directory ??= readJson(decode((await this.#request("GET", this.server)).body)) ?? {};
    const url = text(this.#directory[name]);
    if (url === "") throw new AcmeError("connection", `${this.server} is no ACME directory`);
    return url;
  }

  async termsOfService(): Promise<string> {
    await this.#url("newNonce");
    const meta = this.#directory?.meta;
    return isJson(meta) ? text(meta.termsOfService) : "";
  }

  /** A signed POST; `payload` undefined only reads. */
  async #post(url: string, payload?: Json): Promise<HttpResponse> {
    for (let attempt = 0; ; attempt++) {
      if (this.#nonce === undefined) await this.#request("HEAD", await this.#url("newNonce"));
      const who = this.account === undefined ? { jwk: this.key.jwk } : { kid: this.account };
      const head = base64Url(encode(JSON.stringify({ alg: "RS256", ...who, nonce: this.#nonce, url })));
      const body = payload === undefined ? "" : base64Url(encode(JSON.stringify(payload)));
      this.#nonce = undefined;
      const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", this.key.sign, Uint8Array.from(encode(`${head}.${body}`)));
      const response = await this.#request(
        "POST",
        url,
        JSON.stringify({ protected: head, payload: body, signature: base64Url(new Uint8Array(signature)) }),
      );
      if (response.status < 400) return response;
      const problem = readJson(decode(response.body));
      const type = text(problem?.type).replace(PREFIX, "");
      if (type !== "badNonce" || attempt > 2) throw new AcmeError(type, text(problem?.detail));
    }
  }

  async register(email: string | undefined): Promise<string> {
    const contact = email === undefined ? {} : { contact: [`mailto:${email}`] };
    const response = await this.#post(await this.#url("newAccount"), { ...contact, termsOfServiceAgreed: true });
    this.account = response.headers.find(([name]) => name.toLowerCase() === "location")?.[1] ?? "";
    return this.account;
  }

  async order(names: readonly string[]): Promise<AcmeOrder> {
    const response = await this.#post(await this.#url("newOrder"), { identifiers: names.map((value) => ({ type: "dns", value })) });
    return readOrder(response.headers.find(([name]) => name.toLowerCase() === "location")?.[1] ?? "", response);
  }

  async authorization(url: string): Promise<AcmeAuthorization> {
    const body = readJson(decode((await this.#post(url)).body)) ?? {};
    const name = isJson(body.identifier) ? text(body.identifier.value) : "";
    return { url, name, status: text(body.status), challenges: list(body.challenges).filter(isJson).map(readChallenge) };
  }

  /** What must be served or published for a challenge (8.1). */
  keyAuthorization(token: string): string {
    return `${token}.${thumbprint(this.key.jwk)}`;
  }

  async answer(challenge: AcmeChallenge): Promise<void> {
    await this.#post(challenge.url, {});
  }

  /** Asks until the authorization is decided. */
  async decided(url: string): Promise<AcmeAuthorization> {
    for (let polls = 0; ; polls++) {
      const found = await this.authorization(url);
      if (found.status !== "pending" || polls > MOST_POLLS) return found;
      await this.self.sleep(polls === 0 ? 50 : POLL_MS);
    }
  }

  /** The chain, in PEM. */
  async finalize(order: AcmeOrder, request: Uint8Array): Promise<string> {
    await this.#post(order.finalize, { csr: base64Url(request) });
    for (let polls = 0; polls < MOST_POLLS; polls++) {
      const now = readOrder(order.url, await this.#post(order.url));
      if (now.certificate !== undefined) return decode((await this.#post(now.certificate)).body);
      if (now.status === "invalid") break;
      await this.self.sleep(POLL_MS);
    }
    throw new AcmeError("orderNotReady", "The order was not completed");
  }

  async revoke(certificate: Uint8Array, reason: number): Promise<void> {
    await this.#post(await this.#url("revokeCert"), { certificate: base64Url(certificate), reason });
  }
}

function readChallenge(value: Json): AcmeChallenge {
  const { error } = value;
  return {
    type: text(value.type),
    url: text(value.url),
    token: text(value.token),
    status: text(value.status),
    error: isJson(error) ? { type: text(error.type).replace(PREFIX, ""), detail: text(error.detail) } : undefined,
  };
}

function readOrder(url: string, response: HttpResponse): AcmeOrder {
  const body = readJson(decode(response.body)) ?? {};
  return {
    url,
    status: text(body.status),
    authorizations: list(body.authorizations).map(text),
    finalize: text(body.finalize),
    certificate: typeof body.certificate === "string" ? body.certificate : undefined,
  };
}
