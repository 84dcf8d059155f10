import { afterAll, beforeAll, expect, test } from "vitest";
import { loadServerCertificate, serveTls } from "../../programs/tls/index.ts";
import { checkHttp } from "../checks/http-check.ts";
import { machineOf, type TestLab, testLab } from "../several-machines-testing.ts";

let lab: TestLab;
const DAY = 86_400_000;

beforeAll(async () => {
  lab = await testLab([machineOf("web", { user: "root", cwd: "/root" })], { dns: { "shop.test": "web", "other.test": "web" } });
  const terminal = lab.open("web");
  await terminal.run(
    'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=shop.test -addext subjectAltName=DNS:shop.test -days 90 -keyout key.pem -out cert.pem; echo "$?"',
  );
  const machine = lab.machine("web");
  const own = loadServerCertificate(machine.files.readText("/root/cert.pem"), machine.files.readText("/root/key.pem"));
  machine.spawn({
    argv: ["server"],
    env: {},
    cwd: "/",
    credentials: { uid: 0, gid: 0, groups: [] },
    run: async (self) => {
      const server = machine.network.socket();
      server.bind("0.0.0.0", 443, self.credentials);
      server.listen(8);
      for (;;) {
        const client = await server.accept(self.ended);
        void serveTls(client, () => own)
          .then(async (stream) => {
            await stream.read(65_536);
            await stream.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
            stream.release();
          })
          .catch(() => client.release());
      }
    },
  });
});
afterAll(() => lab.close());

const ask = (url: string, more = {}) =>
  lab.world.http("web", { url, method: "GET", headers: [], body: undefined, grading: false, timeoutMs: 60_000, ...more });

const check = (certificate: { daysLeft?: number; issuer?: string }) =>
  checkHttp(
    { kind: "http", http: "https://shop.test/", on: "web", method: "GET", headers: {}, status: 200, certificate },
    lab.machine("web"),
    (request) => lab.world.http("web", request),
  );

test("the browser refuses a certificate that nobody it trusts has signed, and says why", async () => {
  const answer = await ask("https://shop.test/");
  expect(answer).toMatchObject({ failure: "certificate", tls: { names: ["shop.test"], problem: { name: "ERR_CERT_AUTHORITY_INVALID" } } });
});

test("it takes one that the machine was told to trust, for its own name and its own time", async () => {
  await lab.open("web").run("cp cert.pem /usr/local/share/ca-certificates/shop.crt; update-ca-certificates");
  const answer = await ask("https://shop.test/");
  expect(answer).toMatchObject({ status: 200, tls: { version: "TLSv1.3", subject: "CN = shop.test", problem: undefined } });
  const requests = lab.world.kernel.events.all().filter((event) => event.kind === "request");
  expect(requests).toContainEqual(expect.objectContaining({ machine: "web", port: 443, host: "shop.test", status: 200 }));
  expect(await ask("https://other.test/")).toMatchObject({
    failure: "certificate",
    tls: { problem: { name: "ERR_CERT_COMMON_NAME_INVALID" } },
  });
  expect(await check({ daysLeft: 80, issuer: "shop" })).toMatchObject({ status: "pass" });
  expect(await check({ daysLeft: 91 })).toMatchObject({
    status: "fail",
    found: expect.stringMatching(/a certificate that ends in (89|90) days/),
  });
  expect(await check({ issuer: "Lab Encrypt" })).toMatchObject({ status: "fail", found: "a certificate issued by CN = shop.test" });
  await lab.world.kernel.clock.advance(91 * DAY);
  expect(await check({})).toMatchObject({ status: "fail", found: "a certificate that is not to be trusted: certificate has expired" });
  expect(await ask("https://shop.test/")).toMatchObject({ failure: "certificate", tls: { problem: { name: "ERR_CERT_DATE_INVALID" } } });
  expect(await ask("https://shop.test/", { insecure: true })).toMatchObject({
    status: 200,
    tls: { problem: { text: "certificate has expired" } },
  });
});
