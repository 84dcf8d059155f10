/** One repository as a command sees it: its objects, names, index, settings and working tree. */
import type { Files } from "../../../kernel/types.ts";
import { MODE } from "../objects/object.ts";
import { ObjectStore } from "../objects/store.ts";
import { Config } from "./config.ts";
import type { Place } from "./discover.ts";
import { Index } from "./index-file.ts";
import { Refs } from "./refs.ts";

export interface TreeFile {
  readonly mode: number;
  readonly oid: string;
}

export class Repository {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly workTree: string | undefined;
  readonly store: ObjectStore;
  readonly refs: Refs;
  readonly config: Config;
  /** Of the working directory within the working tree, "" or ending in a slash. */
  readonly prefix: string;
  #index: Index | undefined;

  constructor(
    readonly files: Files,
    place: Place,
    options: { env: Readonly<Record<string, string>>; given: readonly string[] },
  ) {
    this.gitDir = place.gitDir;
    this.commonDir = place.commonDir;
    this.workTree = place.workTree;
    this.refs = new Refs(files, place.gitDir, place.commonDir);
    this.store = new ObjectStore(files, `${place.commonDir}/objects`);
    const head = this.refs.head;
    this.config = new Config({
      files,
      env: options.env,
      given: options.given,
      gitDir: place.gitDir,
      commonDir: place.commonDir,
      localLabel: place.configLabel,
      branch: head?.startsWith("refs/heads/") ? head.slice(11) : undefined,
    });
    this.#indexPath = options.env.GIT_INDEX_FILE ?? `${place.gitDir}/index`;
    const cwd = files.realpath(".");
    const root = place.workTree === undefined || !files.exists(place.workTree) ? undefined : files.realpath(place.workTree);
    this.prefix =
      root === undefined || cwd === root || !`${cwd}/`.startsWith(`${root}/`) ? "" : `${cwd.slice(root === "/" ? 1 : root.length + 1)}/`;
  }

  readonly #indexPath: string;

  get isBare(): boolean {
    return this.workTree === undefined;
  }

  /** The name of the branch, without refs/heads/; undefined when detached. */
  get branch(): string | undefined {
    const head = this.refs.head;
    return head?.startsWith("refs/heads/") ? head.slice(11) : head;
  }

  get headOid(): string | undefined {
    return this.refs.resolve("HEAD");
  }

  get index(): Index {
    this.#index ??= Index.read(this.files, this.#indexPath);
    return this.#index;
  }

  /** Reads it anew: another process (a hook) may have changed it. */
  reloadIndex(): void {
    this.#index = undefined;
  }

  writeIndex(): void {
    this.index.write(this.files, this.#indexPath);
  }

  /** The path in the working tree, as the file system wants it. */
  workPath(path: string): string {
    return path === "" ? (this.workTree ?? "") : `${this.workTree}/${path}`;
  }

  gitPath(name: string): string {
    return `${this.gitDir}/${name}`;
  }

  readGitFile(name: string): string | undefined {
    const path = this.gitPath(name);
    return this.files.exists(path) ? this.files.readText(path) : undefined;
  }

  writeGitFile(name: string, text: string): void {
    const path = this.gitPath(name);
    this.files.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.files.writeFile(path, text);
  }

  removeGitFile(name: string): void {
    this.files.removeTree(this.gitPath(name));
  }

  /** Every file of a tree, by path, in the index's order when `sorted` by the caller. */
  flatten(tree: string | undefined, prefix = "", into = new Map<string, TreeFile>()): Map<string, TreeFile> {
    if (tree === undefined) return into;
    for (const entry of this.store.tree(tree)) {
      if (entry.mode === MODE.tree) this.flatten(entry.oid, `${prefix}${entry.name}/`, into);
      else into.set(prefix + entry.name, { mode: entry.mode, oid: entry.oid });
    }
    return into;
  }

  /** The tree of HEAD; undefined before the first commit. */
  get headTree(): string | undefined {
    const head = this.headOid;
    return head === undefined ? undefined : this.store.commit(head).tree;
  }

  /** An entry of a tree by its path; "" is the tree itself. */
  entryAt(tree: string, path: string): { mode: number; oid: string } | undefined {
    let at: { mode: number; oid: string } = { mode: MODE.tree, oid: tree };
    for (const part of path.split("/").filter((each) => each !== "")) {
      if (at.mode !== MODE.tree) return undefined;
      const entry = this.store.tree(at.oid).find(({ name }) => name === part);
      if (!entry) return undefined;
      at = entry;
    }
    return at;
  }

  /** The shortest name of an object (core.abbrev). */
  short(oid: string): string {
    const set = this.config.number("core.abbrev");
    return this.store.short(oid, set !== undefined && set >= 4 ? Math.min(40, set) : 7);
  }
}
