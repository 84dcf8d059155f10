#!/usr/bin/env node
/**
 * Records what the real openssl (Debian 12) answers to recordings/openssl/cases.txt, as answers.json beside it. The files that the cases speak
 * of are in files.json (name to base64); keys there are for these tests only.
 *
 *   node lib/programs/record-openssl.mjs
 *
 * What differs from run to run is made equal in both: the numbers of threads before error lines, and the dots of the search for primes.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "recordings/openssl");
const files = JSON.parse(readFileSync(join(folder, "files.json"), "utf8"));
const top = mkdtempSync(join(tmpdir(), "openssl-"));
const home = join(top, "home");

const plain = (text) => text.replaceAll(/^[0-9A-F]{12,16}:error:/gm, "THREAD:error:").replaceAll(/^[.+*]+\n/gm, "");

function answer(script) {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  for (const [name, base64] of Object.entries(files)) writeFileSync(join(home, name), Buffer.from(base64, "base64"));
  const env = { HOME: home, PATH: "/usr/bin:/bin", LANG: "C.UTF-8" };
  const ran = spawnSync("/bin/bash", ["-c", script], { cwd: home, input: "", encoding: "utf8", timeout: 20_000, env });
  return { stdout: ran.stdout, stderr: plain(ran.stderr), exitCode: ran.status };
}

const recorded = [];
for (const script of readFileSync(join(folder, "cases.txt"), "utf8").split("\n")) {
  if (script.trim() === "" || script.startsWith("#")) continue;
  const first = answer(script);
  if (JSON.stringify(first) === JSON.stringify(answer(script))) recorded.push({ script, ...first });
  else console.error(`left out (not repeatable): ${script}`);
}
rmSync(top, { recursive: true, force: true });
writeFileSync(join(folder, "answers.json"), `${JSON.stringify(recorded, null, 1)}\n`);
console.log(`${recorded.length} cases`);
