/** Rows of Python and Django, beside native CPython. */
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { REQUESTS, VIEW } from "../measure/python.ts";
import { freePort, inTemporaryFolder, makeNativeDjango, type NativeDjango, timeNative } from "../native.ts";
import { type RowGroup, rowOf } from "../row-maker.ts";

const TIMES = 5;

export const pythonRows: RowGroup = async (measure) => {
  const print = await measure("print");
  const migrate = await measure("migrate");
  const runserver = await measure("runserver");
  const gunicorn = await measure("gunicorn");
  const interrupt = await measure("interrupt");
  const kill = await measure("kill");
  return inTemporaryFolder(async (folder) => {
    const django = makeNativeDjango(folder);
    const missing = typeof django === "string" ? django : undefined;
    const found = typeof django === "string" ? undefined : django;
    const python = found && timeNative(20, found.python, ["-c", "print(1)"]);
    const migrated = found && migrateNatively(found);
    const perSecond = found && (await serveNatively(found));
    const rival = missing ?? "native CPython";
    return [
      rowOf(print, {
        what: "python -c 'print(1)', a spare ready",
        sample: "ready",
        unit: "ms",
        rival,
        rivalSamples: python,
        target: { bound: "at most", value: 60, of: "median" },
      }),
      rowOf(print, {
        what: "python -c 'print(1)', no spare",
        sample: "fresh",
        unit: "ms",
        rival,
        rivalSamples: python,
        target: { bound: "at most", value: 500, of: "median" },
      }),
      rowOf(migrate, {
        what: "manage.py migrate, fresh project",
        sample: "ms",
        unit: "ms",
        rival,
        rivalSamples: migrated,
        target: { bound: "at most", value: 1, of: "ratio to the rival" },
      }),
      rowOf(runserver, {
        what: "runserver, sequential requests",
        sample: "perSecond",
        unit: "per second",
        rival,
        rivalSamples: perSecond,
        target: { bound: "at least", value: 400, of: "median" },
      }),
      rowOf(gunicorn, {
        what: "gunicorn with three workers, Enter to the last one booting",
        sample: "ready",
        unit: "ms",
        rival: "not measured beside a native one",
      }),
      rowOf(gunicorn, {
        what: "Flask's hello through gunicorn, sequential requests",
        sample: "perSecond",
        unit: "per second",
        rival: "not measured beside a native one",
      }),
      rowOf(interrupt, {
        what: "Ctrl-C of `while True: pass`, to the prompt",
        sample: "ms",
        unit: "ms",
        rival: "no rival: it needs a terminal program",
        target: { bound: "at most", value: 50, of: "median" },
      }),
      rowOf(kill, {
        what: "kill -9 of a spinning process, and wait",
        sample: "ms",
        unit: "ms",
        rival: "no rival: it needs a terminal program",
        target: { bound: "at most", value: 50, of: "median" },
      }),
    ];
  });
};

function migrateNatively({ python, project }: NativeDjango): number[] | undefined {
  const before = () => rmSync(join(project, "db.sqlite3"), { force: true });
  return timeNative(TIMES, python, ["manage.py", "migrate"], { cwd: project, before });
}

/** Requests a second of the same server under native CPython, each on a connection of its own. */
async function serveNatively({ python, project }: NativeDjango): Promise<number[]> {
  writeFileSync(join(project, "shop/urls.py"), VIEW);
  const port = await freePort();
  const server = spawn(python, ["manage.py", "runserver", "--noreload", String(port)], { cwd: project, stdio: "ignore" });
  try {
    while (server.exitCode === null && !(await listens(port))) await new Promise((resolve) => setTimeout(resolve, 20));
    const samples: number[] = [];
    for (let round = -1; round < TIMES; round++) {
      const began = performance.now();
      for (let index = 0; index < REQUESTS; index++) await ask(port);
      if (round >= 0) samples.push((REQUESTS * 1000) / (performance.now() - began));
    }
    return samples;
  } finally {
    server.kill("SIGKILL");
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

function ask(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, agent: false }, (answer) => {
      answer.resume();
      answer.on("end", resolve);
    });
    asked.on("error", reject);
    asked.end();
  });
}
