/** Obtaining a certificate: account, order, challenges, and the key that it is for. */
import { extension, makeRequest } from "../tls/issue.ts";
import { generateKey, type PrivateKey, privateKeyOf, privateKeyPem } from "../tls/keys.ts";
import { writeName } from "../tls/names.ts";
import { accountsFolder, loadAccount, newAccountKey, saveAccount } from "./account.ts";
import { type AcmeAuthorization, AcmeClient, AcmeError } from "./acme.ts";
import type { Authenticator, Task } from "./authenticator.ts";
import { CertbotError, FRAME, type Voice } from "./voice.ts";

export interface Obtained {
  readonly chainPem: string;
  readonly keyPem: string;
}

const acmeText = ({ type, detail }: AcmeError) => (type === "connection" ? detail : `Error returned by the ACME server: ${detail}`);

/** What the authority says in the way certbot does at its end. */
export function describeAcme(error: AcmeError): CertbotError {
  if (error.type === "connection")
    return new CertbotError(`An unexpected error occurred:\nrequests.exceptions.ConnectionError: ${error.detail}`);
  const titles: Readonly<Record<string, string>> = {
    rateLimited: "There were too many requests of a given type",
    rejectedIdentifier: "The server will not issue certificates for the identifier",
    malformed: "The request message was malformed",
    unauthorized: "The client lacks sufficient authorization",
    accountDoesNotExist: "The request specified an account that does not exist",
    invalidContact: "The provided contact URI was invalid",
    alreadyRevoked: "The request specified a certificate to be revoked that has already been revoked",
  };
  return new CertbotError(`An unexpected error occurred:\n${titles[error.type] ?? error.type} :: ${error.detail}`);
}

/** A client that has an account at the server; one is made where there is none. */
export async function clientFor(voice: Voice): Promise<AcmeClient> {
  const { self, settings } = voice;
  const folder = accountsFolder(settings.configuration, settings.server);
  const known = await loadAccount(self, folder);
  if (known !== undefined) {
    const client = new AcmeClient(self, settings.server, known.key, false);
    client.account = known.url;
    return client;
  }
  return register(voice, folder);
}

async function register(voice: Voice, folder: string): Promise<AcmeClient> {
  const { self, settings } = voice;
  let email = settings.get("email");
  if (email === undefined && !settings.has("without-email") && !settings.has("dry-run")) {
    if (!voice.canAsk)
      throw new CertbotError(
        "You should register before running non-interactively, or provide --agree-tos and --email <email_address> flags.",
      );
    email = await voice.ask("Enter email address (used for urgent renewal and security notices)\n (Enter 'c' to cancel): ", "--email");
    if (email === "c" || email === "") throw new CertbotError("An e-mail address or --register-unsafely-without-email must be provided.");
  }
  const key = await newAccountKey();
  const client = new AcmeClient(self, settings.server, key, false);
  const terms = await client.termsOfService();
  if (!settings.has("agree-tos") && !settings.has("dry-run")) {
    const question = `Please read the Terms of Service at\n${terms}. You must\nagree in order to register with the ACME server. Do you agree?`;
    if (!(await voice.yesNo(question, "--agree-tos")))
      throw new CertbotError("Registration cannot proceed without accepting Terms of Service.");
  }
  try {
    const url = await client.register(email);
    await saveAccount(self, folder, key, url);
  } catch (error) {
    if (!(error instanceof AcmeError)) throw error;
    throw new CertbotError(`Unable to register an account with ACME server. ${acmeText(error)}`);
  }
  await voice.notify("Account registered.");
  return client;
}

/** The names in certbot's words: "a and 2 more domains". */
export function summarize(names: readonly string[]): string {
  const [first = "", second = ""] = names;
  if (names.length === 1) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} more domains`;
}

/** Proves every name and fetches the certificate. Throws CertbotError, AcmeError. */
export async function obtain(
  voice: Voice,
  client: AcmeClient,
  names: readonly string[],
  authenticator: Authenticator,
  oldKey?: string,
): Promise<Obtained> {
  const { settings } = voice;
  const key =
    oldKey === undefined
      ? await newKey(settings.get("key_type"), settings.get("rsa_key_size"), settings.get("elliptic_curve"))
      : privateKeyOf(oldKey);
  if (key === undefined) throw new CertbotError("The private key of the certificate can't be read.");
  const order = await client.order(names);
  const authorizations: AcmeAuthorization[] = [];
  for (const url of order.authorizations) authorizations.push(await client.authorization(url));
  const pending = authorizations.filter(({ status }) => status !== "valid");
  const tasks = pending.map((authorization) => ({ authorization, ...taskFor(authorization, authenticator, client) }));
  if (tasks.length > 0) {
    for (const { task } of tasks) voice.log("INFO", `${task.type} challenge for ${task.name}`);
    const cleanUp = await authenticator.perform(tasks.map(({ task }) => task));
    try {
      for (const { challenge } of tasks) await client.answer(challenge);
      const decided: AcmeAuthorization[] = [];
      for (const { authorization } of tasks) decided.push(await client.decided(authorization.url));
      const failed = decided.filter(({ status }) => status !== "valid");
      if (failed.length > 0) await reportFailed(voice, failed, authenticator);
    } finally {
      await cleanUp();
    }
  }
  const subject = writeName([]);
  const request = await makeRequest(subject, key, [extension.altNames(names.map((value) => ({ kind: "dns", value })))]);
  return { chainPem: await client.finalize(order, request.raw), keyPem: privateKeyPem(key) };
}

function newKey(type: string | undefined, size: string | undefined, curve: string | undefined): Promise<PrivateKey> {
  if (type === "rsa") return generateKey({ kind: "rsa", bits: Number(size ?? 2048) });
  return generateKey({ kind: "ec", curve: curve === "secp384r1" ? "P-384" : curve === "secp521r1" ? "P-521" : "P-256" });
}

function taskFor(authorization: AcmeAuthorization, authenticator: Authenticator, client: AcmeClient) {
  for (const type of authenticator.types) {
    const challenge = authorization.challenges.find((each) => each.type === type);
    if (challenge === undefined) continue;
    const task: Task = {
      name: authorization.name,
      type,
      token: challenge.token,
      keyAuthorization: client.keyAuthorization(challenge.token),
    };
    return { task, challenge };
  }
  throw new CertbotError(
    "Client with the currently selected authenticator does not support any combination of challenges that will satisfy the CA. You may need to use an authenticator plugin that can do challenges over DNS.",
  );
}

async function reportFailed(voice: Voice, failed: readonly AcmeAuthorization[], authenticator: Authenticator): Promise<never> {
  const problems = failed.map(({ name, challenges }) => {
    const error = challenges.find((each) => each.error !== undefined)?.error;
    return `  Domain: ${name}\n  Type:   ${error?.type ?? "unknown"}\n  Detail: ${error?.detail ?? "The authorization was not decided in time"}\n`;
  });
  await voice.notify(
    `\nCertbot failed to authenticate some domains (authenticator: ${authenticator.name}). The Certificate Authority reported these problems:\n${problems.join("\n")}\nHint: ${authenticator.hint}\n`,
  );
  throw new CertbotError("Some challenges have failed.");
}

/** A machine's own frame, for questions with numbers. */
export async function choose(voice: Voice, question: string, options: readonly string[], flag: string): Promise<number> {
  await voice.self.print(`\n${question}\n${FRAME}\n${options.map((each, index) => `${index + 1}: ${each}`).join("\n")}\n${FRAME}\n`);
  for (;;) {
    const answer = await voice.ask(`Select the appropriate number [1-${options.length}] then [enter] (press 'c' to cancel): `, flag);
    if (answer === "c") throw new CertbotError("Operation canceled. You must re-run the client.");
    const number = Number(answer);
    if (Number.isInteger(number) && number >= 1 && number <= options.length) return number - 1;
  }
}

/** For tests of names before anything is asked (certbot's util.enforce_domain_sanity). */
export function checkNames(names: readonly string[]): void {
  for (const name of names) {
    if (/^\d+(\.\d+){3}$/.test(name))
      throw new CertbotError(
        `Requested name ${name} is an IP address. The Let's Encrypt certificate authority will not issue certificates for a bare IP address.`,
      );
    if (!/^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]+$/.test(name))
      throw new CertbotError(
        `Requested domain ${name} is not a FQDN because it contains an empty label or a bad character, or has no dot.`,
      );
  }
}
