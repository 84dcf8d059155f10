/** Rows of a page's memory: a lab in Chromium that runs a whole server, with nginx, gunicorn and PostgreSQL. */
import { readFileSync } from "node:fs";
import type { Browser, CDPSession, Page } from "playwright";
import { labLessons, soundLibrary } from "../../library.ts";
import { note } from "../../output.ts";
import type { Row, Target } from "../figures.ts";
import type { Samples } from "../measure/measurement.ts";
import { HELLO, PRODUCTION, proxy } from "../measure/production.ts";
import { type RowGroup, rowOf } from "../row-maker.ts";
import { inChromium, WatchedPage } from "../site.ts";

const TIMES = 5;
const PAUSE_MS = 1000;
/** A command such as pip's may take so long. */
const PATIENCE_MS = 180_000;

const WHOLE: Target = { bound: "at most", value: 1200, of: "median" };
const wanted: readonly { what: string; sample: string; target?: Target }[] = [
  { what: "Chromium: renderers' memory (PSS) with an empty page", sample: "empty" },
  { what: "Chromium: the same, with a lab at its first prompt", sample: "prompt" },
  { what: "Chromium: the same, nginx and PostgreSQL running, no Python run yet", sample: "servers" },
  { what: "Chromium: the same, and gunicorn with three workers of Flask", sample: "whole", target: WHOLE },
  { what: "Chromium: that as resident memory (RSS), what is shared counted in each renderer", sample: "resident" },
];

export const memoryRows: RowGroup = async () => {
  const lesson = labLessons(soundLibrary()).find(({ lab }) => lab.machines[0]?.image === "server");
  if (lesson === undefined) return rowsOf({ notMeasured: "there is no lesson whose terminal opens on a machine of the image server" });
  note(`bench: memory of ${lesson.info.id} in Chromium …`);
  const path = `/courses/${lesson.info.course}/${lesson.info.slug}/`;
  return rowsOf(await inChromium(async (browser, origin) => ({ samples: await visit(browser, origin + path) })));
};

function rowsOf(measured: { samples: Samples } | { notMeasured: string }): Row[] {
  return wanted.map((row) => rowOf(measured, { ...row, unit: "MB", rival: "no rival" }));
}

const SCREEN = `[...document.querySelectorAll(".terminal-screen .xterm-rows")].map((rows) => rows.textContent).join("")`;

async function visit(browser: Browser, address: string): Promise<Samples> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const watched = new WatchedPage(await context.newCDPSession(page));
  const renderers = new Renderers(await browser.newBrowserCDPSession());
  const empty = await renderers.samples("Pss");
  await page.goto(address, { waitUntil: "load" });
  await watched.until(`/\\$\\s*$/.test(${SCREEN})`, "a prompt in the terminal");
  const prompt = await renderers.samples("Pss");
  const typist = new Typist(page, watched);
  await typist.writes("/tmp/bench.conf", proxy(PRODUCTION.port, 8000));
  await typist.runs("sudo cp /tmp/bench.conf /etc/nginx/conf.d/ && sudo systemctl start nginx postgresql && pg_isready");
  const servers = await renderers.samples("Pss");
  await typist.runs("pip install -q flask gunicorn");
  await typist.writes("/tmp/hello.py", `${HELLO}print("loaded", flush=True)\n`);
  await typist.runs(`cd /tmp && { gunicorn -w ${PRODUCTION.workers} hello:app > gunicorn.log 2>&1 & }`);
  await typist.runs(`until [ "$(grep -c ^loaded gunicorn.log)" = ${PRODUCTION.workers} ]; do sleep 0.2; done`);
  await typist.runs(`[ "$(curl -s http://localhost:${PRODUCTION.port}/)" = hello ] && pg_isready`);
  return { empty, prompt, servers, whole: await renderers.samples("Pss"), resident: await renderers.samples("Rss") };
}

/** Types commands in the page's terminal, and waits for how they end. */
class Typist {
  private count = 0;

  constructor(
    private readonly page: Page,
    private readonly watched: WatchedPage,
  ) {}

  /** Throws Error when the command fails. */
  async runs(command: string): Promise<void> {
    this.count++;
    await this.page.locator(".terminal-screen:visible textarea").focus();
    // Quotes keep what is looked for out of the line as it was typed.
    await this.page.keyboard.type(`clear; ${command}; echo en""ded-${this.count}-$?.`);
    await this.page.keyboard.press("Enter");
    const ended = (status: string) => `/ended-${this.count}-${status}\\./.test(${SCREEN})`;
    await this.watched.until(ended("\\d+"), `the end of \`${command}\``, PATIENCE_MS);
    if ((await this.watched.number(`Number(${ended("0")})`)) !== 1) throw new Error(`\`${command}\` failed in the page`);
  }

  writes(path: string, text: string): Promise<void> {
    const quoted = text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n");
    return this.runs(`printf %s $'${quoted}' > ${path}`);
  }
}

/** Chromium's processes that run pages, their workers and frames; those of its own window too, which an empty page shows. */
class Renderers {
  constructor(private readonly debugging: CDPSession) {}

  /** Megabytes of all of them together, a second between two looks. Only Linux tells a process's share (proc_pid_smaps(5)). */
  async samples(kind: "Pss" | "Rss"): Promise<number[]> {
    if (process.platform !== "linux") throw new Error("a process's memory is read from /proc, which is Linux's");
    const samples: number[] = [];
    for (let index = 0; index < TIMES; index++) {
      if (index > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const { processInfo } = await this.debugging.send("SystemInfo.getProcessInfo");
      const renderers = processInfo.filter(({ type }) => type === "renderer");
      if (renderers.length === 0) throw new Error("Chromium names no renderer");
      samples.push(renderers.reduce((sum, { id }) => sum + megabytes(id, kind), 0));
    }
    return samples;
  }
}

function megabytes(process: number, kind: "Pss" | "Rss"): number {
  const found = new RegExp(`^${kind}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${process}/smaps_rollup`, "utf8"))?.[1];
  if (found === undefined) throw new Error(`/proc/${process}/smaps_rollup has no ${kind}`);
  return (Number(found) * 1024) / 1e6;
}
