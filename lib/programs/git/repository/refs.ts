/** Branches, tags and HEAD, loose and packed, and their logs (gitrepository-layout(5), git-update-ref(1)). */
import type { Files } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { compareText } from "../../core/paths.ts";
import { type Person, parsePerson, personText, ZERO } from "../objects/object.ts";

export interface LogEntry {
  readonly from: string;
  readonly to: string;
  readonly person: Person;
  readonly message: string;
}

export interface Ref {
  readonly name: string;
  readonly oid: string;
}

/** Names that each worktree has for itself. */
const OWN = /^(HEAD|[A-Z]+_HEAD|refs\/(bisect|worktree|rewritten)\/.*)$/;

/** git-check-ref-format(1). */
export function isValidRefName(name: string): boolean {
  return (
    name !== "@" &&
    name !== "" &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is forbidden
    !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|\/\.|^\.|\.lock(\/|$)/.test(name)
  );
}

export class Refs {
  #packed: { text: string; refs: Map<string, string>; peeled: Map<string, string> } | undefined;

  constructor(
    private readonly files: Files,
    private readonly gitDir: string,
    private readonly commonDir: string,
  ) {}

  path(name: string): string {
    return `${OWN.test(name) ? this.gitDir : this.commonDir}/${name}`;
  }

  #text(path: string): string | undefined {
    try {
      return this.files.readText(path);
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
      throw error;
    }
  }

  get #packedRefs(): { refs: Map<string, string>; peeled: Map<string, string> } {
    const text = this.#text(`${this.commonDir}/packed-refs`) ?? "";
    if (this.#packed?.text === text) return this.#packed;
    const refs = new Map<string, string>();
    const peeled = new Map<string, string>();
    let last = "";
    for (const line of text.split("\n")) {
      if (line.startsWith("#") || line === "") continue;
      if (line.startsWith("^")) peeled.set(last, line.slice(1));
      else {
        last = line.slice(41);
        refs.set(last, line.slice(0, 40));
      }
    }
    this.#packed = { text, refs, peeled };
    return this.#packed;
  }

  /** What the name holds itself: an object's name, or `ref: other`. */
  raw(name: string): string | undefined {
    const text = this.#text(this.path(name))?.trim();
    // FETCH_HEAD says more of each name than the name.
    if (text !== undefined && /^[0-9a-f]{40}\t/.test(text)) return text.slice(0, 40);
    if (text !== undefined && text !== "") return text;
    return this.#packedRefs.refs.get(name);
  }

  /** The other name that a symbolic one stands for. */
  symbolic(name: string): string | undefined {
    return /^ref:\s*(.*)$/.exec(this.raw(name) ?? "")?.[1];
  }

  /** Follows symbolic names; undefined when there is no such name, or nothing behind it yet. */
  resolve(name: string, depth = 0): string | undefined {
    const raw = this.raw(name);
    if (raw === undefined || depth > 5) return undefined;
    const target = /^ref:\s*(.*)$/.exec(raw)?.[1];
    if (target !== undefined) return this.resolve(target, depth + 1);
    return /^[0-9a-f]{40}$/.test(raw) ? raw : undefined;
  }

  /** The branch that HEAD names (`refs/heads/main`), even when it is not born yet; undefined when detached. */
  get head(): string | undefined {
    return this.symbolic("HEAD");
  }

  /** Below a prefix, sorted by name. */
  list(prefix = "refs/"): Ref[] {
    const names = new Set<string>();
    for (const name of this.#packedRefs.refs.keys()) if (name.startsWith(prefix)) names.add(name);
    const visit = (folder: string) => {
      if (!this.files.exists(`${this.commonDir}/${folder}`)) return;
      for (const entry of this.files.readdir(`${this.commonDir}/${folder}`)) {
        const name = `${folder}/${entry.name}`;
        if (entry.kind === "directory") visit(name);
        else if (name.startsWith(prefix)) names.add(name);
      }
    };
    visit(prefix.startsWith("refs/") ? prefix.slice(0, prefix.lastIndexOf("/")) : "refs");
    return [...names].sort(compareText).flatMap((name) => {
      const oid = this.resolve(name);
      return oid === undefined ? [] : [{ name, oid }];
    });
  }

  /** Another name that stands in the way: a/b where a is a branch. */
  conflict(name: string): string | undefined {
    return this.list().find((ref) => ref.name.startsWith(`${name}/`) || name.startsWith(`${ref.name}/`))?.name;
  }

  #folderOf(path: string): void {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!this.files.exists(folder)) this.files.mkdir(folder, { recursive: true });
  }

  /** Writes the name itself, whatever it was. */
  write(name: string, value: string): void {
    const path = this.path(name);
    this.#folderOf(path);
    if (this.files.exists(path) && this.files.stat(path).kind === "directory") this.#prune(path, true);
    // A lock, as git has it: a reader sees the old value or the new one.
    this.files.writeFile(`${path}.lock`, `${value}\n`);
    this.files.rename(`${path}.lock`, path);
  }

  #prune(path: string, itself: boolean): void {
    for (const entry of this.files.readdir(path)) if (entry.kind === "directory") this.#prune(`${path}/${entry.name}`, true);
    if (itself && this.files.readdir(path).length === 0) this.files.rmdir(path);
  }

  setSymbolic(name: string, target: string): void {
    this.write(name, `ref: ${target}`);
  }

  delete(name: string): void {
    if (this.#packedRefs.refs.has(name)) {
      const lines = (this.#packed?.text ?? "").split("\n");
      const at = lines.findIndex((line) => line.slice(41) === name && !line.startsWith("#"));
      lines.splice(at, lines[at + 1]?.startsWith("^") ? 2 : 1);
      this.files.writeFile(`${this.commonDir}/packed-refs`, lines.join("\n"));
    }
    for (const path of [this.path(name), this.#logPath(name)]) {
      if (!this.files.exists(path)) continue;
      this.files.unlink(path);
      let folder = path.slice(0, path.lastIndexOf("/"));
      while (/\/refs\/(heads|tags|remotes)\/./.test(folder) && this.files.readdir(folder).length === 0) {
        this.files.rmdir(folder);
        folder = folder.slice(0, folder.lastIndexOf("/"));
      }
    }
  }

  #logPath(name: string): string {
    return `${OWN.test(name) ? this.gitDir : this.commonDir}/logs/${name}`;
  }

  hasLog(name: string): boolean {
    return this.files.exists(this.#logPath(name));
  }

  /** Oldest first. */
  log(name: string): LogEntry[] {
    const text = this.#text(this.#logPath(name)) ?? "";
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const tab = line.indexOf("\t");
        const head = tab < 0 ? line : line.slice(0, tab);
        return {
          from: head.slice(0, 40),
          to: head.slice(41, 81),
          person: parsePerson(head.slice(82)),
          message: tab < 0 ? "" : line.slice(tab + 1),
        };
      });
  }

  appendLog(name: string, from: string | undefined, to: string, person: Person, message: string): void {
    const path = this.#logPath(name);
    this.#folderOf(path);
    const line = `${from ?? ZERO} ${to} ${personText(person)}${message === "" ? "" : `\t${message.replace(/\s+/g, " ").trim()}`}\n`;
    this.files.writeFile(path, line, { append: true });
  }

  writeLog(name: string, entries: readonly LogEntry[]): void {
    const lines = entries.map(({ from, to, person, message }) => `${from} ${to} ${personText(person)}\t${message}\n`);
    this.#folderOf(this.#logPath(name));
    this.files.writeFile(this.#logPath(name), lines.join(""));
  }

  renameLog(from: string, to: string): void {
    if (!this.files.exists(this.#logPath(from))) return;
    const text = this.files.readText(this.#logPath(from));
    this.files.unlink(this.#logPath(from));
    this.#folderOf(this.#logPath(to));
    this.files.writeFile(this.#logPath(to), text);
  }

  /** git pack-refs --all. `peel` gives what an annotated tag names. */
  pack(peel: (oid: string) => string | undefined): void {
    const all = this.list().filter(({ name }) => this.symbolic(name) === undefined && !OWN.test(name));
    const lines = ["# pack-refs with: peeled fully-peeled sorted "];
    for (const { name, oid } of all) {
      lines.push(`${oid} ${name}`);
      const peeled = peel(oid);
      if (peeled !== undefined && peeled !== oid) lines.push(`^${peeled}`);
    }
    this.files.writeFile(`${this.commonDir}/packed-refs`, `${lines.join("\n")}\n`);
    for (const { name } of all) if (this.files.exists(this.path(name))) this.files.unlink(this.path(name));
    this.#prune(`${this.commonDir}/refs`, false);
    for (const kind of ["heads", "tags"]) this.files.mkdir(`${this.commonDir}/refs/${kind}`, { recursive: true });
  }
}
