/** Enabling units: the links that [Install] asks for (systemctl(1), "Unit File Commands"; install.c). */
import type { Files } from "../../kernel/types.ts";
import { findUnitFile, UNIT_PATHS } from "./loader.ts";
import { parseUnitFile } from "./unit-file.ts";
import { parseUnitName, templateOf, type UnitName, withInstance } from "./unit-name.ts";

export const CONFIG = "/etc/systemd/system";
const RUNTIME = "/run/systemd/system";

export type FileState =
  | "enabled"
  | "enabled-runtime"
  | "linked"
  | "alias"
  | "masked"
  | "masked-runtime"
  | "static"
  | "indirect"
  | "disabled"
  | "generated"
  | "transient"
  | "bad";

export interface InstallInfo {
  readonly wantedBy: readonly string[];
  readonly requiredBy: readonly string[];
  readonly aliases: readonly string[];
  readonly also: readonly string[];
  readonly defaultInstance: string | undefined;
}

/** What was changed, in the order in which it happened. */
export type Change =
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "remove"; readonly path: string }
  /** It is to be pulled in by a unit that is not there. */
  | { readonly kind: "missing"; readonly path: string; readonly target: string };

/** A message of systemctl's, after "Failed to enable unit: ". */
export class InstallProblem extends Error {}

/** The unit files of a tree: of the machine, or of a folder that holds one (`--root`). */
export class UnitFiles {
  readonly files: Files;
  readonly root: string;
  readonly runtime: boolean;

  constructor(files: Files, options: { readonly root?: string; readonly runtime?: boolean } = {}) {
    this.files = files;
    this.root = (options.root ?? "").replace(/\/$/, "");
    this.runtime = options.runtime ?? false;
  }

  get paths(): string[] {
    return UNIT_PATHS.map((path) => `${this.root}${path}`);
  }

  get config(): string {
    return `${this.root}${this.runtime ? RUNTIME : CONFIG}`;
  }

  find(name: string) {
    return findUnitFile(this.files, name, this.paths);
  }

  /** The file of a unit or of its template, and the name that it has there. */
  resolve(name: string): { readonly path: string; readonly name: string } | undefined {
    let current = name;
    for (let hops = 0; hops < 8; hops++) {
      const parsed = parseUnitName(current);
      if (parsed === undefined) return undefined;
      const template = templateOf(parsed);
      const own = this.find(current);
      const found = own ?? (template === undefined ? undefined : this.find(template));
      if (found === undefined) return undefined;
      if (found.masked) throw new InstallProblem(`Unit file ${found.path} is masked.`);
      if (found.aliasOf === undefined || found.aliasOf === template) return { path: found.path, name: current };
      current = found.aliasOf;
    }
    return undefined;
  }

  info(path: string, name: string): InstallInfo {
    const parsed = parseUnitName(name);
    const lists: Record<string, string[]> = { WantedBy: [], RequiredBy: [], Alias: [], Also: [] };
    let defaultInstance: string | undefined;
    const text = this.files.exists(path) ? this.files.readText(path) : "";
    const file = parseUnitFile(text, path, undefined);
    if (file.broken) throw new InstallProblem(`File ${name}: Bad message`);
    for (const { section, key, value } of file.assignments) {
      if (section !== "Install") continue;
      if (key === "DefaultInstance") defaultInstance = value;
      const list = lists[key];
      if (list === undefined) continue;
      if (value === "") list.length = 0;
      list.push(
        ...value
          .split(/\s+/)
          .filter((word) => word !== "")
          .map((word) => expand(word, parsed)),
      );
    }
    return {
      wantedBy: lists.WantedBy ?? [],
      requiredBy: lists.RequiredBy ?? [],
      aliases: lists.Alias ?? [],
      also: lists.Also ?? [],
      defaultInstance,
    };
  }

  /** Links that a unit's [Install] asks for: paths below the configuration folder. */
  #wanted(name: string, path: string): { link: string; target: string }[] {
    const info = this.info(path, name);
    const parsed = parseUnitName(name);
    const instance = parsed?.instance === "" && info.defaultInstance !== undefined ? withInstance(name, info.defaultInstance) : name;
    const target = path.slice(this.root.length);
    const links: { link: string; target: string }[] = [];
    for (const alias of info.aliases) {
      const other = parseUnitName(alias);
      if (other === undefined || other.type !== parsed?.type) throw new InstallProblem(`Cannot alias ${name} as ${alias}.`);
      if (alias !== name) links.push({ link: `${this.config}/${alias}`, target });
    }
    if (parsed?.instance === "" && info.defaultInstance === undefined) return links;
    for (const unit of info.wantedBy) links.push({ link: `${this.config}/${unit}.wants/${instance}`, target });
    for (const unit of info.requiredBy) links.push({ link: `${this.config}/${unit}.requires/${instance}`, target });
    return links;
  }

  /** Enables these units and what they want to be enabled with; `nothing` where a unit has no [Install] to go by. */
  enable(names: readonly string[]): { readonly changes: Change[]; readonly nothing: boolean } {
    const changes: Change[] = [];
    let asked = 0;
    for (const name of this.#withAlso(names, changes)) {
      const found = this.resolve(name);
      if (found === undefined) continue;
      const info = this.info(found.path, found.name);
      const links = this.#wanted(found.name, found.path);
      asked += links.length + info.also.length;
      for (const { link, target } of links) this.#link(link, target, changes);
      for (const unit of [...info.wantedBy, ...info.requiredBy])
        if (links.length > 0 && this.#isMissing(unit)) changes.push({ kind: "missing", path: found.path, target: unit });
    }
    return { changes, nothing: asked === 0 };
  }

  #isMissing(name: string): boolean {
    const parsed = parseUnitName(name);
    const template = parsed === undefined ? undefined : templateOf(parsed);
    return this.find(name) === undefined && (template === undefined || this.find(template) === undefined);
  }

  #withAlso(names: readonly string[], changes: Change[]): string[] {
    const all: string[] = [];
    const add = (name: string, first: boolean) => {
      if (all.includes(name)) return;
      const known = name.startsWith("/") ? this.#linkFile(name, changes) : name;
      const found = this.resolve(known);
      if (found === undefined) {
        if (first) throw new InstallProblem(`Unit file ${name} does not exist.`);
        return;
      }
      all.push(known);
      for (const other of this.info(found.path, found.name).also) add(other, false);
    };
    for (const name of names) add(name, true);
    return all;
  }

  /** `systemctl enable /some/where/x.service` links the file first. */
  #linkFile(path: string, changes: Change[]): string {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (!this.files.exists(`${this.root}${path}`)) throw new InstallProblem(`Unit file ${path} does not exist.`);
    if (parseUnitName(name) === undefined) throw new InstallProblem("Invalid argument");
    if (!this.paths.includes(`${this.root}${path.slice(0, path.lastIndexOf("/"))}`)) this.#link(`${this.config}/${name}`, path, changes);
    return name;
  }

  /** Makes unit files known that lie elsewhere. */
  link(paths: readonly string[]): Change[] {
    const changes: Change[] = [];
    for (const path of paths) this.#linkFile(path, changes);
    return changes;
  }

  #link(path: string, target: string, changes: Change[]): void {
    const { files } = this;
    files.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (isLink(files, path)) {
      const present = files.readlink(path);
      if (this.#same(present, target, path)) return;
      files.unlink(path);
      changes.push({ kind: "remove", path });
    } else if (files.exists(path)) throw new InstallProblem(`File ${path} already exists.`);
    files.symlink(target, path);
    changes.push({ kind: "link", path, target });
  }

  #same(present: string, target: string, path: string): boolean {
    const plain = (text: string) => text.replace(/^\/usr\/lib\//, "/lib/");
    const absolute = present.startsWith("/")
      ? present
      : this.files.absolute(`${path.slice(0, path.lastIndexOf("/"))}/${present}`).slice(this.root.length);
    return plain(absolute) === plain(target);
  }

  /** Takes every link to these units away. */
  disable(names: readonly string[], also = true): Change[] {
    const changes: Change[] = [];
    const all = also ? this.#withAlso(names, changes) : [...names];
    for (const name of all) {
      const found = this.resolve(name);
      for (const path of this.#linksTo(name, found?.path)) {
        this.files.unlink(path);
        changes.push({ kind: "remove", path });
        const folder = path.slice(0, path.lastIndexOf("/"));
        if (folder !== this.config && this.files.readdir(folder).length === 0) this.files.rmdir(folder);
      }
    }
    return changes;
  }

  #linksTo(name: string, file: string | undefined): string[] {
    const { files, config } = this;
    if (!files.exists(config)) return [];
    const found: string[] = [];
    const own = parseUnitName(name);
    const look = (path: string, entry: string, top: boolean) => {
      if (!isLink(files, path)) return;
      const target = files.readlink(path);
      const base = target.slice(target.lastIndexOf("/") + 1);
      if (target === "/dev/null") return;
      const instance = parseUnitName(entry);
      const isInstance = own?.instance === "" && instance !== undefined && templateOf(instance) === name;
      if (
        entry === name ||
        isInstance ||
        (file !== undefined &&
          this.#same(target, file.slice(this.root.length), path) &&
          (base === name || top) &&
          own?.instance === instance?.instance)
      )
        found.push(path);
    };
    for (const entry of [...files.readdir(config)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${config}/${entry.name}`;
      if (entry.kind === "directory" && /\.(wants|requires)$/.test(entry.name))
        for (const inner of files.readdir(path)) look(`${path}/${inner.name}`, inner.name, false);
      else look(path, entry.name, true);
    }
    // What lies in folders goes first.
    const depth = (path: string) => path.split("/").length;
    return found.sort((a, b) => depth(b) - depth(a));
  }

  mask(names: readonly string[]): { readonly changes: Change[]; readonly missing: string[] } {
    const changes: Change[] = [];
    const missing: string[] = [];
    for (const name of names) {
      if (
        this.find(name) === undefined &&
        this.find(templateOf(parseUnitName(name) ?? { full: name, prefix: name, instance: undefined, type: "service" }) ?? name) ===
          undefined
      )
        missing.push(name);
      const path = `${this.config}/${name}`;
      if (isLink(this.files, path) && this.files.readlink(path) === "/dev/null") continue;
      this.#link(path, "/dev/null", changes);
    }
    return { changes, missing };
  }

  unmask(names: readonly string[]): Change[] {
    const changes: Change[] = [];
    for (const name of names) {
      const path = `${this.config}/${name}`;
      if (!isLink(this.files, path) || this.files.readlink(path) !== "/dev/null") continue;
      this.files.unlink(path);
      changes.push({ kind: "remove", path });
    }
    return changes;
  }

  /** systemctl is-enabled; undefined when there is no such file. */
  state(name: string): FileState | undefined {
    const parsed = parseUnitName(name);
    if (parsed === undefined) return undefined;
    const own = this.find(name);
    if (own?.masked && isLink(this.files, own.path)) return own.path.startsWith(`${this.root}/run/`) ? "masked-runtime" : "masked";
    const template = templateOf(parsed);
    const found = own ?? (template === undefined ? undefined : this.find(template));
    if (found === undefined) return undefined;
    if (found.masked) return "masked";
    if (own?.aliasOf !== undefined && own.aliasOf !== template) return "alias";
    if (found.path.includes("/systemd/transient/")) return "transient";
    for (const runtime of [false, true]) {
      const where = new UnitFiles(this.files, { root: this.root, runtime });
      const links = where.#linksTo(name, found.path).filter((path) => path !== `${where.config}/${name}`);
      const byDefault = parsed.instance === "" ? this.info(found.path, name).defaultInstance : undefined;
      const own = byDefault === undefined ? name : withInstance(name, byDefault);
      const instances = parsed.instance === "" ? links.filter((path) => path.endsWith(`/${own}`)) : links;
      if (instances.length > 0) return runtime ? "enabled-runtime" : "enabled";
      if (links.length > 0) return "indirect";
      const generated = `${this.root}/run/systemd/generator`;
      if (runtime && this.files.exists(generated)) {
        const folders = this.files.readdir(generated).filter((entry) => entry.kind === "directory");
        if (folders.some((folder) => this.files.readdir(`${generated}/${folder.name}`).some((link) => link.name === name)))
          return "enabled-runtime";
      }
    }
    const info = this.info(found.path, name);
    const linked = isLink(this.files, `${this.root}${CONFIG}/${name}`);
    if (info.wantedBy.length + info.requiredBy.length + info.aliases.length > 0) return linked ? "linked" : "disabled";
    if (info.also.length > 0) return "indirect";
    return linked ? "linked" : "static";
  }

  /** Every unit file, by name. */
  all(): { readonly name: string; readonly state: FileState }[] {
    const names = new Set<string>();
    for (const folder of this.paths) {
      if (!this.files.exists(folder)) continue;
      for (const { name, kind } of this.files.readdir(folder))
        if (kind !== "directory" && parseUnitName(name) !== undefined) names.add(name);
    }
    return [...names].sort().flatMap((name) => {
      const state = this.state(name);
      return state === undefined ? [] : [{ name, state }];
    });
  }
}

function isLink(files: Files, path: string): boolean {
  try {
    return files.lstat(path).kind === "symlink";
  } catch {
    return false;
  }
}

/** The few specifiers that make sense in [Install]. */
function expand(text: string, name: UnitName | undefined): string {
  return text.replace(/%([niNpij%])/g, (_, letter: string) => {
    if (letter === "%") return "%";
    if (letter === "n") return name?.full ?? "";
    if (letter === "N") return (name?.full ?? "").replace(/\.[a-z]+$/, "");
    if (letter === "p") return name?.prefix ?? "";
    return name?.instance ?? "";
  });
}

/** Debian's presets enable everything (/lib/systemd/system-preset has a few exceptions, none of which is here). */
export function presetOf(state: FileState): "enabled" | "-" {
  return ["static", "alias", "transient", "generated"].includes(state) ? "-" : "enabled";
}
