import { afterAll, beforeAll, expect, test } from "vitest";
import { machineOf, type TestLab, type Typist, testLab } from "../several-machines-testing.ts";

let lab: TestLab;
let terminal: Typist;

beforeAll(async () => {
  lab = await testLab([machineOf("laptop"), machineOf("web", { address: "10.0.0.20" })], {
    dns: { "shop.test": { to: "web", ttl: 120 }, "other.test": "web" },
    registrar: { domains: ["shop.test"] },
  });
  terminal = lab.open("laptop");
  const page = await terminal.run("curl -s https://registrar.test/api");
  await terminal.run(`TOKEN=${/rt_[0-9a-f]+/.exec(page)?.[0]}`);
});
afterAll(() => lab.close());

const api = (words: string) => terminal.run(`curl -s -H "Authorization: Bearer $TOKEN" ${words}`);
const API = "https://registrar.test/api/domains";

test("a change of a record is seen when the old answer's time is over", async () => {
  expect(await terminal.run("dig +short shop.test")).toBe("10.0.0.20\n");
  await api(`-X DELETE ${API}/shop.test/records/1`);
  await api(`-d '{"type": "A", "name": "@", "value": "10.0.0.99", "ttl": 60}' ${API}/shop.test/records`);
  expect(await terminal.run("dig +noall +answer shop.test")).toMatch(/^shop\.test\.\t+\d+\tIN\tA\t10\.0\.0\.20\n$/);
  expect(await terminal.run("dig +short @ns1.registrar.test shop.test")).toBe("10.0.0.99\n");
  await lab.world.kernel.clock.advance(121_000);
  expect(await terminal.run("dig +noall +answer shop.test")).toBe("shop.test.\t\t60\tIN\tA\t10.0.0.99\n");
});

test("names are bought in the browser, by everyone once", async () => {
  const browse = (method: string, path: string, body?: string) =>
    lab.world.http("laptop", {
      url: `https://registrar.test${path}`,
      method,
      headers: [["Content-Type", "application/x-www-form-urlencoded"]],
      body: body === undefined ? undefined : new TextEncoder().encode(body),
      grading: false,
      timeoutMs: 60_000,
    });
  expect(await browse("POST", "/buy", "name=blog.test")).toMatchObject({ status: 303, tls: { problem: undefined } });
  const added = await browse("POST", "/domains/blog.test/records", "type=CNAME&name=www&value=blog.test&ttl=300");
  expect(added).toMatchObject({ status: 303, headers: expect.arrayContaining([["Location", "/domains/blog.test"]]) });
  const page = await browse("GET", "/domains/blog.test");
  expect("body" in page && new TextDecoder().decode(page.body)).toContain("<td>www.blog.test</td><td>CNAME</td><td>blog.test</td>");
  expect(await browse("POST", "/buy", "name=other.test")).toMatchObject({ status: 409 });
  expect(await browse("POST", "/buy", "name=shop.example")).toMatchObject({ status: 400 });
  expect(await terminal.run("dig +short www.blog.test CNAME")).toBe("blog.test.\n");
});

test("what can't be is refused with a reason", async () => {
  expect(await terminal.run(`curl -s ${API}`)).toContain("Send your token");
  expect(await api(`-d '{"type": "A", "name": "@", "value": "web"}' ${API}/shop.test/records`)).toBe(
    '{"error":"web is no IPv4 address."}\n',
  );
  expect(await api(`-d '{"type": "CNAME", "name": "@", "value": "x.test"}' ${API}/shop.test/records`)).toContain("can't be an alias");
  expect(await api(`-d '{"name": "acme.test"}' ${API}`)).toBe('{"error":"acme.test is taken."}\n');
});

test("a domain whose name servers are elsewhere is answered for by nobody", async () => {
  await api(`-d '{"name": "lost.test"}' ${API}`);
  await api(`-X PUT -d '{"nameservers": ["ns.nowhere.test"]}' ${API}/lost.test/nameservers`);
  expect(await terminal.run("dig lost.test")).toContain("status: SERVFAIL");
});
