/** What is installed: /var/lib/dpkg (dpkg(1), FILES) and apt's lists, and changing it. */
import { executableBytes } from "../../kernel/executable.ts";
import type { Files } from "../../kernel/types.ts";
import { sqlite3Script } from "../system/sqlite3.ts";
import { type Package, programPath } from "./catalog.ts";
import { contentPaths, putContents } from "./contents.ts";

const STATUS = "/var/lib/dpkg/status";
/** Programs whose file is no executable of the kernel's. */
const SCRIPTS: ReadonlyMap<string, string> = new Map([["sqlite3", sqlite3Script]]);
const INFO = "/var/lib/dpkg/info";
const AUTOMATIC = "/var/lib/apt/extended_states";
/** Apt's copy of the index: there once `update` has run. */
export const INDEX = "/var/lib/apt/lists/packages.slipway_debian_dists_bookworm_main_binary-amd64_Packages";

export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  /** "ii", or "rc" for one that was removed with its settings left. */
  readonly state: "ii" | "rc";
  /** Its paragraph in the status file. */
  readonly text: string;
}

function read(files: Files, path: string): string {
  return files.exists(path) ? files.readText(path) : "";
}

const field = (text: string, name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1] ?? "";

/** By name. */
export function installed(files: Files): Map<string, Installed> {
  const found = new Map<string, Installed>();
  for (const text of read(files, STATUS).split("\n\n")) {
    const name = field(text, "Package");
    if (name === "") continue;
    const state = field(text, "Status").endsWith(" installed") ? "ii" : "rc";
    found.set(name, { name, state, version: field(text, "Version"), summary: field(text, "Description"), text: text.trim() });
  }
  return found;
}

function paragraph(each: Package): string {
  const lines = [
    `Package: ${each.name}`,
    "Status: install ok installed",
    `Priority: ${each.preinstalled ? "important" : "optional"}`,
    `Section: ${each.section}`,
    ...(each.installedKib > 0 ? [`Installed-Size: ${each.installedKib}`] : []),
    "Architecture: amd64",
    `Version: ${each.version}`,
    ...(each.depends.length > 0 ? [`Depends: ${each.depends.join(", ")}`] : []),
    `Description: ${each.summary}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** The files of a package, with the folders above them, as its list has them. */
export function contents(each: Package): string[] {
  const files = [...each.programs.map(programPath), ...contentPaths(each.name), `/usr/share/doc/${each.name}/copyright`];
  const out = ["/."];
  for (const file of files) {
    const parts = file.split("/").slice(1);
    for (let length = 1; length <= parts.length; length++) {
      const path = `/${parts.slice(0, length).join("/")}`;
      if (!out.includes(path)) out.push(path);
    }
  }
  return out;
}

/** Writes a package's files and remembers it; `automatic` for one that only another one needed. */
export function install(files: Files, each: Package, automatic = false): void {
  for (const name of each.programs) {
    const path = programPath(name);
    files.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    files.writeFile(path, SCRIPTS.get(name) ?? executableBytes(name));
    files.chmod(path, name === "sudo" || name === "su" || name === "passwd" ? 0o4755 : 0o755);
  }
  putContents(files, each.name);
  files.mkdir(`/usr/share/doc/${each.name}`, { recursive: true });
  files.writeFile(
    `/usr/share/doc/${each.name}/copyright`,
    `On this machine ${each.name} is Slipway's own; see /reference/machine for what it covers.\n`,
  );
  files.mkdir(INFO, { recursive: true });
  files.writeFile(`${INFO}/${each.name}.list`, `${contents(each).join("\n")}\n`);
  const others = [...installed(files).values()].filter((other) => other.name !== each.name).map(({ text }) => `${text}\n`);
  files.writeFile(STATUS, `${[...others, paragraph(each)].join("\n")}\n`);
  if (automatic) files.writeFile(AUTOMATIC, `${read(files, AUTOMATIC)}Package: ${each.name}\nArchitecture: amd64\nAuto-Installed: 1\n\n`);
}

/** Takes a package's files away and forgets it; its settings in /etc stay, unless they are purged. */
export function remove(files: Files, name: string, purge = false): void {
  const list = `${INFO}/${name}.list`;
  const paths = read(files, list)
    .split("\n")
    .filter((path) => path !== "" && path !== "/." && (purge || !path.startsWith("/etc/")));
  for (const path of [...paths].reverse()) {
    if (!files.exists(path)) continue;
    if (files.lstat(path).kind !== "directory") files.unlink(path);
    else if (files.readdir(path).length === 0) files.rmdir(path);
  }
  if (files.exists(list)) files.unlink(list);
  const others = [...installed(files).values()].filter((other) => other.name !== name).map(({ text }) => `${text}\n`);
  files.writeFile(STATUS, `${others.join("\n")}\n`);
  const automatic = read(files, AUTOMATIC)
    .split("\n\n")
    .filter((text) => text !== "" && field(text, "Package") !== name);
  if (files.exists(AUTOMATIC)) files.writeFile(AUTOMATIC, automatic.map((text) => `${text}\n\n`).join(""));
}

/** Names of packages that were installed because another one needed them. */
export function automaticallyInstalled(files: Files): string[] {
  return [...read(files, AUTOMATIC).matchAll(/^Package: (.*)$/gm)].map((match) => match[1] ?? "");
}

/** Files and directories of all packages: what dpkg says that it reads. */
export function fileCount(files: Files): number {
  return files.readdir(INFO).reduce((sum, { name }) => sum + files.readText(`${INFO}/${name}`).split("\n").length - 1, 0);
}

/** All packages of a new machine at once. */
export function fillDatabase(files: Files, packages: Iterable<Package>): void {
  files.mkdir(INFO, { recursive: true });
  files.mkdir("/var/lib/apt/lists/partial", { recursive: true });
  files.mkdir("/var/cache/apt/archives", { recursive: true });
  const paragraphs: string[] = [];
  for (const each of packages) {
    paragraphs.push(paragraph(each));
    files.writeFile(`${INFO}/${each.name}.list`, `${contents(each).join("\n")}\n`);
  }
  files.writeFile(STATUS, `${paragraphs.join("\n")}\n`);
  for (const path of ["/var/lib/dpkg/lock", "/var/lib/dpkg/lock-frontend", "/var/lib/apt/lists/lock"]) {
    files.writeFile(path, "");
    files.chmod(path, 0o640);
  }
}
