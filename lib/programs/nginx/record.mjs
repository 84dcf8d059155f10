#!/usr/bin/env node
/**
 * Records what the real nginx (Debian 12: apt-get install nginx) does with recordings/cases.mjs and says of recordings/checks.mjs.
 *
 *   node lib/programs/nginx/record.mjs [NAME…]
 *
 * As root: workers run as www-data, so that permissions matter. Every case runs in a fresh folder, on ports 8080 and 9001 to 9003.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { CASES } from "./recordings/cases.mjs";
import { CHECKS } from "./recordings/checks.mjs";
import { MORE_CASES } from "./recordings/more-cases.mjs";
import { FILES, logLines, MODES, MTIME, response, wholeConfig, wire } from "./recordings/normalize.mjs";
import { answer, complete, UPSTREAM_PORTS } from "./recordings/upstream.mjs";

const here = join(dirname(fileURLToPath(import.meta.url)), "recordings");
const NGINX = "/usr/sbin/nginx";
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

for (const port of UPSTREAM_PORTS) {
  createServer((socket) => {
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      for (let request = complete(text); request !== undefined; request = complete(text)) {
        text = text.slice(request.length);
        const { text: out, hang } = answer(request, port);
        socket.write(out, "latin1");
        if (!hang && !/^connection: keep-alive/im.test(request) && (/^connection: close/im.test(request) || request.includes(" HTTP/1.0")))
          socket.end();
        else if (!hang && out === "") socket.end();
      }
    });
  }).listen(port, "127.0.0.1");
}

function folderFor({ files = {} }) {
  const folder = mkdtempSync(join(tmpdir(), "nginx-"));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "html/locked"), { recursive: true });
  for (const [name, text] of Object.entries({ ...FILES, "html/private.txt": "private\n", "html/locked/x.txt": "x\n", ...files })) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, MODES[name] ?? 0o644);
  }
  chmodSync(join(folder, "html/locked"), 0o700);
  const touch = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) touch(child);
      utimesSync(child, MTIME, MTIME);
    }
  };
  touch(folder);
  return folder;
}

function ask(bytes, port) {
  return new Promise((resolve) => {
    let out = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    const timer = setTimeout(() => socket.destroy(), 3000);
    socket.on("data", (data) => {
      out += data.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(out);
    });
  });
}

const unpack = (text) => gunzipSync(Buffer.from(text, "latin1")).toString("latin1");

async function serve(each) {
  const folder = folderFor(each);
  writeFileSync(join(folder, "nginx.conf"), wholeConfig(each));
  const started = spawnSync(NGINX, ["-p", folder, "-c", "nginx.conf"], { encoding: "utf8", cwd: folder });
  if (started.status !== 0) {
    console.error(`${each.name}: ${started.stderr}`);
    process.exitCode = 1;
  }
  const responses = [];
  for (const request of each.requests) responses.push(await response(await ask(wire(request), 8080), folder, unpack, each.dechunk));
  await pause(100);
  spawnSync(NGINX, ["-p", folder, "-c", "nginx.conf", "-s", "stop"]);
  while (existsSync(join(folder, "nginx.pid"))) await pause(10);
  const logs = {};
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith(".log"))
    .sort())
    logs[name] = logLines(readFileSync(join(folder, name), "latin1"), folder);
  rmSync(folder, { recursive: true });
  return { name: each.name, said: logLines(started.stderr, folder), responses, logs };
}

function check(each) {
  const folder = folderFor(each);
  const { args = ["-t"], user } = each;
  if (each.conf !== undefined) writeFileSync(join(folder, "nginx.conf"), each.conf);
  if (user !== undefined) spawnSync("chown", ["-R", `${user}:${user}`, folder]);
  const ran = spawnSync(NGINX, ["-p", folder, "-c", "nginx.conf", ...args], {
    encoding: "latin1",
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  const result = { name: each.name, stdout: logLines(ran.stdout, folder), stderr: logLines(ran.stderr, folder), exitCode: ran.status };
  rmSync(folder, { recursive: true });
  return result;
}

const wanted = process.argv.slice(2);
const keep = (file, all, record) => {
  const path = join(here, file);
  const before = existsSync(path) ? new Map(JSON.parse(readFileSync(path, "utf8")).map((each) => [each.name, each])) : new Map();
  return {
    path,
    before,
    list: all.map((each) => ({ each, again: wanted.length === 0 || wanted.includes(each.name) || !before.has(each.name) })),
    record,
  };
};
for (const { path, before, list, record } of [keep("served.json", [...CASES, ...MORE_CASES], serve), keep("checked.json", CHECKS, check)]) {
  const out = [];
  for (const { each, again } of list) out.push(again ? await record(each) : before.get(each.name));
  writeFileSync(path, `${JSON.stringify(out, null, 1)}\n`);
  console.log(`${path}: ${out.length}`);
}
process.exit();
