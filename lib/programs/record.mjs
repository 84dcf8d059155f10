#!/usr/bin/env node
/**
 * Records what the real programs of this machine (Debian 12) answer to the cases in recordings/*.txt and recordings/with-python/*.txt (those
 * are for machines that have Python), as JSON beside them.
 *
 *   node lib/programs/record.mjs [NAME…]
 *
 * Each line of a .txt file is one case, a script; lines that start with "%" come before every case below them (until a line "%" alone
 * forgets them); lines that start with "#" are comments. A case runs in an empty directory as an ordinary user (uid 1000, so this has to be run as root)
 * with LANG=C.UTF-8. A case whose answer differs between two recordings depends on the machine or the clock: it is left out and named.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const recordings = join(dirname(fileURLToPath(import.meta.url)), "recordings");
const folders = [recordings, join(recordings, "with-python")];
const top = mkdtempSync(join(tmpdir(), "record-"));
chmodSync(top, 0o755);
const home = join(top, "learner");

function answer(script) {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  chownSync(home, 1000, 1000);
  const ran = spawnSync("/bin/bash", ["-c", script], {
    cwd: home,
    uid: 1000,
    gid: 1000,
    input: "",
    encoding: "utf8",
    timeout: 20_000,
    env: { HOME: home, USER: "learner", LOGNAME: "learner", PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", TERM: "xterm-256color" },
  });
  return { stdout: ran.stdout, stderr: ran.stderr.replaceAll(/\/bin\/bash: line \d+: /g, "bash: "), exitCode: ran.status };
}

function casesOf(text) {
  const cases = [];
  let before = "";
  for (const line of text.split("\n")) {
    if (line === "%") before = "";
    else if (line.startsWith("%")) before += `${line.slice(1).trim()}\n`;
    else if (line.trim() !== "" && !line.startsWith("#")) cases.push({ name: line, script: before + line });
  }
  return cases;
}

const wanted = process.argv.slice(2);
const files = folders.flatMap((folder) => readdirSync(folder).map((file) => ({ folder, file })));
for (const { folder, file } of files.filter(({ file }) => file.endsWith(".txt"))) {
  const name = file.slice(0, -".txt".length);
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const target = join(folder, `${name}.json`);
  const known = existsSync(target) ? new Map(JSON.parse(readFileSync(target, "utf8")).map((each) => [each.script, each])) : new Map();
  const recorded = [];
  for (const each of casesOf(readFileSync(join(folder, file), "utf8"))) {
    const earlier = known.get(each.script);
    if (earlier && wanted.length === 0) {
      recorded.push(earlier);
      continue;
    }
    const first = answer(each.script);
    const second = answer(each.script);
    if (JSON.stringify(first) === JSON.stringify(second)) recorded.push({ ...each, ...first });
    else console.error(`left out (not repeatable): ${each.name}`);
  }
  writeFileSync(target, `${JSON.stringify(recorded, null, 1)}\n`);
  console.log(`${name}: ${recorded.length} cases`);
}
rmSync(top, { recursive: true, force: true });
