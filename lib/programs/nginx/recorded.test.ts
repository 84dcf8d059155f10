import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Files, Machine, Process, StreamSocket } from "../../kernel/types.ts";
import { freshMachine, runScriptAsRoot } from "../testing.ts";
import { binary, bytesOf } from "./config/parser.ts";
import { CASES } from "./recordings/cases.mjs";
import { CHECKS } from "./recordings/checks.mjs";
import { MORE_CASES } from "./recordings/more-cases.mjs";
import { FILES, logLines, MODES, MTIME, response, wholeConfig, wire } from "./recordings/normalize.mjs";
import { answer, complete, UPSTREAM_PORTS } from "./recordings/upstream.mjs";

interface Served {
  readonly name: string;
  readonly said: string;
  readonly responses: readonly string[];
  readonly logs: Readonly<Record<string, string>>;
}
interface Checked {
  readonly name: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

type Texts = Readonly<Record<string, string>>;

interface Case {
  readonly name: string;
  readonly config: string;
  readonly http?: string;
  readonly main?: string;
  readonly files?: Texts;
  readonly dechunk?: boolean;
  readonly requests: readonly unknown[];
}
interface Check {
  readonly name: string;
  readonly conf?: string;
  readonly args?: readonly string[];
  readonly user?: number;
  readonly files?: Texts;
}

const here = join(dirname(fileURLToPath(import.meta.url)), "recordings");
const load = (name: string): unknown => JSON.parse(readFileSync(join(here, name), "utf8"));
const served = load("served.json") as readonly Served[];
const checked = load("checked.json") as readonly Checked[];
const known = load("known-differences.json") as Readonly<Record<string, string>>;

let machine: Machine;
beforeAll(async () => {
  machine = await freshMachine();
  machine.spawn({
    argv: ["small"],
    env: {},
    cwd: "/",
    credentials: { uid: 0, gid: 0, groups: [0] },
    run: async (self) => {
      await Promise.all(UPSTREAM_PORTS.map((port) => upstream(self, port)));
      return 0;
    },
  });
});
afterAll(() => machine.destroy());

/** The small servers of the recordings, on our machine. */
async function upstream(self: Process, port: number): Promise<void> {
  const listener = machine.network.socket();
  listener.bind("127.0.0.1", port, self.credentials);
  listener.listen(64);
  for (;;) {
    const socket = await listener.accept(self.ended);
    void converse(self, socket, port);
  }
}

async function converse(self: Process, socket: StreamSocket, port: number): Promise<void> {
  let text = "";
  try {
    for (;;) {
      const bytes = await socket.read(65_536, self.ended);
      if (bytes.length === 0) break;
      text += binary(bytes);
      for (let request = complete(text); request !== undefined; request = complete(text)) {
        text = text.slice(request.length);
        const reply: { readonly text: string; readonly hang?: boolean } = answer(request, port);
        const { text: out, hang } = reply;
        await socket.write(bytesOf(out));
        const ends = /^connection: close/im.test(request) || request.includes(" HTTP/1.0") || out === "";
        if (!hang && ends) socket.shutdown("write");
      }
    }
  } catch {
    // The client has gone.
  }
  socket.release();
}

async function ask(bytes: string, port: number): Promise<string> {
  const socket = await machine.network.connect("127.0.0.1", port);
  await socket.write(bytesOf(bytes));
  let out = "";
  const patience = AbortSignal.timeout(10_000);
  try {
    for (let got = await socket.read(65_536, patience); got.length > 0; got = await socket.read(65_536, patience)) out += binary(got);
  } catch {
    // A reset ends an answer too.
  }
  socket.release();
  return out;
}

const unpack = (text: string) => gunzipSync(Buffer.from(text, "latin1")).toString("latin1");

let count = 0;
function folderFor(files: Files, more: Readonly<Record<string, string>> = {}): string {
  const folder = `/tmp/nginx-${String(++count).padStart(6, "0")}`;
  files.mkdir(folder);
  files.chmod(folder, 0o755);
  const all = { ...FILES, "html/private.txt": "private\n", "html/locked/x.txt": "x\n", ...more };
  for (const [name, text] of Object.entries(all)) {
    const path = `${folder}/${name}`;
    files.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    files.writeFile(path, text);
    files.chmod(path, new Map<string, number>(Object.entries(MODES)).get(name) ?? 0o644);
  }
  files.chmod(`${folder}/html/locked`, 0o700);
  const touch = (path: string): void => {
    for (const { name, kind } of files.readdir(path)) {
      if (kind === "directory") touch(`${path}/${name}`);
      files.utimes(`${path}/${name}`, MTIME * 1000, MTIME * 1000);
    }
  };
  touch(folder);
  return folder;
}

async function gone(path: string): Promise<void> {
  while (machine.files.exists(path)) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe("what the real nginx serves and logs", () => {
  const cases: readonly Case[] = [...CASES, ...MORE_CASES];
  it.each(cases.map((each) => [each.name, each] as const))("%s", async (name, each) => {
    const expected = served.find((recorded) => recorded.name === name);
    const { files } = machine;
    const folder = folderFor(files, each.files);
    files.writeFile(`${folder}/nginx.conf`, wholeConfig(each));
    const started = await runScriptAsRoot(machine, `cd ${folder}; nginx -p ${folder} -c nginx.conf`);
    const responses: string[] = [];
    for (const request of each.requests) responses.push(await response(await ask(wire(request), 8080), folder, unpack, each.dechunk));
    await runScriptAsRoot(machine, `nginx -p ${folder} -c nginx.conf -s stop`);
    await gone(`${folder}/nginx.pid`);
    const logs: Record<string, string> = {};
    const names = files.readdir(folder).map((entry) => entry.name);
    for (const log of names.filter((file) => file.endsWith(".log")).sort())
      logs[log] = logLines(binary(files.readFile(`${folder}/${log}`)), folder);
    const found = { name, said: logLines(started.stderr, folder), responses, logs };
    if (name in known) expect(found).not.toEqual(expected);
    else expect(found).toEqual(expected);
  });
});

describe("what the real nginx says of configurations and options", () => {
  const checks: readonly Check[] = CHECKS;
  it.each(checks.map((each) => [each.name, each] as const))("%s", async (name, each) => {
    const expected = checked.find((recorded) => recorded.name === name);
    const { files } = machine;
    const folder = folderFor(files, each.files);
    if (each.conf !== undefined) files.writeFile(`${folder}/nginx.conf`, each.conf);
    const quoted = (each.args ?? ["-t"]).map((word) => `'${word}'`).join(" ");
    const command = `/usr/sbin/nginx -p ${folder} -c nginx.conf ${quoted}`;
    const script = each.user === undefined ? command : `chown -R www-data:www-data ${folder}; su www-data -s /bin/sh -c "${command}"`;
    const ran = await runScriptAsRoot(machine, script);
    const found = { name, stdout: logLines(ran.stdout, folder), stderr: logLines(ran.stderr, folder), exitCode: ran.exitCode };
    if (name in known) expect(found).not.toEqual(expected);
    else expect(found).toEqual(expected);
  });
});
