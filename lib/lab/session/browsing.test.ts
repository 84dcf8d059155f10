import { afterEach, beforeEach, expect, it } from "vitest";
import { toyLab, toyWorld } from "../testing.ts";
import type { BrowserRequest, PaneRequest, TlsFacts } from "../types.ts";
import type { LabWorld } from "../world/create.ts";
import type { HttpAnswer, HttpFailure, HttpRequest } from "../world/world.ts";
import { Browsing } from "./browsing.ts";

let world: LabWorld;
let browsing: Browsing;
let requests: readonly BrowserRequest[] = [];
let notices: string[] = [];
let asked: HttpRequest[] = [];
let answer: (request: HttpRequest) => HttpAnswer | HttpFailure;

beforeEach(async () => {
  world = await toyWorld(toyLab([]));
  notices = [];
  asked = [];
  world.http = async (_machine, request) => {
    asked.push(request);
    return answer(request);
  };
  browsing = new Browsing(world, { cookies: {}, onRequests: (all) => (requests = all), onNotice: (text) => notices.push(text) });
});
afterEach(() => world.dispose());

const said = (body: string, headers: [string, string][] = [], status = 200): HttpAnswer => ({
  status,
  statusText: "",
  headers,
  body: new TextEncoder().encode(body),
});
const visit = (url: string, more: Partial<PaneRequest> = {}) =>
  browsing.fetch({ url, method: "GET", headers: [], body: undefined, mode: "navigate", referrer: undefined, ...more }, "laptop");
const sentHeader = (name: string) => asked.at(-1)?.headers.find(([key]) => key === name)?.[1];
const facts: TlsFacts = {
  version: "TLSv1.3",
  cipher: "",
  subject: "",
  issuer: "",
  names: [],
  notBeforeMs: 0,
  notAfterMs: 0,
  fingerprint: "",
};

it("keeps of every request what was sent and what came, with type, size and headers", async () => {
  answer = () => said('{"a": 1}', [["Content-Type", "application/json; charset=utf-8"]], 404);
  await visit("http://shop.test/api", { method: "POST", body: new TextEncoder().encode("a=1") });
  expect(requests).toMatchObject([{ id: 1, method: "POST", status: 404, type: "application/json", size: 8, navigation: true }]);
  expect(browsing.log.detailsOf(1)).toMatchObject({ requestBody: "a=1", responseBody: '{"a": 1}' });
  expect(browsing.log.detailsOf(1)?.requestHeaders).toContainEqual(["Host", "shop.test"]);
  answer = () => ({ failure: "reset" });
  await visit("http://shop.test/");
  expect(requests.at(-1)).toMatchObject({ status: 0, failure: "reset" });
});

it("saves what it can't show, and what is to be saved, on its machine, and stays where it is", async () => {
  answer = () => said("bytes", [["Content-Type", "application/zip"]]);
  expect(await visit("http://shop.test/files/site.zip?x=1")).toMatchObject({ status: 204, download: "/home/learner/Downloads/site.zip" });
  answer = () =>
    said("a,b", [
      ["Content-Type", "text/csv"],
      ["Content-Disposition", 'attachment; filename="../or ders.csv"'],
    ]);
  expect(await visit("http://shop.test/export")).toMatchObject({ status: 204, download: "/home/learner/Downloads/_or ders.csv" });
  expect(await visit("http://shop.test/export")).toMatchObject({ download: "/home/learner/Downloads/_or ders (1).csv" });
  const { files } = world.machine("laptop");
  expect(files.readText("/home/learner/Downloads/_or ders.csv")).toBe("a,b");
  expect(files.stat("/home/learner/Downloads/site.zip").uid).toBe(1000);
  expect(notices).toHaveLength(3);
  answer = () => said("<p>", [["Content-Type", "text/html"]]);
  expect(await visit("http://shop.test/", { mode: "download" })).toMatchObject({ download: "/home/learner/Downloads/download" });
  expect(await visit("http://shop.test/")).not.toHaveProperty("download");
});

it("asks for a name and a password where the server wants them, and sends them from then on to that origin", async () => {
  answer = () => said("", [["WWW-Authenticate", 'Basic realm="Staff only"']], 401);
  await visit("http://shop.test/admin");
  expect(requests.at(-1)).toMatchObject({ realm: "Staff only" });
  browsing.decide("laptop", { kind: "sign-in", url: "http://shop.test/admin", user: "zoë", password: "x:y" });
  await visit("http://shop.test/admin");
  expect(sentHeader("Authorization")).toBe(`Basic ${Buffer.from("zoë:x:y").toString("base64")}`);
  await visit("http://other.test/");
  expect(sentHeader("Authorization")).toBeUndefined();
  await visit("http://ann:secret@other.test/");
  expect(asked.at(-1)?.url).toBe("http://other.test/");
  expect(sentHeader("Authorization")).toBe(`Basic ${btoa("ann:secret")}`);
});

it("goes on with a bad certificate when told to, but not where the host rules that out", async () => {
  answer = () => ({ ...said(""), tls: { ...facts, problem: { name: "ERR_CERT_DATE_INVALID", text: "" } } });
  await visit("https://shop.test/");
  expect(asked.at(-1)?.insecure).toBe(false);
  browsing.decide("laptop", { kind: "proceed", url: "https://shop.test/x" });
  await visit("https://shop.test/");
  expect(asked.at(-1)?.insecure).toBe(true);

  answer = () => ({ ...said("", [["Strict-Transport-Security", "max-age=60; includeSubDomains"]]), tls: facts });
  await visit("https://bank.test/");
  browsing.decide("laptop", { kind: "proceed", url: "https://bank.test/" });
  await visit("https://bank.test/");
  expect(asked.at(-1)?.insecure).toBe(false);
  const count = asked.length;
  expect(await visit("http://www.bank.test/a")).toMatchObject({
    status: 307,
    headers: [["Location", "https://www.bank.test/a"], expect.anything()],
  });
  expect(asked).toHaveLength(count);
  await world.kernel.clock.advance(61_000);
  await visit("http://www.bank.test/a");
  expect(asked).toHaveLength(count + 1);
});
