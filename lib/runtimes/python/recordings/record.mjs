#!/usr/bin/env node
/**
 * Records what real application servers answer to the exchanges of *.txt, as JSON beside them.
 *
 *   python3 -m venv VENV && VENV/bin/pip install gunicorn==26.2.0 flask==3.1.3 django==5.2.17 uvicorn==0.54.0
 *   node lib/runtimes/python/recordings/record.mjs VENV [NAME…]
 *
 * A file begins with what comes before every exchange; each exchange has a line "## NAME" and a script for bash. It runs in an empty home
 * as an ordinary user (uid 1000, so this has to be run as root) on a network of its own. normalize.mjs takes away what is never the same.
 * An exchange that has two answers is left out and named.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { exchangesOf, normalize } from "./normalize.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const [environment = "", ...wanted] = process.argv.slice(2);
const top = mkdtempSync(join(tmpdir(), "record-"));
chmodSync(top, 0o755);
const home = join(top, "learner");

function answer(script) {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  chownSync(home, 1000, 1000);
  const inside = `ip link set lo up; exec setpriv --reuid 1000 --regid 1000 --clear-groups bash "$0" 2>&1`;
  writeFileSync(join(top, "script"), script);
  const ran = spawnSync("unshare", ["--net", "sh", "-c", inside, join(top, "script")], {
    cwd: home,
    input: "",
    encoding: "utf8",
    timeout: 15_000,
    env: { HOME: home, USER: "learner", PATH: `${resolve(environment, "bin")}:/usr/local/bin:/usr/bin:/bin`, LANG: "C.UTF-8", TZ: "UTC" },
  });
  return normalize(ran.stdout, home);
}

for (const file of readdirSync(folder).filter((name) => name.endsWith(".txt"))) {
  const name = file.slice(0, -".txt".length);
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const recorded = [];
  for (const exchange of exchangesOf(readFileSync(join(folder, file), "utf8"))) {
    const [first, second] = [answer(exchange.script), answer(exchange.script)];
    if (first === second) recorded.push({ name: exchange.name, output: first });
    else console.log(`${name}: "${exchange.name}" has two answers\n--- ${first}\n--- ${second}`);
  }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(recorded, null, 1)}\n`);
  console.log(`${name}: ${recorded.length} exchanges`);
}
rmSync(top, { recursive: true, force: true });
