/** Rows of the page in a real browser: only where one is installed. Each sample is a browser context of its own, so with an empty cache. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, type CDPSession, chromium, type Page } from "playwright";
import { installedChromium } from "../../../build/browsers.ts";
import { root } from "../../../build/requirements.mjs";
import { labLessons, soundLibrary } from "../../library.ts";
import { note } from "../../output.ts";
import type { Row, Target, Unit } from "../figures.ts";
import type { Samples } from "../measure/measurement.ts";
import { freePort } from "../native.ts";
import { type RowGroup, rowOf } from "../row-maker.ts";

const TIMES = 5;
const KEYS = 30;
const PATIENCE_MS = 60_000;

interface Wanted {
  readonly what: string;
  readonly sample: string;
  readonly unit: Unit;
  readonly target: Target;
}

const atMost = (value: number): Target => ({ bound: "at most", value, of: "median" });

const wanted: readonly Wanted[] = [
  { what: "Chromium: lesson readable (LCP), cold", sample: "lcp", unit: "ms", target: atMost(400) },
  { what: "Chromium: JavaScript before the text is read, gzipped", sample: "script", unit: "kB", target: atMost(190) },
  { what: "Chromium: terminal usable from navigation, cold", sample: "prompt", unit: "ms", target: atMost(600) },
  { what: "Chromium: keystroke to echo while Python is busy", sample: "echo", unit: "ms", target: atMost(16) },
];

/** Runs in the page from its start: when the largest text was painted, when a prompt was on the screen, how long keys took. */
const WATCH = `
  window.bench = { lcp: 0, prompt: 0, echo: 0 };
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) bench.lcp = entry.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
  let typed = 0;
  addEventListener("keydown", (event) => { typed = event.timeStamp; }, true);
  const look = () => {
    const rows = document.querySelector(".terminal-screen .xterm-rows");
    if (rows && /\\$\\s*$/.test(rows.textContent)) {
      bench.prompt = performance.now();
      new MutationObserver(() => {
        if (typed > 0) bench.echo = performance.now() - typed;
        typed = 0;
      }).observe(rows, { childList: true, subtree: true, characterData: true });
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

export const chromiumRows: RowGroup = async () => {
  const executablePath = installedChromium();
  if (executablePath === undefined) return rowsOf({ notMeasured: "there is no Chromium on this computer; CHROMIUM may name one" });
  const lesson = labLessons(soundLibrary()).find(({ lab }) => lab.machines.some(({ image }) => image === "python"));
  if (lesson === undefined) return rowsOf({ notMeasured: "there is no lesson with a Python lab" });
  note("bench: the page in Chromium …");
  const site = await startSite();
  if (typeof site === "string") return rowsOf({ notMeasured: site });
  try {
    const args = ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
    const browser = await chromium.launch({ executablePath, args });
    try {
      return rowsOf({ samples: await visits(browser, `${site.origin}/courses/${lesson.info.course}/${lesson.info.slug}/`) });
    } finally {
      await browser.close();
    }
  } catch (error) {
    return rowsOf({ notMeasured: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) });
  } finally {
    site.process.kill("SIGKILL");
  }
};

function rowsOf(measured: { samples: Samples } | { notMeasured: string }): Row[] {
  return wanted.map((row) => rowOf(measured, { ...row, rival: "no rival" }));
}

async function visits(browser: Browser, address: string): Promise<Samples> {
  const samples = { lcp: [] as number[], script: [] as number[], prompt: [] as number[], echo: [] as number[] };
  // The first visit warms the server and the browser's own start.
  for (let index = -1; index < TIMES; index++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const watched = new WatchedPage(await context.newCDPSession(page));
    await page.addInitScript({ content: WATCH });
    await page.goto(address, { waitUntil: "load" });
    await watched.until("bench.prompt > 0", "a prompt in the terminal");
    if (index >= 0) {
      samples.lcp.push(await watched.number("bench.lcp"));
      samples.prompt.push(await watched.number("bench.prompt"));
      samples.script.push(await watched.number(SCRIPT_BYTES));
    }
    if (index === TIMES - 1) samples.echo.push(...(await echoes(page, watched)));
    await context.close();
  }
  return samples;
}

/** Reads what the page has noted, over the debugger: the page's own policy forbids code from text. */
class WatchedPage {
  constructor(private readonly debugging: CDPSession) {}

  async number(expression: string): Promise<number> {
    const { result } = await this.debugging.send("Runtime.evaluate", { expression, returnByValue: true });
    return Number(result.value);
  }

  async until(condition: string, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while ((await this.number(`Number(Boolean(${condition}))`)) !== 1) {
      if (performance.now() > deadline) throw new Error(`${what} did not come within ${PATIENCE_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** kB of the scripts that the page's own HTML names, as they travel: what the lab needs comes later, by itself. */
const SCRIPT_BYTES = `
  [...document.querySelectorAll("script[src]:not([nomodule])")]
    .map((script) => performance.getEntriesByName(script.src)[0])
    .reduce((sum, entry) => sum + (entry && entry.startTime < bench.lcp + 50 ? entry.encodedBodySize : 0), 0) / 1000
`;

/** Says "busy!", which its own text does not hold, and keeps a processor busy. */
const BUSY = `python -c 'exec("print(\\"bu\\" + \\"sy!\\", flush=True)\\nwhile True: pass")'`;

async function echoes(page: Page, watched: WatchedPage): Promise<number[]> {
  await page.locator(".terminal-screen:visible textarea").focus();
  await page.keyboard.type(`${BUSY} &\n`);
  await watched.until("/busy!/.test(document.querySelector('.terminal-screen .xterm-rows').textContent)", "a busy Python");
  const samples: number[] = [];
  for (let index = 0; index < KEYS; index++) {
    await watched.number("bench.echo = 0");
    await page.keyboard.press("x");
    await watched.until("bench.echo > 0", "an echo");
    samples.push(await watched.number("bench.echo"));
  }
  return samples;
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
