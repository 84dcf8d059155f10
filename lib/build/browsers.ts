/** Finding (or getting) the browsers of the end-to-end tests: an installed one first, then Debian's, then Playwright's own download. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "playwright";
import { say } from "./requirements.mjs";

const chromiumPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const firefoxPlaces = [
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
  "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
];

function installed(places: readonly string[], override: string | undefined): string | undefined {
  if (override) return existsSync(override) ? override : undefined;
  return places.find((path) => existsSync(path));
}

/** apt-get as root, or with sudo that asks nothing; false when that is not possible or fails. */
function installFromDebian(name: string): boolean {
  if (!existsSync("/usr/bin/apt-get")) return false;
  const prefix = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (prefix.length > 0 && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0) return false;
  say(`installing Debian's ${name} …`);
  const run = (...args: string[]) => {
    const [command = "", ...rest] = [...prefix, "apt-get", ...args];
    return (
      spawnSync(command, rest, { stdio: ["ignore", "ignore", 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } }).status === 0
    );
  };
  return run("update") && run("install", "-y", "--no-install-recommends", name);
}

/** The path of a Chromium that is there already. */
export function installedChromium(): string | undefined {
  return installed([chromium.executablePath(), ...chromiumPlaces], process.env.CHROMIUM);
}

/** The path of a Chromium, or an Error that says what to do. */
export function findChromium(): string {
  const found = installedChromium;
  const first = found();
  if (first) return first;
  if (installFromDebian("chromium")) {
    const path = found();
    if (path) return path;
  }
  say("downloading Playwright's Chromium …");
  if (spawnSync("npx", ["playwright", "install", "chromium"], { stdio: ["ignore", 2, 2] }).status === 0) {
    const path = found();
    if (path) return path;
  }
  throw new Error(
    "no Chromium was found, and none could be installed. Install Chromium or Chrome, or set CHROMIUM to the path of its executable.",
  );
}

/** The path of a Firefox, or undefined where there is none and none can be installed. */
export function findFirefox(): string | undefined {
  const found = () => installed(firefoxPlaces, process.env.FIREFOX);
  return found() ?? (installFromDebian("firefox-esr") ? found() : undefined);
}
