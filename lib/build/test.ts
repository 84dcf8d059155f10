/**
 * `npm test`: types, lint, unit tests, the gate over every lab, the site's build, and end-to-end tests in real browsers.
 * Every stage runs even when an earlier one failed (as far as it can), and the last line counts what was tested:
 * "128 passed, 0 failed".
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { findChromium, findFirefox } from "./browsers.ts";
import { ensureEngine } from "./ensure-engine.mjs";
import { root, say } from "./requirements.mjs";
import { ensureSite } from "./site.ts";
import type { UnitReport } from "./unit-report.ts";

interface Count {
  readonly passed: number;
  readonly failed: number;
  /** What failed and why, to be repeated at the end: of a long log often only the end is kept. */
  readonly failures?: readonly string[];
}

/** Of Playwright's JSON report, what is read here (https://playwright.dev/docs/test-reporters#json-reporter). */
interface BrowserReport {
  readonly stats: { readonly expected: number; readonly unexpected: number; readonly flaky: number };
  readonly suites: readonly BrowserSuite[];
}

interface BrowserSuite {
  readonly file: string;
  readonly suites?: readonly BrowserSuite[];
  readonly specs: readonly {
    readonly title: string;
    readonly ok: boolean;
    readonly tests: readonly { readonly results: readonly { readonly error?: { readonly message?: string } }[] }[];
  }[];
}

function browserFailures({ file, specs, suites = [] }: BrowserSuite): string[] {
  const own = specs
    .filter(({ ok }) => !ok)
    .map(({ title, tests }) => {
      const said = tests.flatMap(({ results }) => results.map(({ error }) => error?.message ?? "")).join("\n");
      return `e2e/${file} › ${title}\n${stripVTControlCharacters(said).slice(0, LONGEST_FAILURE)}`;
    });
  return [...own, ...suites.flatMap(browserFailures)];
}

/** Of what one failure in a browser says, so many characters are repeated. */
const LONGEST_FAILURE = 2000;

const reports = join(root, ".slipway/reports");

function node(...args: string[]): SpawnSyncReturns<Buffer> {
  return spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}

function bin(name: string): string {
  return join(root, "node_modules/.bin", name);
}

function single(ran: SpawnSyncReturns<Buffer>): Count {
  return ran.status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A stage that wrote no report has failed, whatever it printed. */
function report<T>(file: string, count: (data: T) => Count): Count {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  return count(JSON.parse(readFileSync(file, "utf8")) as T);
}

function unit(): Count {
  const file = join(reports, "unit.json");
  const reporter = join(root, "lib/build/unit-report.ts");
  const ran = spawnSync(process.execPath, [bin("vitest"), "run", "--reporter=dot", `--reporter=${reporter}`], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, UNIT_REPORT: file },
  });
  const counted = report<UnitReport>(file, (data) => data);
  // An error outside of all tests fails the run, but has no test.
  return ran.status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

function gate(): Count {
  const file = join(reports, "gate.json");
  const ran = node("lib/build/run.mjs", "lib/author/main.ts", "test", "--report", file);
  const counted = report<Count>(file, (data) => data);
  return ran.status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

function endToEnd(): Count {
  const file = join(reports, "e2e.json");
  const firefox = findFirefox();
  if (!firefox) say("no Firefox here and none can be installed: its smoke test is left out.");
  const env = { ...process.env, CHROMIUM: findChromium(), ...(firefox ? { FIREFOX: firefox } : {}), PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const ran = spawnSync(process.execPath, [bin("playwright"), "test", "--reporter=list,json"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env,
  });
  const counted = report<BrowserReport>(file, ({ stats, suites }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    failures: suites.flatMap(browserFailures),
  }));
  return ran.status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

const stages: readonly { readonly name: string; readonly run: () => Count | Promise<Count> }[] = [
  { name: "types", run: () => single(node(bin("tsc"), "--noEmit")) },
  { name: "lint", run: () => single(spawnSync(bin("biome"), ["check", "."], { cwd: root, stdio: ["ignore", "inherit", "inherit"] })) },
  {
    name: "engine",
    run: () => {
      ensureEngine();
      return { passed: 1, failed: 0 };
    },
  },
  { name: "unit tests", run: unit },
  { name: "the gate", run: gate },
  {
    name: "site",
    run: async () => {
      await ensureSite();
      return { passed: 1, failed: 0 };
    },
  },
  { name: "end to end", run: endToEnd },
];

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const only = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
const lines: string[] = [];
const failures: string[] = [];
for (const stage of stages) {
  if (only.length > 0 && !only.includes(stage.name)) continue;
  say(`testing: ${stage.name} …`);
  const started = Date.now();
  let count: Count;
  try {
    count = await stage.run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    count = { passed: 0, failed: 1 };
  }
  total.passed += count.passed;
  total.failed += count.failed;
  failures.push(...(count.failures ?? []));
  lines.push(`${stage.name}: ${count.passed} passed, ${count.failed} failed (${Math.round((Date.now() - started) / 1000)} s)`);
}
for (const failure of failures) console.log(`\nfailed: ${failure}`);
console.log(`\n${lines.map((line) => `  ${line}`).join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
