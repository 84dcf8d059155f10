#!/usr/bin/env node
/**
 * Records what the real git of this machine (Debian 12: 2.39.5) answers to the cases in recordings/git/*.txt, as JSON beside them.
 *
 *   node lib/programs/record-git.mjs [NAME…]
 *
 * A file begins with lines that come before every case ("%%%%" alone in its first line); a case begins with a line "==== name" and ends
 * before the next. "# differs: reason" in a case's first line says that ours is known to answer otherwise, and why. Names and dates come
 * from the environment, so that the names of all objects are the same everywhere. Cases run in an empty home as an ordinary user (uid 1000,
 * so this has to be run as root). A case whose answer differs between two recordings is left out and named.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "recordings/git");
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
    timeout: 30_000,
    env: { HOME: home, USER: "learner", LOGNAME: "learner", PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", TERM: "xterm-256color" },
  });
  const plain = (text) => text.replaceAll(home, "/home/learner").replaceAll(/\/bin\/bash: line \d+: /g, "bash: ");
  return { stdout: plain(ran.stdout), stderr: plain(ran.stderr), exitCode: ran.status };
}

const wanted = process.argv.slice(2);
for (const file of readdirSync(folder).filter((name) => name.endsWith(".txt"))) {
  const name = file.slice(0, -".txt".length);
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const [head = "", ...parts] = `\n${readFileSync(join(folder, file), "utf8")}`.split("\n==== ");
  const before = head.replace(/^\n%%%%\n/, "");
  const recorded = [];
  for (const part of parts) {
    const [title = "", ...lines] = part.split("\n");
    const differs = /^# differs: (.*)$/.exec(lines[0] ?? "")?.[1];
    const script = `${before}\n${lines.join("\n")}`;
    const first = answer(script);
    if (JSON.stringify(first) !== JSON.stringify(answer(script))) {
      console.error(`left out (not repeatable): ${title}`);
      continue;
    }
    recorded.push({ name: title, ...(differs === undefined ? {} : { differs }), script, ...first });
  }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(recorded, null, 1)}\n`);
  console.log(`${name}: ${recorded.length} cases`);
}
rmSync(top, { recursive: true, force: true });
