import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { freePort } from "../../server/ports.ts";
import { ABOUT, runningPreview } from "./where.ts";

const servers: Server[] = [];
const folder = mkdtempSync(join(tmpdir(), "slipway-where-"));
mkdirSync(join(folder, "dev"));

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(join(folder, "dev/lock"), { force: true });
});

async function listen(answer: RequestListener = (_, res) => void res.end()): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return (server.address() as AddressInfo).port;
}

const leaveLock = (port: number): void =>
  writeFileSync(join(folder, "dev/lock"), JSON.stringify({ pid: 1, port, appUrl: `http://localhost:${port}` }));

it("finds the preview that runs, and what it shows", async () => {
  expect(await runningPreview(folder)).toBeUndefined();
  const port = await listen((req, res) => void res.end(req.url === ABOUT ? '{"content":"/srv/content"}' : "<html>"));
  leaveLock(port);
  expect(await runningPreview(folder)).toEqual({ address: `http://localhost:${port}`, content: "/srv/content" });
});

it("does not take for one what was left behind, or another server", async () => {
  const other = await listen((_, res) => void res.end("<html>"));
  leaveLock(other);
  expect(await runningPreview(folder)).toBeUndefined();
  leaveLock(await freePort(other, "localhost"));
  expect(await runningPreview(folder)).toBeUndefined();
});
