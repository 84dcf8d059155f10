import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "playwright/test";
import { selfSigned } from "./support/certificate.ts";
import { Lesson } from "./support/lab.ts";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** `npm start` without its installation; what it prints, until it serves or ends. */
async function serve(env: Record<string, string>): Promise<{ readonly process: ChildProcess; readonly said: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "lib/build/serve.ts"], { env: { ...process.env, ...env } });
  let said = "";
  await new Promise<void>((resolve) => {
    const hear = (text: Buffer) => {
      said += text.toString();
      if (said.includes("Slipway is at")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => resolve());
  });
  return { process: child, said };
}

test("with CERT and KEY the site is served over https, and the lab runs there", async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-https-"));
  const { cert, key } = selfSigned(["localhost", "*.preview.localhost"]);
  writeFileSync(join(folder, "cert.pem"), cert);
  writeFileSync(join(folder, "key.pem"), key);
  const port = await freePort();
  const server = await serve({ PORT: String(port), CERT: join(folder, "cert.pem"), KEY: join(folder, "key.pem") });
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    expect(server.said).toContain(`Slipway is at https://localhost:${port}/`);
    const page = await context.newPage();
    const lesson = await Lesson.open(page, `https://localhost:${port}/sandbox/`);
    expect(await page.evaluate(() => [isSecureContext, crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([true, true, "function"]);
    expect(await lesson.run("python -c 'print(6 * 7)'")).toMatch(/^42$/m);
    // A browser that does not trust the certificate gives the pane no service worker, but the simpler frame.
    await lesson.run("python -m http.server 8000 &", /Serving HTTP/);
    await lesson.visit("http://localhost:8000/");
    const texts = () => Promise.all(page.frames().map((frame) => frame.evaluate(() => document.body?.textContent ?? "").catch(() => "")));
    await expect.poll(async () => (await texts()).join(" ")).toContain("Directory listing for /");
  } finally {
    await context.close();
    server.process.kill();
    rmSync(folder, { recursive: true });
  }
});

test("a port that is taken is named, with what to do", async ({ baseURL }) => {
  const port = new URL(baseURL ?? "").port;
  const { said } = await serve({ PORT: port });
  expect(said).toContain(`Port ${port} is in use. Stop what uses it, or choose another: PORT=${Number(port) + 1} npm start`);
});
