// What a machine must have before anything of ours can run. Plain JavaScript without packages: nothing is installed yet.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Progress goes to standard error, so that a command's own output stays clean. */
export function say(text) {
  process.stderr.write(`slipway: ${text}\n`);
}

export function fail(text) {
  process.stderr.write(`\nslipway: ${text}\n`);
  process.exit(1);
}

/** The command of a Python ≥ 3.9 that has pip, or undefined. */
export function findPython() {
  const wanted = "import sys, pip; sys.exit(0 if sys.version_info >= (3, 9) else 3)";
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : ["python3", "python", "py"];
  return candidates.find((command) => spawnSync(command, ["-c", wanted], { stdio: "ignore" }).status === 0);
}

export function checkMachine() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const problems = [];
  if (major < 20 || (major === 20 && minor < 9)) {
    problems.push(`Node 20.9 or newer is needed, this is ${process.versions.node}. Install it from https://nodejs.org/.`);
  }
  if (!findPython()) {
    problems.push(
      "Python 3.9 or newer with pip is needed to fetch the Python packages of the labs. Install it from https://www.python.org/ " +
        "(Debian, Ubuntu: sudo apt install python3 python3-pip), or set PYTHON to its command.",
    );
  }
  if (problems.length > 0) fail(problems.join("\nslipway: "));
}

/** Runs npm ci unless node_modules is what the lockfile says. */
export function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules/.slipway-installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("installing packages (npm ci) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const ran = spawnSync(npm, ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (ran.status !== 0) fail("npm ci failed; its message is above. Check the network connection, then run the same command again.");
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/** The npm that has started this process, by its number; undefined without npm, or where that can't be found out. */
function findNpm() {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  // npm has a shell start what it runs, and when it is killed, the shell waits on; some shells leave their place to the command.
  const { stdout } = spawnSync("ps", ["-o", "ppid=,args=", "-p", String(process.ppid)], { encoding: "utf8" });
  const [, npm] = /^\s*(\d+)\s+\S*sh -c /.exec(stdout ?? "") ?? [];
  return npm === undefined ? process.ppid : Number(npm);
}

/**
 * Runs a TypeScript entry of ours with the remaining arguments, in this terminal; returns its exit status. It ends when this process is
 * gone, and this process when npm is that has started it: both may be killed, and nobody else would end what they run.
 */
export function runTypeScript(entry, args) {
  const endWithParent = new URL("end-with-parent.mjs", import.meta.url);
  const npm = findNpm();
  if (npm !== undefined) new Worker(endWithParent, { workerData: { parent: process.ppid, others: [npm] } }).unref();
  endWithParent.search = `parent=${process.pid}`;
  const node = ["--import", "tsx", "--import", endWithParent.href];
  const ran = spawnSync(process.execPath, [...node, join(root, entry), ...args], { stdio: "inherit", cwd: root });
  if (ran.error) fail(String(ran.error));
  return ran.status ?? 1;
}
