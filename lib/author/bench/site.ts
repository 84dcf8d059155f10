/** What the rows of a real browser share: the site as it is served, Chromium, and a page that is watched. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, type CDPSession, chromium } from "playwright";
import { installedChromium } from "../../build/browsers.ts";
import { root } from "../../build/requirements.mjs";
import type { Measured } from "./measure/index.ts";
import { freePort } from "./native.ts";

const PATIENCE_MS = 60_000;

/** Does `work` with a Chromium and the site's origin. What goes wrong is why there is no measurement. */
export async function inChromium(work: (browser: Browser, origin: string) => Promise<Measured>): Promise<Measured> {
  const executablePath = installedChromium();
  if (executablePath === undefined) return { notMeasured: "there is no Chromium on this computer; CHROMIUM may name one" };
  const site = await startSite();
  if (typeof site === "string") return { notMeasured: site };
  try {
    const args = ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
    const browser = await chromium.launch({ executablePath, args });
    try {
      return await work(browser, site.origin);
    } finally {
      await browser.close();
    }
  } catch (error) {
    return { notMeasured: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) };
  } finally {
    site.process.kill("SIGKILL");
  }
}

/** Reads what the page has noted, over the debugger: the page's own policy forbids code from text. */
export class WatchedPage {
  constructor(private readonly debugging: CDPSession) {}

  async number(expression: string): Promise<number> {
    const { result } = await this.debugging.send("Runtime.evaluate", { expression, returnByValue: true });
    return Number(result.value);
  }

  async until(condition: string, what: string, patienceMs = PATIENCE_MS): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while ((await this.number(`Number(Boolean(${condition}))`)) !== 1) {
      if (performance.now() > deadline) throw new Error(`${what} did not come within ${patienceMs / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** The site as `npm start` serves it, built first where it is not. A sentence when it can't be had. */
async function startSite(): Promise<{ readonly process: ChildProcess; readonly origin: string } | string> {
  const port = await freePort();
  const server = spawn(process.execPath, ["--import", "tsx", join(root, "lib/build/serve.ts")], {
    cwd: root,
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = await new Promise<boolean>((resolve) => {
    createInterface({ input: server.stdout }).on("line", (line) => {
      if (line.startsWith("Slipway is at")) resolve(true);
    });
    server.on("exit", () => resolve(false));
  });
  return ready ? { process: server, origin: `http://localhost:${port}` } : "the site could not be served; what is wrong stands above";
}
