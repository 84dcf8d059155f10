import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Kernel } from "../../kernel/kernel.ts";
import { testHost } from "../../kernel/testing.ts";
import type { Machine, StreamSocket } from "../../kernel/types.ts";
import { decode, encode } from "../core/io.ts";
import type { AltName, Certificate } from "./certificate.ts";
import { TlsFailure } from "./failure.ts";
import { type ConnectOptions, connectTls, type ServeOptions, type ServerCertificate, serveTls } from "./handshake.ts";
import { extension, issueCertificate, randomSerial } from "./issue.ts";
import { generateKey, type NewKey, type PrivateKey } from "./keys.ts";
import { writeName } from "./names.ts";
import type { TlsStream } from "./stream.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);
const EC: NewKey = { kind: "ec", curve: "P-256" };
const ROOT: ConnectOptions = { trust: [], nowMs: NOW };

interface Authority {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

let machine: Machine;
let root: Authority;
let port = 8000;

async function authority(name: string, by?: Authority): Promise<Authority> {
  const key = await generateKey(EC);
  const subject = writeName([{ type: "CN", value: name }]);
  const template = {
    serial: randomSerial(),
    subject,
    issuer: by?.certificate.subject ?? subject,
    notBeforeMs: NOW - DAY,
    notAfterMs: NOW + 3650 * DAY,
    publicKey: key.publicKey,
    extensions: [extension.basicConstraints(true)],
  };
  return { certificate: await issueCertificate(template, by?.key ?? key), key };
}

interface LeafOptions {
  readonly by?: Authority;
  readonly days?: number;
  readonly kind?: NewKey;
  readonly chain?: readonly Authority[];
}

async function leaf(names: readonly string[], options: LeafOptions = {}): Promise<ServerCertificate> {
  const key = await generateKey(options.kind ?? EC);
  const by = options.by ?? root;
  const alt = names.map((value): AltName => ({ kind: /^[\d.]+$/.test(value) ? "ip" : "dns", value }));
  const certificate = await issueCertificate(
    {
      serial: randomSerial(),
      subject: writeName([{ type: "CN", value: names[0] ?? "" }]),
      issuer: by.certificate.subject,
      notBeforeMs: NOW - DAY,
      notAfterMs: NOW + (options.days ?? 90) * DAY,
      publicKey: key.publicKey,
      extensions: [extension.altNames(alt)],
    },
    by.key,
  );
  return { chain: [certificate, ...(options.chain ?? []).map((each) => each.certificate)], key };
}

/** Both ends of a connection over the machine's own network. */
async function pair(): Promise<{ client: StreamSocket; server: StreamSocket }> {
  const listener = machine.network.socket();
  listener.bind("127.0.0.1", ++port, { uid: 0, gid: 0, groups: [] });
  listener.listen(1);
  const [client, server] = await Promise.all([machine.network.connect("127.0.0.1", port), listener.accept()]);
  listener.release();
  return { client, server };
}

/** A handshake of both sides; each side's outcome. */
async function meet(
  own: ServerCertificate | undefined,
  options: Partial<ConnectOptions>,
  serve: ServeOptions = {},
): Promise<{ client: TlsStream | unknown; server: TlsStream | unknown }> {
  const { client, server } = await pair();
  const caught = (error: unknown) => error;
  const [left, right] = await Promise.all([
    connectTls(client, { ...ROOT, trust: [root.certificate], serverName: "shop.test", ...options }).catch(caught),
    serveTls(server, () => own, serve).catch(caught),
  ]);
  return { client: left, server: right };
}

function text(outcome: unknown): string {
  return outcome instanceof TlsFailure ? outcome.text + (outcome.verification ? `: ${outcome.verification.text}` : "") : String(outcome);
}

beforeAll(async () => {
  const kernel = new Kernel({ host: testHost(), executables: new Map(), fill: () => {}, seed: 1 });
  machine = await kernel.addMachine({ name: "web", image: "" });
  root = await authority("Root of the tests");
});
afterAll(() => machine.destroy());

async function opened(own: ServerCertificate, options: Partial<ConnectOptions> = {}, serve?: ServeOptions) {
  const { client, server } = await meet(own, options, serve);
  const { TlsStream: Stream } = await import("./stream.ts");
  if (!(client instanceof Stream) || !(server instanceof Stream)) throw new Error(`${text(client)} / ${text(server)}`);
  return { client, server };
}

describe("TLS between two programs", () => {
  test("carries bytes both ways, and each side learns when the other has finished", async () => {
    const { client, server } = await opened(await leaf(["shop.test"]));
    await client.write(encode("hello"));
    expect(decode(await server.read(100))).toBe("hello");
    const large = new Uint8Array(700_000).map((_, index) => index % 251);
    const sending = server.write(large).then(() => server.release());
    let got = 0;
    for (let part = await client.read(65_536); part.length > 0; part = await client.read(65_536)) {
      expect(part.every((byte, index) => byte === (got + index) % 251)).toBe(true);
      got += part.length;
    }
    await sending;
    expect(got).toBe(large.length);
    client.release();
  });

  test("tells what was agreed on: version, suite, name, protocol, certificates", async () => {
    const own = await leaf(["shop.test"], { kind: { kind: "rsa", bits: 2048 } });
    const { client, server } = await opened(own);
    expect(client.session).toMatchObject({ version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", alpn: "http/1.1" });
    expect(server.session.serverName).toBe("shop.test");
    expect(client.session.verification?.text).toBe("ok");
    const older = await opened(own, { versions: ["TLSv1.2"] });
    expect(older.server.session).toMatchObject({ version: "TLSv1.2", cipher: "ECDHE-RSA-AES256-GCM-SHA384" });
  });

  test.each([
    ["a name of the certificate", ["shop.test", "www.shop.test"], "www.shop.test", "ok"],
    ["the one label that a wildcard stands for", ["*.shop.test"], "api.shop.test", "ok"],
    ["no more than one label", ["*.shop.test"], "a.b.shop.test", "hostname mismatch"],
    ["not the name itself", ["*.shop.test"], "shop.test", "hostname mismatch"],
    ["an address", ["10.0.0.7"], "10.0.0.7", "ok"],
    ["no name that is not there", ["shop.test"], "evil.test", "hostname mismatch"],
  ])("a certificate is for %s", async (_what, names, host, verdict) => {
    const { client } = await opened(await leaf(names), { serverName: host, insecure: true });
    expect(client.session.verification?.text).toBe(verdict);
  });

  test("refuses an authority that it does not know, and the server hears so", async () => {
    const stranger = await authority("Stranger");
    const { client, server } = await meet(await leaf(["shop.test"], { by: stranger }), {});
    expect(text(client)).toBe("certificate verify failed: unable to get local issuer certificate");
    expect(text(server)).toBe("tlsv1 alert unknown ca");
  });

  test("follows a chain of which the server sends the middle, and misses it where it does not", async () => {
    const middle = await authority("Middle", root);
    await opened(await leaf(["shop.test"], { by: middle, chain: [middle] }));
    const { client } = await meet(await leaf(["shop.test"], { by: middle }), {});
    expect(text(client)).toBe("certificate verify failed: unable to get local issuer certificate");
  });

  test("refuses certificates whose time is over or has not come, on the world's clock", async () => {
    const own = await leaf(["shop.test"], { days: 90 });
    const late = await meet(own, { nowMs: NOW + 91 * DAY });
    expect(text(late.client)).toBe("certificate verify failed: certificate has expired");
    expect(text(late.server)).toBe("sslv3 alert certificate expired");
    expect(text((await meet(own, { nowMs: NOW - 2 * DAY })).client)).toBe("certificate verify failed: certificate is not yet valid");
  });

  test("refuses certificates signed by one that is no authority", async () => {
    const shop = await leaf(["shop.test"]);
    const [certificate] = shop.chain;
    if (certificate === undefined) throw new Error("no certificate");
    const false_ = { certificate, key: shop.key };
    const { client } = await meet(await leaf(["bank.test"], { by: false_, chain: [false_] }), { serverName: "bank.test" });
    expect(text(client)).toBe("certificate verify failed: invalid CA certificate");
  });

  test("a server needs the key that belongs to its certificate", async () => {
    const own = await leaf(["shop.test"]);
    const { client } = await meet({ chain: own.chain, key: await generateKey(EC) }, {});
    expect(text(client)).toBe("bad signature");
  });

  test("both sides must have a version in common, and the server a certificate", async () => {
    const own = await leaf(["shop.test"]);
    const older = await meet(own, { versions: ["TLSv1.2"] }, { versions: ["TLSv1.3"] });
    expect(text(older.client)).toBe("tlsv1 alert protocol version");
    expect(text(older.server)).toBe("unsupported protocol");
    expect(text((await meet(undefined, {})).client)).toBe("sslv3 alert handshake failure");
  });

  test("a client of TLS that meets plain HTTP says what OpenSSL says", async () => {
    const { client, server } = await pair();
    const connecting = connectTls(client, { ...ROOT, serverName: "shop.test" }).catch(text);
    expect([...(await server.read(100)).subarray(0, 3)]).toEqual([22, 3, 3]);
    await server.write(encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect(await connecting).toBe("wrong version number");
  });

  test("a server of TLS that meets plain HTTP gets to see the request", async () => {
    const { client, server } = await pair();
    await client.write(encode("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n"));
    const failure = await serveTls(server, () => undefined).catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: "http-request" });
    expect(failure instanceof TlsFailure && decode(failure.received)).toContain("Host: shop.test");
  });
});
