/** A certificate authority that speaks ACME (RFC 8555): accounts, orders, challenges, certificates of 90 days, rate limits as Let's Encrypt has them. */
import type { Kernel } from "../../../kernel/kernel.ts";
import { encode } from "../../../programs/core/io.ts";
import { type Certificate, certificatePem, readCertificate } from "../../../programs/tls/certificate.ts";
import { hex } from "../../../programs/tls/der.ts";
import { isGenuine, readRequest } from "../../../programs/tls/issue.ts";
import { isSignedWith, type Jwk, readJson, readJwk, readSigned, type SignedRequest, thumbprint } from "../../../programs/tls/jws.ts";
import { base64Url, fromBase64Url } from "../../../programs/tls/pem.ts";
import type { SiteAnswer, SiteRequest } from "../http-service.ts";
import { type Failure, type Issued, type Issuer, issueFor, tooManyDuplicates, tooManyFailures, whyNotIssuable } from "./policy.ts";
import { type Problem, type Validator, validateDns, validateHttp } from "./validation.ts";

const HOUR_MS = 3_600_000;
/** For what is ordered and not fetched. */
const WEEK_MS = 7 * 24 * HOUR_MS;
const PREFIX = "urn:ietf:params:acme:error:";

interface Account {
  readonly id: string;
  readonly jwk: Jwk;
  contact: readonly string[];
}

/** What an authority keeps; the rest ends with the tab. */
export interface AuthorityState {
  readonly accounts: readonly Account[];
  /** Serial numbers. */
  readonly revoked: readonly string[];
  readonly failures: readonly Failure[];
  readonly issued: readonly Issued[];
}

interface Challenge {
  readonly type: "http-01" | "dns-01";
  readonly token: string;
  status: "pending" | "processing" | "valid" | "invalid";
  problem?: Problem;
}

interface Authorization {
  readonly id: string;
  readonly name: string;
  readonly wildcard: boolean;
  readonly challenges: readonly Challenge[];
  readonly account: string;
  readonly expiresMs: number;
}

interface Order {
  readonly id: string;
  readonly account: string;
  readonly names: readonly string[];
  readonly authorizations: readonly Authorization[];
  readonly expiresMs: number;
  certificate?: Certificate;
}

export interface AuthorityOptions {
  readonly kernel: Kernel;
  readonly validator: () => Validator;
  readonly issuer: () => Promise<Issuer>;
  /** For trying out: nothing is limited. */
  readonly staging: boolean;
  readonly state?: AuthorityState;
}

/** A request that is refused. */
class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const refuse = (type: string, detail: string, status = 400) => new Refusal({ type, detail, status });

const token = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));
const number = () => String(100_000_000 + Math.floor(Math.random() * 899_999_999));

export class Authority {
  readonly #options: AuthorityOptions;
  readonly #accounts = new Map<string, Account>();
  readonly #orders = new Map<string, Order>();
  readonly #nonces = new Set<string>();
  #revoked: string[];
  #failures: Failure[];
  #issued: Issued[];

  constructor(options: AuthorityOptions) {
    this.#options = options;
    for (const account of options.state?.accounts ?? []) this.#accounts.set(account.id, account);
    this.#revoked = [...(options.state?.revoked ?? [])];
    this.#failures = [...(options.state?.failures ?? [])];
    this.#issued = [...(options.state?.issued ?? [])];
  }

  get state(): AuthorityState {
    return { accounts: [...this.#accounts.values()], revoked: this.#revoked, failures: this.#failures, issued: this.#issued };
  }

  get #nowMs(): number {
    return this.#options.kernel.clock.now();
  }

  #nonce(): string {
    const made = token();
    this.#nonces.add(made);
    return made;
  }

  readonly site = async (request: SiteRequest): Promise<SiteAnswer> => {
    const { url, method } = request;
    const base = url.origin;
    if (url.pathname === "/directory") return this.#json(200, this.#directory(base));
    if (url.pathname === "/acme/new-nonce") return { status: method === "HEAD" ? 200 : 204, headers: this.#headers() };
    if (url.pathname === "/") return { status: 200, headers: { "Content-Type": "text/html; charset=utf-8" }, body: HOME };
    try {
      if (method !== "POST") throw refuse("malformed", "Method not allowed", 405);
      return await this.#post(request, base);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { type, detail, status } = error.problem;
      const headers = { ...this.#headers(), "Content-Type": "application/problem+json" };
      return { status, headers, body: JSON.stringify({ type: PREFIX + type, detail, status }, null, 2) };
    }
  };

  #directory(base: string): unknown {
    return {
      keyChange: `${base}/acme/key-change`,
      meta: { caaIdentities: ["acme.test"], termsOfService: `${base}/terms`, website: `${base}/` },
      newAccount: `${base}/acme/new-acct`,
      newNonce: `${base}/acme/new-nonce`,
      newOrder: `${base}/acme/new-order`,
      revokeCert: `${base}/acme/revoke-cert`,
    };
  }

  #headers(): Record<string, string> {
    return { "Cache-Control": "public, max-age=0, no-cache", "Replay-Nonce": this.#nonce() };
  }

  #json(status: number, value: unknown, headers: Record<string, string> = {}): SiteAnswer {
    return {
      status,
      headers: { ...this.#headers(), "Content-Type": "application/json", ...headers },
      body: JSON.stringify(value, null, 2),
    };
  }

  async #post({ url, body }: SiteRequest, base: string): Promise<SiteAnswer> {
    const signed = readSigned(body);
    if (signed === undefined) throw refuse("malformed", "Parse error reading JWS");
    if (!this.#nonces.delete(signed.nonce))
      throw refuse("badNonce", `JWS has an invalid anti-replay nonce: ${JSON.stringify(signed.nonce)}`);
    if (signed.url !== url.href)
      throw refuse(
        "malformed",
        `JWS header parameter 'url' incorrect. Expected ${JSON.stringify(url.href)} got ${JSON.stringify(signed.url)}`,
      );
    const [, area, kind = "", id = "", extra = ""] = url.pathname.split("/");
    if (area !== "acme") throw refuse("malformed", "Resource not found", 404);
    if (kind === "new-acct") return this.#newAccount(signed, base);
    if (kind === "revoke-cert") return this.#revoke(signed, base);
    const account = await this.#accountOf(signed, base);
    switch (kind) {
      case "acct":
        return this.#account(account, signed);
      case "new-order":
        return this.#newOrder(account, signed, base);
      case "order":
        return this.#json(200, this.#orderJson(this.#order(id, account), base));
      case "authz":
        return this.#json(200, this.#authorizationJson(this.#authorization(id, account), base));
      case "chall":
        return this.#challenge(this.#authorization(id, account), extra, account, signed, base);
      case "finalize":
        return this.#finalize(this.#order(id, account), signed, base);
      case "cert":
        return this.#certificate(id, account);
      default:
        throw refuse("malformed", "Resource not found", 404);
    }
  }

  async #mustBeSigned(signed: SignedRequest, jwk: Jwk): Promise<void> {
    const verdict = await isSignedWith(signed, jwk);
    if (verdict === undefined)
      throw refuse("badSignatureAlgorithm", `JWS signature header contains unsupported algorithm ${JSON.stringify(signed.alg)}`);
    if (!verdict) throw refuse("malformed", "JWS verification error");
  }

  async #accountOf(signed: SignedRequest, base: string): Promise<Account> {
    const account = this.#accounts.get(signed.kid?.replace(`${base}/acme/acct/`, "") ?? "");
    if (account === undefined) throw refuse("accountDoesNotExist", `Account ${JSON.stringify(signed.kid ?? "")} not found`);
    await this.#mustBeSigned(signed, account.jwk);
    return account;
  }

  async #newAccount(signed: SignedRequest, base: string): Promise<SiteAnswer> {
    const jwk = readJwk(signed.jwk);
    if (jwk === undefined) throw refuse("malformed", "No embedded JWK in JWS header");
    await this.#mustBeSigned(signed, jwk);
    const wanted = readJson(signed.payload);
    const print = thumbprint(jwk);
    const known = [...this.#accounts.values()].find((each) => thumbprint(each.jwk) === print);
    const location = (id: string) => ({ Location: `${base}/acme/acct/${id}` });
    if (known !== undefined) return this.#json(200, { key: known.jwk, contact: known.contact, status: "valid" }, location(known.id));
    if (wanted?.onlyReturnExisting === true) throw refuse("accountDoesNotExist", "No account exists with the provided key");
    if (wanted?.termsOfServiceAgreed !== true) throw refuse("malformed", "must agree to terms of service");
    const contact = contactsOf(wanted.contact);
    const bad = contact.find((each) => !/^mailto:[^@\s]+@[^@\s]+\.[^@\s]+$/.test(each));
    if (bad !== undefined)
      throw refuse(
        "invalidContact",
        `Error creating new account :: invalid contact: ${JSON.stringify(bad.replace(/^mailto:/, ""))} is not a valid e-mail address`,
      );
    const account: Account = { id: number(), jwk, contact };
    this.#accounts.set(account.id, account);
    return this.#json(201, { key: jwk, contact, status: "valid" }, location(account.id));
  }

  #account(account: Account, signed: SignedRequest): SiteAnswer {
    const wanted = readJson(signed.payload);
    if (wanted?.contact !== undefined) account.contact = contactsOf(wanted.contact);
    if (wanted?.status === "deactivated") this.#accounts.delete(account.id);
    return this.#json(200, {
      key: account.jwk,
      contact: account.contact,
      status: wanted?.status === "deactivated" ? "deactivated" : "valid",
    });
  }

  #newOrder(account: Account, signed: SignedRequest, base: string): SiteAnswer {
    const wanted = readJson(signed.payload)?.identifiers;
    const names = (Array.isArray(wanted) ? wanted : []).map((each: unknown) =>
      String(readJson(JSON.stringify(each))?.value ?? "").toLowerCase(),
    );
    if (names.length === 0) throw refuse("malformed", "NewOrder request did not specify any identifiers");
    const problems = names.map(whyNotIssuable);
    if (!this.#options.staging) problems.push(...names.map((name) => tooManyFailures(this.#failures, account.id, name, this.#nowMs)));
    if (!this.#options.staging) problems.push(tooManyDuplicates(this.#issued, names, this.#nowMs));
    const [first] = problems.filter((each) => each !== undefined);
    if (first !== undefined) throw new Refusal(first);
    const expiresMs = this.#nowMs + WEEK_MS;
    const authorizations = names.map((name): Authorization => {
      const wildcard = name.startsWith("*.");
      const types = wildcard ? (["dns-01"] as const) : (["http-01", "dns-01"] as const);
      const challenges = types.map((type): Challenge => ({ type, token: token(), status: "pending" }));
      return { id: number(), name: name.replace(/^\*\./, ""), wildcard, challenges, account: account.id, expiresMs };
    });
    const order: Order = { id: number(), account: account.id, names, authorizations, expiresMs };
    this.#orders.set(order.id, order);
    return this.#json(201, this.#orderJson(order, base), { Location: `${base}/acme/order/${order.id}` });
  }

  #order(id: string, account: Account): Order {
    const order = this.#orders.get(id);
    if (order === undefined || order.account !== account.id) throw refuse("malformed", `No order for ID ${id}`, 404);
    return order;
  }

  #authorization(id: string, account: Account): Authorization {
    for (const order of this.#orders.values()) {
      const found = order.authorizations.find((each) => each.id === id && each.account === account.id);
      if (found !== undefined) return found;
    }
    throw refuse("malformed", "No such authorization", 404);
  }

  #statusOf(order: Order): string {
    if (order.certificate !== undefined) return "valid";
    const states = order.authorizations.map(statusOfAuthorization);
    if (states.includes("invalid")) return "invalid";
    return states.every((state) => state === "valid") ? "ready" : "pending";
  }

  #orderJson(order: Order, base: string): unknown {
    return {
      status: this.#statusOf(order),
      expires: new Date(order.expiresMs).toISOString(),
      identifiers: order.names.map((value) => ({ type: "dns", value })),
      authorizations: order.authorizations.map(({ id }) => `${base}/acme/authz/${id}`),
      finalize: `${base}/acme/finalize/${order.id}`,
      ...(order.certificate === undefined ? {} : { certificate: `${base}/acme/cert/${order.id}` }),
    };
  }

  #challengeJson(authorization: Authorization, challenge: Challenge, base: string): unknown {
    const { problem } = challenge;
    return {
      type: challenge.type,
      status: challenge.status,
      url: `${base}/acme/chall/${authorization.id}/${challenge.type}`,
      token: challenge.token,
      ...(problem === undefined ? {} : { error: { type: PREFIX + problem.type, detail: problem.detail, status: problem.status } }),
    };
  }

  #authorizationJson(authorization: Authorization, base: string): unknown {
    return {
      identifier: { type: "dns", value: authorization.name },
      status: statusOfAuthorization(authorization),
      expires: new Date(authorization.expiresMs).toISOString(),
      challenges: authorization.challenges.map((each) => this.#challengeJson(authorization, each, base)),
      ...(authorization.wildcard ? { wildcard: true } : {}),
    };
  }

  #challenge(authorization: Authorization, type: string, account: Account, signed: SignedRequest, base: string): SiteAnswer {
    const challenge = authorization.challenges.find((each) => each.type === type);
    if (challenge === undefined) throw refuse("malformed", "No such challenge", 404);
    if (signed.payload !== "" && challenge.status === "pending") {
      challenge.status = "processing";
      void this.#validate(authorization, challenge, account);
    }
    return this.#json(200, this.#challengeJson(authorization, challenge, base), {
      Link: `<${base}/acme/authz/${authorization.id}>;rel="up"`,
    });
  }

  async #validate({ name }: Authorization, challenge: Challenge, account: Account): Promise<void> {
    const attempt = { name, token: challenge.token, keyAuthorization: `${challenge.token}.${thumbprint(account.jwk)}` };
    const validator = this.#options.validator();
    const found = challenge.type === "http-01" ? await validateHttp(validator, attempt) : validateDns(validator, attempt);
    if (found !== undefined) {
      challenge.problem = found;
      this.#failures = [...this.#failures, { key: `${account.id}/${name}`, atMs: this.#nowMs }].filter(
        ({ atMs }) => atMs > this.#nowMs - HOUR_MS,
      );
    }
    challenge.status = found === undefined ? "valid" : "invalid";
  }

  async #finalize(order: Order, signed: SignedRequest, base: string): Promise<SiteAnswer> {
    const status = this.#statusOf(order);
    if (status !== "ready")
      throw refuse("orderNotReady", `Order's status (${JSON.stringify(status)}) is not acceptable for finalization`, 403);
    const csr = readJson(signed.payload)?.csr;
    let request: ReturnType<typeof readRequest>;
    try {
      request = readRequest(fromBase64Url(typeof csr === "string" ? csr : ""));
    } catch {
      throw refuse("malformed", "Error parsing certificate request");
    }
    if (!(await isGenuine(request))) throw refuse("badCSR", "Error finalizing order :: invalid signature on CSR");
    const names = request.altNames.filter(({ kind }) => kind === "dns").map(({ value }) => value.toLowerCase());
    if ([...new Set(names)].sort().join() !== [...new Set(order.names)].sort().join())
      throw refuse("unauthorized", "Error finalizing order :: CSR does not specify same identifiers as Order", 403);
    order.certificate = await issueFor(order.names, request.publicKey, await this.#options.issuer(), this.#nowMs);
    this.#issued.push({ names: [...order.names].sort().join(","), atMs: this.#nowMs });
    return this.#json(200, this.#orderJson(order, base), { Location: `${base}/acme/order/${order.id}` });
  }

  async #certificate(id: string, account: Account): Promise<SiteAnswer> {
    const { certificate } = this.#order(id, account);
    if (certificate === undefined) throw refuse("malformed", "Certificate not found", 404);
    const body = certificatePem(certificate) + certificatePem((await this.#options.issuer()).certificate);
    return { status: 200, headers: { ...this.#headers(), "Content-Type": "application/pem-certificate-chain" }, body: encode(body) };
  }

  async #revoke(signed: SignedRequest, base: string): Promise<SiteAnswer> {
    const given = readJson(signed.payload)?.certificate;
    let certificate: Certificate;
    try {
      certificate = readCertificate(fromBase64Url(typeof given === "string" ? given : ""));
    } catch {
      throw refuse("malformed", "Unable to parse certificate");
    }
    if (signed.jwk === undefined) await this.#accountOf(signed, base);
    else await this.#mustBeSigned(signed, signed.jwk);
    const serial = hex(certificate.serial);
    if (this.#revoked.includes(serial)) throw refuse("alreadyRevoked", "Certificate already revoked");
    this.#revoked.push(serial);
    return { status: 200, headers: this.#headers() };
  }
}

function statusOfAuthorization({ challenges }: Authorization): "pending" | "valid" | "invalid" {
  if (challenges.some(({ status }) => status === "valid")) return "valid";
  return challenges.some(({ status }) => status === "invalid") ? "invalid" : "pending";
}

const contactsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const HOME = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Lab Encrypt</title><h1>Lab Encrypt</h1>
<p>The certificate authority of this lab. Programs talk ACME (RFC 8555) to <code>/directory</code>; <code>certbot</code> does it for you.
Certificates are for names that end in <code>.test</code>, and last 90 days.</p></html>
`;
