/** Rows of applications as they stand in production: nginx, gunicorn with its workers, and PostgreSQL where there is one. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { findPython, root } from "../../../build/requirements.mjs";
import { HELLO, PRODUCTION, proxy } from "../measure/production.ts";
import { freePort, inTemporaryFolder, native } from "../native.ts";
import { type RowGroup, rowOf } from "../row-maker.ts";

const TIMES = 5;
const DEADLINE_MS = 30_000;

export const productionRows: RowGroup = async (measure) => {
  const flask = await measure("productionFlask");
  const django = await measure("productionDjango");
  return inTemporaryFolder(async (folder) => {
    const natively = await flaskNatively(folder);
    const why = typeof natively === "string" ? natively : undefined;
    const rivalSamples = typeof natively === "string" ? undefined : natively;
    return [
      rowOf(flask, {
        what: "Flask's hello through nginx and gunicorn, sequential requests",
        sample: "sequential",
        unit: "per second",
        rival: why ?? "native nginx and gunicorn",
        rivalSamples,
      }),
      rowOf(flask, {
        what: "the same, eight clients at once",
        sample: "atOnce",
        unit: "per second",
        rival: "not measured beside a native one",
      }),
      rowOf(django, {
        what: "Django's admin list through nginx and gunicorn, PostgreSQL, sequential",
        sample: "sequential",
        unit: "per second",
        rival: "not measured beside a native one",
      }),
      rowOf(django, {
        what: "the same, eight clients at once",
        sample: "atOnce",
        unit: "per second",
        rival: "not measured beside a native one",
      }),
    ];
  });
};

/** nginx's whole configuration, so that the computer's own stands aside. */
const configuration = (folder: string, port: number, upstream: number): string => `pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};\n`).join("")}
${proxy(port, upstream)}}
`;

/** Requests a second of the same application behind this computer's nginx; a sentence that says why not where that can't be had. */
async function flaskNatively(folder: string): Promise<number[] | string> {
  const nginx = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"].find((path) => existsSync(path));
  if (nginx === undefined) return "there is no nginx on this computer";
  const host = findPython();
  if (host === undefined) return "there is no Python with pip on this computer";
  const python = join(folder, "venv/bin/python");
  const downloads = join(root, ".slipway/python/downloads");
  for (const [command, args] of [
    [host, ["-m", "venv", join(folder, "venv")]],
    [python, ["-m", "pip", "install", "--quiet", "--no-index", "--find-links", downloads, "flask", "gunicorn"]],
  ] as const) {
    const ran = native(command, args, { cwd: folder });
    if (ran.status !== 0) return `a native Flask could not be installed: ${ran.stderr.trim().split("\n").at(-1) ?? ""}`;
  }
  const [port, upstream] = [await freePort(), await freePort()];
  writeFileSync(join(folder, "hello.py"), HELLO);
  writeFileSync(join(folder, "nginx.conf"), configuration(folder, port, upstream));
  const servers = [
    spawn(python, ["-m", "gunicorn", "-w", String(PRODUCTION.workers), "-b", `127.0.0.1:${upstream}`, "hello:app"], {
      cwd: folder,
      stdio: "ignore",
    }),
    spawn(nginx, ["-p", folder, "-c", join(folder, "nginx.conf"), "-g", "daemon off;"], { stdio: "ignore" }),
  ];
  try {
    const answers = await whenReady(port, servers);
    if (!answers) return "the native nginx and gunicorn did not answer";
    const samples: number[] = [];
    for (let round = -1; round < TIMES; round++) {
      const began = performance.now();
      for (let index = 0; index < PRODUCTION.hello; index++) {
        if ((await status(port)) !== 200) return "the native nginx and gunicorn stopped answering";
      }
      if (round >= 0) samples.push((PRODUCTION.hello * 1000) / (performance.now() - began));
    }
    return samples;
  } finally {
    for (const server of servers) {
      const gone = server.exitCode !== null || server.signalCode !== null;
      // SIGTERM, so that both of them end their workers too.
      if (!gone && server.kill("SIGTERM")) await new Promise((resolve) => server.once("exit", resolve));
    }
  }
}

async function whenReady(port: number, servers: readonly ChildProcess[]): Promise<boolean> {
  const deadline = performance.now() + DEADLINE_MS;
  while (performance.now() < deadline && servers.every(({ exitCode }) => exitCode === null)) {
    if ((await status(port)) === 200) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

/** The status of the page, asked on a connection of its own; undefined when none came. */
function status(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, agent: new Agent({ keepAlive: false }) }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    });
    asked.on("error", () => resolve(undefined));
    asked.end();
  });
}
