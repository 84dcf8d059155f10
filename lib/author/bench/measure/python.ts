import type { Machine } from "../../../kernel/types.ts";
import type { LabWorld } from "../../../lab/world/create.ts";
import { BenchTerminal, type CommandTimes } from "./bench-terminal.ts";
import { type Bench, bareWorld, eventually, type Measurement, NotMeasured, repeat } from "./measurement.ts";

const MACHINE = "machine-1";

interface PythonBench {
  readonly world: LabWorld;
  readonly machine: Machine;
  readonly terminal: BenchTerminal;
  /** Waits until a process worker stands ready. */
  spare(): Promise<void>;
}

/** Does `work` on a fresh machine with Python, whose engine is loaded and has a spare process ready. */
async function withPython<T>(bench: Bench, work: (python: PythonBench) => Promise<T>): Promise<T> {
  if (!bench.installed.engines.has("python")) throw new NotMeasured("this engine has no Python");
  const world = await bareWorld(bench, "python", { warm: true });
  const spare = () => world.kernel.workers.warm("python");
  const terminal = await BenchTerminal.open(world);
  try {
    await spare();
    return await work({ world, machine: world.machine(MACHINE), terminal, spare });
  } finally {
    terminal.close();
    world.dispose();
  }
}

async function mustSucceed(running: Promise<CommandTimes>, command: string): Promise<CommandTimes> {
  const times = await running;
  if (times.status !== 0) throw new NotMeasured(`\`${command}\` ended with ${times.status}: ${times.output.trim().slice(-300)}`);
  return times;
}

async function startProject({ terminal }: PythonBench): Promise<void> {
  for (const command of ["pip install django", "django-admin startproject shop", "cd shop"])
    await mustSucceed(terminal.run(command), command);
}

const PRINT = "python -c 'print(1)'";

const print: Measurement = (bench) =>
  withPython(bench, async ({ terminal, spare }) => {
    const ready: number[] = [];
    const fresh: number[] = [];
    for (let index = 0; index < 8; index++) {
      await spare();
      const first = await mustSucceed(terminal.run(PRINT), PRINT);
      // The spare is taken, and the next one is started only a moment later.
      const second = await mustSucceed(terminal.run(PRINT), PRINT);
      if (index === 0) continue;
      ready.push(first.promptMs);
      fresh.push(second.promptMs);
    }
    return { ready, fresh };
  });

const MIGRATE = "python manage.py migrate";

const migrate: Measurement = (bench) =>
  withPython(bench, async (python) => {
    await startProject(python);
    const { terminal, spare } = python;
    const ms = await repeat(5, 1, async () => {
      await mustSucceed(terminal.run("rm -f db.sqlite3"), "rm");
      await spare();
      return (await mustSucceed(terminal.run(MIGRATE), MIGRATE)).promptMs;
    });
    return { ms };
  });

/** Requests in one go; each waits for the answer to the one before. */
export const REQUESTS = 300;

/** The URLs of the project whose server is asked. */
export const VIEW = `from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("hi"))]
`;

const runserver: Measurement = (bench) =>
  withPython(bench, async (python) => {
    await startProject(python);
    const { terminal, machine, world } = python;
    machine.files.writeFile("/home/learner/shop/shop/urls.py", VIEW);
    const began = performance.now();
    // It never ends: the whole world does.
    void terminal.run("python manage.py runserver --noreload");
    await eventually(() => machine.network.listening().some(({ port }) => port === 8000), "runserver");
    const ready = performance.now() - began;
    const request = { url: "http://localhost:8000/", method: "GET", headers: [], body: undefined, grading: false, timeoutMs: 10_000 };
    const perSecond = await repeat(5, 1, async () => {
      const from = performance.now();
      for (let index = 0; index < REQUESTS; index++) {
        const answer = await world.http(MACHINE, request);
        if (!("status" in answer) || answer.status !== 200)
          throw new NotMeasured(`runserver answered ${JSON.stringify(answer).slice(0, 200)}`);
      }
      return (REQUESTS * 1000) / (performance.now() - from);
    });
    return { perSecond, ready: [ready] };
  });

/** Flask's shortest application, behind a server of several processes. */
const HELLO = `from flask import Flask
app = Flask(__name__)
@app.get("/")
def hello(): return "hello"
`;
const WORKERS = 3;

const gunicorn: Measurement = (bench) =>
  withPython(bench, async ({ terminal, machine, world, spare }) => {
    await mustSucceed(terminal.run("pip install flask gunicorn"), "pip install");
    machine.files.writeFile("/home/learner/hello.py", HELLO);
    await spare();
    const began = performance.now();
    let booted = 0;
    void terminal.run(`gunicorn -w ${WORKERS} hello:app`, (shown) => {
      if (booted === 0 && shown.split("Booting worker").length > WORKERS) booted = performance.now();
    });
    await eventually(() => booted > 0, "gunicorn");
    const request = { url: "http://localhost:8000/", method: "GET", headers: [], body: undefined, grading: false, timeoutMs: 10_000 };
    const perSecond = await repeat(5, 1, async () => {
      const from = performance.now();
      for (let index = 0; index < REQUESTS; index++) {
        const answer = await world.http(MACHINE, request);
        if (!("status" in answer) || answer.status !== 200)
          throw new NotMeasured(`gunicorn answered ${JSON.stringify(answer).slice(0, 200)}`);
      }
      return (REQUESTS * 1000) / (performance.now() - from);
    });
    return { perSecond, ready: [booted - began] };
  });

/** Says "go", then keeps a processor busy for ever. */
const SPIN = "import sys; print('go', flush=True)\nwhile True: pass";

const interrupt: Measurement = (bench) =>
  withPython(bench, async ({ terminal, spare }) => {
    const ms = await repeat(7, 1, async () => {
      await spare();
      let typed = 0;
      await terminal.run(`python -c $'${SPIN.replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`, (shown) => {
        if (typed > 0 || !shown.includes("go")) return;
        typed = performance.now();
        terminal.type("\x03");
      });
      return performance.now() - typed;
    });
    return { ms };
  });

const kill: Measurement = (bench) =>
  withPython(bench, async ({ terminal, spare, machine }) => {
    const isSpinning = () => machine.processes().find((process) => process.argv.includes("-c"));
    const ms = await repeat(7, 1, async () => {
      await spare();
      await terminal.run(`python -c 'while True: pass' &`);
      await eventually(() => isSpinning()?.state === "running", "a spinning process");
      return (await terminal.run("kill -9 %1; wait")).promptMs;
    });
    return { ms };
  });

export const pythonMeasurements: Readonly<Record<string, Measurement>> = {
  print,
  migrate,
  runserver,
  gunicorn,
  interrupt,
  kill,
};
