import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readManifest } from "../../build/engine.ts";
import { findPython, root } from "../../build/requirements.mjs";
import { bareMachine } from "../commands/run.ts";
import type { StepResult } from "../engine/protocol.ts";
import { EngineProcess } from "../engine-process.ts";
import { readAttempts } from "../gate/attempts.ts";
import { labLessons, soundLibrary } from "../library.ts";
import type { Step } from "../steps.ts";
import { NativeDjango, timeNative } from "./native.ts";
import { median, type Row } from "./row.ts";

const LOOP = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";
const TIMES = 5;

/** Every measurement, each in an engine of its own. */
export const measurements: readonly (() => Promise<readonly Row[]>)[] = [shell, python, migrate, requests, interruptions, checks, transfer];

async function withEngine<T>(work: (engine: EngineProcess) => Promise<T>): Promise<T> {
  const engine = new EngineProcess();
  try {
    return await work(engine);
  } finally {
    engine.stop();
  }
}

async function steps(engine: EngineProcess, image: string, list: readonly Step[]): Promise<readonly StepResult[]> {
  const { steps: results } = await engine.run(bareMachine(image), list, { watchChecks: false });
  for (const step of results) {
    if (step.error !== undefined || step.timedOut)
      throw new Error(`${step.run}: ${step.error ?? "it did not end in time"}\n${step.output}`);
  }
  return results;
}

const ms = (results: readonly StepResult[], index: number): number => results[index]?.ms ?? Number.NaN;

async function shell(): Promise<Row[]> {
  const results = await withEngine((engine) =>
    steps(engine, "ubuntu", [
      { run: "true" },
      ...Array.from({ length: 20 }, () => ({ run: "echo hello" })),
      ...Array.from({ length: TIMES }, () => ({ run: LOOP })),
    ]),
  );
  const native = median(Array.from({ length: TIMES }, () => timeNative("bash", ["-c", LOOP]) ?? Number.NaN));
  return [
    {
      what: "shell loop of 20,000 iterations",
      value: median(results.slice(21).map((step) => step.ms)),
      unit: "ms",
      reach: 300,
      rival: { name: "bash on this machine", value: native },
      how: `\`${LOOP}\`, Enter to prompt, median of ${TIMES}`,
    },
    {
      what: "Enter to the end of a small command",
      value: median(results.slice(1, 21).map((step) => step.ms)),
      unit: "ms",
      reach: 16,
      how: "`echo hello`, Enter to prompt, median of 20 (in Node, without a screen)",
    },
  ];
}

async function python(): Promise<Row[]> {
  const command = "python -c 'print(1)'";
  const results = await withEngine((engine) =>
    steps(engine, "python", [
      { run: command, timeout: 120_000 },
      // Right behind another process, no spare worker stands ready.
      { run: `${command}; ${command}`, timeout: 60_000 },
      ...Array.from({ length: TIMES }, (): Step[] => [{ run: "sleep 1.5" }, { run: command }]).flat(),
    ]),
  );
  const spare = median(
    results
      .filter((step) => step.run === command)
      .slice(1)
      .map((step) => step.ms),
  );
  const nativePython = findPython();
  const native =
    nativePython === undefined
      ? undefined
      : median(Array.from({ length: TIMES }, () => timeNative(nativePython, ["-c", "print(1)"]) ?? Number.NaN));
  const rival = native === undefined ? undefined : { name: "python3 on this machine", value: native };
  return [
    {
      what: "python -c 'print(1)' with a spare process ready",
      value: spare,
      unit: "ms",
      reach: 60,
      rival,
      how: `Enter to prompt, median of ${TIMES}`,
    },
    {
      what: "python -c 'print(1)' without a spare process",
      value: ms(results, 1) - spare,
      unit: "ms",
      reach: 500,
      rival,
      how: "two in a row, less the time of one with a spare: the interpreter is restored from the snapshot",
    },
  ];
}

const project: readonly Step[] = [
  { run: "pip install -q django", timeout: 120_000 },
  { run: "django-admin startproject shop && cd shop", timeout: 60_000 },
];

async function migrate(): Promise<Row[]> {
  const round: readonly Step[] = [{ run: "rm -f db.sqlite3" }, { run: "sleep 1.5" }, { run: "python manage.py migrate", timeout: 60_000 }];
  const native = NativeDjango.make();
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    const results = await withEngine((engine) =>
      steps(engine, "python", [...project, ...Array.from({ length: TIMES + 1 }, () => round).flat()]),
    );
    ours.push(
      ...results
        .filter((step) => step.run === "python manage.py migrate")
        .slice(1)
        .map((step) => step.ms),
    );
    native?.migrate();
    for (let time = 0; time < TIMES; time++) theirs.push(native?.migrate() ?? Number.NaN);
  } finally {
    native?.remove();
  }
  const row = { what: "manage.py migrate on a fresh project", value: median(ours), unit: "ms" as const };
  const how = `Enter to prompt, median of ${TIMES}, Django's bytecode there on both sides, the first run of each left out`;
  if (native === undefined) return [{ ...row, how: `${how}; no Python with pip on this machine to compare with` }];
  const value = median(theirs);
  return [{ ...row, rival: { name: "python3 on this machine", value }, ratio: { value: row.value / value, reach: 1 }, how }];
}

async function requests(): Promise<Row[]> {
  const count = 400;
  const view =
    "from django.http import HttpResponse\\nfrom django.urls import path\\nurlpatterns = [path('', lambda request: HttpResponse('hi'))]\\n";
  const list: Step[] = [
    ...project,
    { run: `printf "${view}" > shop/urls.py` },
    { run: "python manage.py runserver --noreload > /dev/null 2>&1 &" },
    { run: "until curl -sf localhost:8000 > /dev/null; do sleep 0.2; done", timeout: 60_000 },
  ];
  const result = await withEngine((engine) => engine.requests(bareMachine("python"), list, "http://localhost:8000/", count));
  if (result.failed > 0) throw new Error(`${result.failed} of ${count} requests failed: ${JSON.stringify(result.steps.at(-1))}`);
  const what = "real runserver, sequential requests";
  return [
    {
      what,
      value: (1000 * count) / result.ms,
      unit: "requests/s",
      reach: 400,
      how: `a view that answers "hi", ${count} requests, each on a new connection`,
    },
  ];
}

async function interruptions(): Promise<Row[]> {
  const spin = "python -c 'print(\"spinning\", flush=True)\nwhile True: pass'";
  const kill = "kill -9 $!; wait $!";
  const times: Step[][] = Array.from({ length: TIMES }, () => [
    { run: spin, until: "spinning\\n", timeout: 60_000 },
    { interrupt: true },
    { run: `${spin} > spin.log &` },
    { run: "until [ -s spin.log ]; do sleep 0.1; done; rm spin.log", timeout: 60_000 },
    { run: kill },
  ]);
  const results = await withEngine((engine) => steps(engine, "python", times.flat()));
  const interrupts = results.filter((step) => step.interrupt).map((step) => step.ms);
  const kills = results.filter((step) => step.run === kill).map((step) => step.ms);
  return [
    { what: "Ctrl-C of `while True: pass`", value: median(interrupts), unit: "ms", reach: 50, how: `key to prompt, median of ${TIMES}` },
    {
      what: "kill -9 of a spinning process",
      value: median(kills),
      unit: "ms",
      reach: 50,
      how: `\`${kill}\`, Enter to prompt, median of ${TIMES}`,
    },
  ];
}

async function checks(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const lesson of labLessons(soundLibrary())) {
    const solution = readAttempts(lesson.folder).find((attempt) => attempt.kind === "solution");
    if (solution === undefined) continue;
    const result = await withEngine((engine) =>
      engine.run(
        lesson.lab,
        solution.steps.map(({ step }) => step),
        { watchChecks: false },
      ),
    );
    const usesPython = lesson.lab.tasks.some((task) => task.checks.some((check) => check.kind === "run"));
    rows.push({
      what: `checks of ${lesson.info.id}${usesPython ? "" : ", without commands"}`,
      value: Math.max(...result.checkMs),
      unit: "ms",
      reach: usesPython ? 1500 : 300,
      how: "the longest of all rounds of checks while the solution is done; a round looks at every open task",
    });
  }
  return rows;
}

async function transfer(): Promise<Row[]> {
  const { engineUrl, node } = readManifest();
  const engine = filesBelow(join(root, "public", engineUrl));
  // Packages travel when pip first runs; the rest comes with every first visit.
  const assets = filesBelow(node.assets).filter((file) => !/wheels\.(bin|json)$/.test(file));
  const bytes = [...engine, ...assets].reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  const how = "gzip of the kernel, the process worker and what Python loads before it runs; packages come when pip first asks";
  return [{ what: "first visit to a Python lab, engine and assets", value: bytes / 1e6, unit: "MB", reach: 24, how }];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]))
    .filter((path) => !/\.(gz|br|map)$/.test(path));
}
