import type { Machine } from "../../../kernel/types.ts";
import type { LabWorld } from "../../../lab/world/create.ts";
import { BenchTerminal } from "./bench-terminal.ts";
import { type Bench, bareWorld, eventually, type Measurement, NotMeasured, repeat } from "./measurement.ts";
import { settings } from "./postgres.ts";

const MACHINE = "machine-1";
const HOME = "/home/learner";
/** nginx's port. Requests in one go of Flask's hello and of Django's list page, which is so much slower. */
export const PRODUCTION = { port: 8080, workers: 3, hello: 200, page: 10 } as const;
const CLIENTS = 8;
/** The installing, migrating and booting of everything may take this long. */
const PATIENCE_MS = 120_000;

/** Flask's shortest application. */
export const HELLO = `from flask import Flask
app = Flask(__name__)
@app.get("/")
def hello(): return "hello"
`;

/** nginx before gunicorn, the headers passed on as gunicorn's documentation has it (docs.gunicorn.org, "Deploying Gunicorn"). */
export const proxy = (port: number, upstream: number): string => `server {
  listen ${port};
  access_log off;
  location / {
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_pass http://127.0.0.1:${upstream};
  }
}
`;

interface Production {
  readonly world: LabWorld;
  readonly machine: Machine;
  run(command: string): Promise<string>;
  /** nginx, and gunicorn with its workers, all of them booted. */
  serve(application: string): Promise<void>;
}

/** Does `work` on a fresh server with Python and nginx. */
async function withServer<T>(bench: Bench, work: (production: Production) => Promise<T>): Promise<T> {
  if (!bench.installed.engines.has("python")) throw new NotMeasured("this engine has no Python");
  const world = await bareWorld(bench, "server", { warm: true });
  const machine = world.machine(MACHINE);
  const terminal = await BenchTerminal.open(world);
  const run = async (command: string): Promise<string> => {
    const { status, output } = await terminal.run(command);
    if (status !== 0) throw new NotMeasured(`\`${command}\` ended with ${status}: ${output.trim().slice(-300)}`);
    return output;
  };
  const serve = async (application: string): Promise<void> => {
    machine.files.writeFile("/etc/nginx/conf.d/bench.conf", proxy(PRODUCTION.port, 8000));
    await run("sudo systemctl start nginx");
    let output = "";
    let ended = false;
    // It never ends: the whole world does.
    const running = terminal.run(`gunicorn -w ${PRODUCTION.workers} ${application}`, (shown) => {
      output = shown;
    });
    void running.then(() => {
      ended = true;
    });
    const booted = () => output.split("Booting worker").length > PRODUCTION.workers;
    await eventually(() => ended || booted(), "gunicorn's boot", PATIENCE_MS);
    if (ended) throw new NotMeasured(`gunicorn ended: ${output.trim().slice(-300)}`);
  };
  try {
    return await work({ world, machine, run, serve });
  } finally {
    terminal.close();
    world.dispose();
  }
}

/** Asks nginx for the page. Throws NotMeasured unless it comes and says `expected`. */
async function ask(world: LabWorld, path: string, expected: string, cookie?: string): Promise<void> {
  const answer = await world.http(MACHINE, {
    url: `http://localhost:${PRODUCTION.port}${path}`,
    method: "GET",
    headers: cookie === undefined ? [] : [["Cookie", cookie]],
    body: undefined,
    grading: false,
    timeoutMs: 30_000,
  });
  const text = "body" in answer ? new TextDecoder().decode(answer.body) : "";
  if ("status" in answer && answer.status === 200 && text.includes(expected)) return;
  throw new NotMeasured(`${path} was answered ${"status" in answer ? answer.status : answer.failure}: ${text.slice(0, 200)}`);
}

/** Requests a second, by so many clients that each wait for an answer before they ask again. */
async function perSecond(requests: number, clients: number, request: () => Promise<void>): Promise<number> {
  const began = performance.now();
  let asked = 0;
  const client = async (): Promise<void> => {
    while (asked < requests) {
      asked++;
      await request();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return (requests * 1000) / (performance.now() - began);
}

const productionFlask: Measurement = (bench) =>
  withServer(bench, async ({ world, machine, run, serve }) => {
    await run("pip install -q flask gunicorn");
    machine.files.writeFile(`${HOME}/hello.py`, HELLO);
    await serve("hello:app");
    const request = () => ask(world, "/", "hello");
    return {
      sequential: await repeat(5, 1, () => perSecond(PRODUCTION.hello, 1, request)),
      atOnce: await repeat(5, 1, () => perSecond(PRODUCTION.hello, CLIENTS, request)),
    };
  });

/** Logs a new superuser in, as `Client.force_login` does, and says the cookie's value. */
const LOGIN = `from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.create_superuser("admin", "", "admin"))
print("session=" + client.cookies["sessionid"].value)
`;
const LIST_PAGE = "/admin/auth/user/";

const productionDjango: Measurement = (bench) =>
  withServer(bench, async ({ world, machine, run, serve }) => {
    if (!bench.installed.engines.has("postgres")) throw new NotMeasured("this engine has no PostgreSQL");
    await run("sudo pg_ctlcluster 18 main start");
    await run("sudo -u postgres createuser -s learner && createdb learner && createdb shop");
    for (const command of ["pip install -q django psycopg gunicorn", "django-admin startproject shop", "cd shop"]) await run(command);
    const local = `from shop.settings import *\n${settings("/var/run/postgresql", "learner")}DEBUG = False\nALLOWED_HOSTS = ["localhost"]\n`;
    machine.files.writeFile(`${HOME}/shop/shop/local.py`, local);
    machine.files.writeFile("/tmp/login.py", LOGIN);
    await run("export DJANGO_SETTINGS_MODULE=shop.local");
    await run("python manage.py migrate -v 0");
    const session = /session=(\w+)/.exec(await run("python manage.py shell < /tmp/login.py"))?.[1];
    if (session === undefined) throw new NotMeasured("Django gave no session to the administrator");
    await serve("shop.wsgi");
    const request = () => ask(world, LIST_PAGE, "1 user", `sessionid=${session}`);
    return {
      sequential: await repeat(5, 1, () => perSecond(PRODUCTION.page, 1, request)),
      atOnce: await repeat(5, 1, () => perSecond(PRODUCTION.page, CLIENTS, request)),
    };
  });

export const productionMeasurements: Readonly<Record<string, Measurement>> = { productionFlask, productionDjango };
