/** Rows of the page in a real browser: only where one is installed. Each sample is a browser context of its own, so with an empty cache. */
import type { Browser, Page } from "playwright";
import { labLessons, soundLibrary } from "../../library.ts";
import { note } from "../../output.ts";
import type { Row, Target, Unit } from "../figures.ts";
import type { Samples } from "../measure/measurement.ts";
import { type RowGroup, rowOf } from "../row-maker.ts";
import { inChromium, WatchedPage } from "../site.ts";

const TIMES = 5;
const KEYS = 30;

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
  const lesson = labLessons(soundLibrary()).find(({ lab }) => lab.machines.some(({ image }) => image === "python"));
  if (lesson === undefined) return rowsOf({ notMeasured: "there is no lesson with a Python lab" });
  note("bench: the page in Chromium …");
  return rowsOf(
    await inChromium(async (browser, origin) => ({
      samples: await visits(browser, `${origin}/courses/${lesson.info.course}/${lesson.info.slug}/`),
    })),
  );
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
