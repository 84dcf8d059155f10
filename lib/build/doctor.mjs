// `npm run -s lab -- doctor`: what is missing on this machine. Plain JavaScript without packages, for they may be what is missing.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { freemem, totalmem } from "node:os";
import { join } from "node:path";
import { findPython, root } from "./requirements.mjs";
import { engineIsBuilt } from "./stamp.mjs";

/**
 * @typedef {{ name: string, state: "ok" | "missing" | "note", found: string, remedy: string }} Finding
 */

const GIGABYTE = 1024 ** 3;

/** Everything that is looked at, in the order in which one would mend it. @returns {Promise<Finding[]>} */
export async function diagnose({ port = Number(process.env.PORT ?? 3000) } = {}) {
  return [node(), python(), packages(), engine(), chromium(), disk(), memory(), await freePort(port)];
}

export function node(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const fits = major > 20 || (major === 20 && minor >= 9);
  return finding("Node", fits, version, "Install Node 20.9 or newer from https://nodejs.org/.");
}

function python() {
  const command = findPython();
  const said = command === undefined ? "" : spawnSync(command, ["--version"], { encoding: "utf8" }).stdout.trim();
  return finding(
    "Python with pip",
    command !== undefined,
    command === undefined ? "none" : `${said} (${command})`,
    "Install Python 3.9 or newer with pip (Debian, Ubuntu: sudo apt install python3 python3-pip), or set PYTHON to its command.",
  );
}

function packages() {
  const there = existsSync(join(root, "node_modules/tsx")) && existsSync(join(root, "node_modules/next"));
  return finding("npm packages", there, there ? "installed" : "not installed", "Run npm ci in the repository.");
}

function engine() {
  const manifest = existsSync(join(root, ".slipway/engine/manifest.json"));
  const built = manifest && engineIsBuilt();
  const found = built ? "built" : manifest ? "older than its sources" : "not built";
  // Every command builds it when it needs it.
  return {
    ...finding("engine", built, found, "Nothing to do: the next command builds it, which takes a few minutes the first time."),
    ...(built ? {} : { state: "note" }),
  };
}

function chromium() {
  const places = [
    process.env.CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ];
  const own = [process.env.PLAYWRIGHT_BROWSERS_PATH, join(process.env.HOME ?? "", ".cache/ms-playwright")].filter(
    (folder) => folder && existsSync(folder),
  );
  const found =
    places.find((path) => path && existsSync(path)) ??
    own.find((folder) => readdirSync(folder ?? "").some((name) => name.startsWith("chromium")));
  const remedy =
    "Only end-to-end tests need it. Install Chromium (Debian: sudo apt install chromium), or npx playwright install chromium, or set CHROMIUM to its path.";
  return { ...finding("Chromium", found !== undefined, found ?? "none", remedy), ...(found === undefined ? { state: "note" } : {}) };
}

function disk() {
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / GIGABYTE;
  return finding(
    "disk space",
    free >= 3,
    `${free.toFixed(1)} GB free`,
    "The engine, its packages and the site's build take about 3 GB: make room.",
  );
}

function memory() {
  const all = totalmem() / GIGABYTE;
  const fits = all >= 3.5;
  const found = `${all.toFixed(1)} GB, ${(freemem() / GIGABYTE).toFixed(1)} GB free`;
  return {
    ...finding("memory", fits, found, "The site's build and labs with several machines want 4 GB; with less, try one lesson at a time."),
    ...(fits ? {} : { state: "note" }),
  };
}

export function freePort(port) {
  const remedy = `Stop what listens there, or choose another: PORT=${port + 1} npm start.`;
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    return Promise.resolve(finding("port", false, `PORT is ${process.env.PORT}`, "Set PORT to a number from 1 to 65535."));
  }
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) =>
      resolve(finding("port", false, `${port}: ${error.code === "EADDRINUSE" ? "taken" : error.message}`, remedy)),
    );
    server.listen(port, () => server.close(() => resolve(finding("port", true, `${port} is free`, remedy))));
  });
}

function finding(name, fits, found, remedy) {
  return { name, state: fits ? "ok" : "missing", found, remedy: fits ? "" : remedy };
}

/** Prints the findings; the exit status is 1 when something is missing that nothing works without. */
export async function doctor(args) {
  if (args.some((arg) => arg !== "--json")) {
    process.stderr.write(`doctor: unknown argument ${args.find((arg) => arg !== "--json")}. Usage: npm run -s lab -- doctor [--json]\n`);
    return 2;
  }
  const findings = await diagnose();
  if (args.includes("--json")) process.stdout.write(`${JSON.stringify({ findings })}\n`);
  else {
    for (const { name, state, found, remedy } of findings) {
      process.stdout.write(`${state.padEnd(8)}${name}: ${found}\n${remedy === "" ? "" : `        ${remedy}\n`}`);
    }
    const missing = findings.filter(({ state }) => state === "missing").length;
    process.stdout.write(missing === 0 ? "Everything that is needed is there.\n" : `${missing} missing: see what stands below each.\n`);
  }
  return findings.some(({ state }) => state === "missing") ? 1 : 0;
}
