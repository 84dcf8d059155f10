import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { preparePages } from "./prepare.ts";
import { readSettings } from "./settings.ts";
import { siteHandler } from "./site.ts";

const files: Record<string, string> = {
  "index.html": "<script>theme()</script><script src='/_next/a.js'></script><p>Hello</p>",
  "404.html": "<p>Not here</p>",
  "engine/abc/python-worker.js": "worker",
  "engine/abc/kernel.js": "kernel",
  "engine/assets-1/python/snapshot.bin": "x".repeat(5000),
  "__pane/boot.html": "<p>boot</p>",
  "__pane/service-worker.js": "self",
};

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-site-"));
  const out = join(folder, "out");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), text);
  }
  await preparePages(out, join(folder, "cache"));
  server = createServer(siteHandler(out, readSettings({ PORT: "3000" })));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly length: number;
}

function get(path: string, host = "localhost:3000", method = "GET"): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: "127.0.0.1", path, method, headers: { host, "accept-encoding": "br" } }, (response) => {
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, length }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

const policyOf = async (path: string, host?: string) => String((await get(path, host)).headers["content-security-policy"]);

describe("the site's server", () => {
  it("isolates every page and lets just its own inline scripts run", async () => {
    const { headers } = await get("/");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/=]+';/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain("frame-src 'self' http://*.preview.localhost:3000");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("gives a process worker no connections and no script but itself", async () => {
    const policy = await policyOf("/engine/abc/python-worker.js");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("script-src http://localhost:3000/engine/abc/python-worker.js 'wasm-unsafe-eval'");
  });

  it("serves compressed assets for ever, and says how long they are uncompressed", async () => {
    const { headers, length } = await get("/engine/assets-1/python/snapshot.bin");
    expect(headers["content-encoding"]).toBe("br");
    expect(length).toBeLessThan(100);
    expect(headers["x-uncompressed-length"]).toBe("5000");
    expect(headers["cache-control"]).toContain("immutable");
  });

  it("has nothing but the pane's bootstrap on a pane's origin", async () => {
    const pane = "a1b2.preview.localhost:3000";
    expect((await get("/__pane/boot.html", pane)).status).toBe(200);
    expect(await policyOf("/__pane/boot.html", pane)).toContain("frame-ancestors http://localhost:3000");
    expect((await get("/__pane/service-worker.js", pane)).headers["service-worker-allowed"]).toBe("/");
    for (const path of ["/", "/index.html", "/engine/abc/kernel.js", "/static/evil.js", "/__pane/../index.html"]) {
      expect((await get(path, pane)).status, path).toBe(404);
    }
  });

  it("keeps the pane's service worker away from the site's own origin", async () => {
    expect((await get("/__pane/service-worker.js")).status).toBe(404);
  });

  it("answers what is missing with the page for it, never with the listing of pages", async () => {
    expect((await get("/nowhere/")).status).toBe(404);
    expect((await get("/.page-hashes.json")).status).toBe(404);
    expect((await get("/", "localhost:3000", "POST")).status).toBe(405);
    expect((await get("/", "bad host")).status).toBe(400);
  });
});

describe("the server's settings", () => {
  it("say which variable is wrong", () => {
    expect(() => readSettings({ PORT: "eighty" })).toThrow('PORT is "eighty"');
    expect(() => readSettings({ CERT: "cert.pem" })).toThrow("set both CERT and KEY");
    expect(() => readSettings({ CERT: "/no/cert.pem", KEY: "/no/key.pem" })).toThrow("CERT names /no/cert.pem, which can't be read");
    expect(() => readSettings({ PREVIEW_ORIGIN: "preview.example" })).toThrow("must look like https://*.preview.example");
  });
});
