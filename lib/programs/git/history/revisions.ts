/** Names of commits and other objects: gitrevisions(7). */
import { Fatal } from "../errors.ts";
import { MODE, type ObjectType, parseTag } from "../objects/object.ts";
import { approximate } from "../repository/dates.ts";
import { normalize } from "../repository/pathspec.ts";
import type { Repository } from "../repository/repository.ts";

export interface Found {
  readonly oid: string;
  /** The full name of the ref, when it was one. */
  readonly ref?: string;
  /** For `rev:path`. */
  readonly mode?: number;
  readonly path?: string;
}

/** Where a short name may be found, in this order. */
const PLACES = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];

export class Revisions {
  constructor(
    private readonly repository: Repository,
    private readonly time: { readonly now: number; readonly tz: string },
  ) {}

  /** The full name of a ref; undefined when there is none. */
  fullName(short: string): string | undefined {
    const { refs } = this.repository;
    if (short === "@") return "HEAD";
    for (const place of PLACES) {
      if (place === "" && !/^([A-Z_]+|refs\/.*)$/.test(short)) continue;
      if (refs.resolve(place + short) !== undefined) return place + short;
    }
    const remote = `refs/remotes/${short}/HEAD`;
    return refs.resolve(remote) === undefined ? undefined : remote;
  }

  /** Names of that kind, when a name means more than one thing. */
  isAmbiguous(short: string): boolean {
    const { refs } = this.repository;
    return PLACES.slice(1).filter((place) => refs.resolve(place + short) !== undefined).length > 1;
  }

  /** `main` for refs/heads/main. */
  static shortName(full: string): string {
    return full.replace(/^refs\/(heads|tags|remotes)\//, "").replace(/^refs\//, "");
  }

  /** The upstream of a branch, as a full name (`refs/remotes/origin/main`); undefined when none is set. */
  upstream(branch: string): string | undefined {
    const { config } = this.repository;
    const remote = config.get(`branch.${branch}.remote`);
    const merge = config.get(`branch.${branch}.merge`);
    if (remote === undefined || merge === undefined) return undefined;
    if (remote === ".") return merge;
    return this.tracking(remote, merge);
  }

  /** Where fetch keeps a branch of a remote. */
  tracking(remote: string, ref: string): string | undefined {
    for (const spec of this.repository.config.all(`remote.${remote}.fetch`)) {
      const [from = "", to = ""] = spec.replace(/^\+/, "").split(":");
      if (from === ref) return to;
      if (from.endsWith("*") && ref.startsWith(from.slice(0, -1))) return to.replace("*", ref.slice(from.length - 1));
    }
    return undefined;
  }

  /** Branches that were checked out before, newest first (`@{-1}`). */
  previousBranches(): string[] {
    return this.repository.refs
      .log("HEAD")
      .reverse()
      .flatMap(({ message }) => /^checkout: moving from (\S+) to /.exec(message)?.[1] ?? []);
  }

  /** Undefined when nothing is called so. Throws Fatal for names that can't be. */
  find(text: string): Found | undefined {
    if (text.startsWith(":/")) return this.#byMessage(text.slice(2), undefined);
    if (text.startsWith(":")) return this.#inIndex(text.slice(1));
    const colon = this.#colon(text);
    if (colon >= 0) {
      const base = this.find(text.slice(0, colon));
      if (!base) return undefined;
      return this.#inTree(base.oid, text.slice(colon + 1));
    }
    return this.#suffixed(text);
  }

  #colon(text: string): number {
    let depth = 0;
    for (let i = 0; i < text.length; i++) {
      if (text[i] === "{") depth++;
      else if (text[i] === "}") depth--;
      else if (text[i] === ":" && depth === 0) return i;
    }
    return -1;
  }

  #inIndex(text: string): Found | undefined {
    const staged = /^([0-3]):(.*)$/s.exec(text);
    const given = staged ? (staged[2] ?? "") : text;
    const path = given.startsWith("./") || given.startsWith("../") ? normalize(this.repository.prefix + given) : given;
    const entry = path === undefined ? undefined : this.repository.index.get(path, Number(staged?.[1] ?? 0));
    return entry && { oid: entry.oid, mode: entry.mode, path };
  }

  #inTree(oid: string, given: string): Found | undefined {
    const tree = this.toTree(oid);
    if (tree === undefined) return undefined;
    const path = given.startsWith("./") || given.startsWith("../") || given === "." ? normalize(this.repository.prefix + given) : given;
    if (path === undefined) return undefined;
    const entry = this.repository.entryAt(tree, path);
    return entry && { oid: entry.oid, mode: entry.mode, path };
  }

  #suffixed(text: string): Found | undefined {
    const suffix = /(\^\{[^}]*\}|\^\d*|~\d*)$/.exec(text);
    if (suffix && suffix.index > 0) {
      const base = this.#suffixed(text.slice(0, suffix.index));
      return base && this.#apply(base.oid, suffix[0]);
    }
    return this.#named(text);
  }

  #apply(oid: string, suffix: string): Found | undefined {
    if (suffix.startsWith("^{")) {
      const kind = suffix.slice(2, -1);
      if (kind.startsWith("/")) return this.#byMessage(kind.slice(1), oid);
      if (kind === "") return { oid: this.repository.store.peel(oid).oid };
      if (kind === "object") return { oid };
      if (kind === "tree") {
        const tree = this.toTree(oid);
        return tree === undefined ? undefined : { oid: tree };
      }
      const peeled = kind === "tag" ? { oid, type: this.repository.store.typeOf(oid) } : this.repository.store.peel(oid);
      return peeled.type === kind ? { oid: peeled.oid } : undefined;
    }
    let at: string | undefined = this.toCommit(oid);
    const count = suffix.length === 1 ? 1 : Number(suffix.slice(1));
    if (suffix.startsWith("^")) {
      if (count === 0 || at === undefined) return at === undefined ? undefined : { oid: at };
      const parent = this.repository.store.commit(at).parents[count - 1];
      return parent === undefined ? undefined : { oid: parent };
    }
    for (let i = 0; i < count && at !== undefined; i++) at = this.repository.store.commit(at).parents[0];
    return at === undefined ? undefined : { oid: at };
  }

  #named(text: string): Found | undefined {
    const { repository } = this;
    const reflog = /^(.*)@\{([^}]*)\}$/s.exec(text);
    if (reflog) return this.#atBrace(reflog[1] ?? "", reflog[2] ?? "");
    if (/^[0-9a-f]{40}$/i.test(text)) return { oid: text.toLowerCase() };
    const ref = this.fullName(text);
    if (ref !== undefined) return { oid: repository.refs.resolve(ref) ?? "", ref };
    const described = /-g([0-9a-f]{4,40})$/.exec(text)?.[1];
    const hex = described ?? (/^[0-9a-f]{4,40}$/i.test(text) ? text.toLowerCase() : undefined);
    if (hex === undefined) return undefined;
    const matches = repository.store.withPrefix(hex);
    const commits = matches.length > 1 ? matches.filter((oid) => this.toCommit(oid) !== undefined) : matches;
    if (commits.length > 1 || (matches.length > 1 && commits.length === 0)) return undefined;
    return commits[0] === undefined ? undefined : { oid: commits[0] };
  }

  #atBrace(name: string, inside: string): Found | undefined {
    const { refs, branch } = this.repository;
    if (name === "" && /^-\d+$/.test(inside)) {
      const before = this.previousBranches()[Number(inside.slice(1)) - 1];
      return before === undefined ? undefined : this.find(before);
    }
    if (/^(u|upstream|push)$/i.test(inside)) {
      const of = name === "" || name === "@" || name === "HEAD" ? branch : name;
      if (of === undefined) throw new Fatal("HEAD does not point to a branch");
      if (refs.resolve(`refs/heads/${of}`) === undefined && of !== branch) throw new Fatal(`no such branch: '${of}'`);
      const full = this.upstream(of);
      if (full === undefined) throw new Fatal(`no upstream configured for branch '${of}'`);
      const oid = refs.resolve(full);
      if (oid === undefined)
        throw new Fatal(`upstream branch '${this.repository.config.get(`branch.${of}.merge`)}' not stored as a remote-tracking branch`);
      return { oid, ref: full };
    }
    const full = name === "" ? (refs.head ?? "HEAD") : this.fullName(name);
    if (full === undefined) return undefined;
    const log = refs.log(full);
    if (/^\d+$/.test(inside)) {
      const back = Number(inside);
      if (back === 0) {
        const oid = refs.resolve(full);
        return oid === undefined ? undefined : { oid, ref: full };
      }
      const entry = log[log.length - back];
      if (!entry) {
        if (log.length === 0) throw new Fatal(`log for '${name || Revisions.shortName(full)}' is empty`);
        throw new Fatal(`log for '${name || Revisions.shortName(full)}' only has ${log.length} entries`);
      }
      return { oid: log.length === back ? entry.from : entry.from };
    }
    const when = approximate(inside, this.time.now, this.time.tz);
    const entry = log.findLast(({ person }) => person.time <= when) ?? log[0];
    return entry && { oid: entry.to };
  }

  #byMessage(pattern: string, from: string | undefined): Found | undefined {
    const { store, refs } = this.repository;
    const regex = new RegExp(pattern);
    const start =
      from === undefined ? [...refs.list().map(({ oid }) => oid), this.repository.headOid].filter((oid) => oid !== undefined) : [from];
    const queue = [...new Set(start.flatMap((oid) => this.toCommit(oid) ?? []))].map((oid) => store.commit(oid));
    const seen = new Set(queue.map(({ oid }) => oid));
    while (queue.length > 0) {
      queue.sort((a, b) => b.committer.time - a.committer.time);
      const commit = queue.shift()!;
      if (regex.test(commit.message)) return { oid: commit.oid };
      for (const parent of commit.parents)
        if (!seen.has(parent)) {
          seen.add(parent);
          queue.push(store.commit(parent));
        }
    }
    return undefined;
  }

  /** The commit that a tag or commit means; undefined when it is something else or missing. */
  toCommit(oid: string): string | undefined {
    const raw = this.repository.store.tryRead(oid);
    if (raw?.type === "commit") return oid;
    return raw?.type === "tag" ? this.toCommit(parseTag(raw.data).object) : undefined;
  }

  toTree(oid: string): string | undefined {
    const raw = this.repository.store.tryRead(oid);
    if (raw?.type === "tree") return oid;
    if (raw?.type === "commit") return this.repository.store.commit(oid).tree;
    return raw?.type === "tag" ? this.toTree(parseTag(raw.data).object) : undefined;
  }

  /** What git says of a name that means nothing. */
  unknown(text: string): Fatal {
    const [, revision = "", path = ""] = /^([^:]*):(.+)$/s.exec(text) ?? [];
    if (path !== "" && revision !== "" && this.find(revision)) return new Fatal(`path '${path}' does not exist in '${revision}'`);
    if (path !== "" && revision === "" && !path.startsWith("/"))
      return new Fatal(`path '${path}' does not exist (neither on disk nor in the index)`);
    return ambiguous(text);
  }

  /** The object of this name. Throws Fatal with git's words for arguments. */
  object(text: string): Found {
    const found = this.find(text);
    if (!found) throw this.unknown(text);
    return found;
  }

  /** The commit of this name. */
  commit(text: string): string {
    const found = this.object(text);
    const oid = this.toCommit(found.oid);
    if (oid === undefined)
      throw this.repository.store.has(found.oid) ? new Fatal(`bad revision '${text}'`) : new Fatal(`bad object ${text}`);
    return oid;
  }

  /** The commit, or undefined: for commands that have their own words. */
  tryCommit(text: string): string | undefined {
    const found = this.find(text);
    return found && this.toCommit(found.oid);
  }

  typeOf(oid: string): ObjectType | undefined {
    return this.repository.store.typeOf(oid);
  }

  /** Full name of a branch for what was typed: "main", "-", "@{-1}", "heads/main". */
  branchName(text: string): string {
    if (text === "-") return this.previousBranches()[0] ?? "-";
    const back = /^@\{-(\d+)\}$/.exec(text)?.[1];
    if (back !== undefined) return this.previousBranches()[Number(back) - 1] ?? text;
    if (text === "@") return this.repository.branch ?? text;
    return text.replace(/^(refs\/)?heads\//, "");
  }
}

export function ambiguous(text: string): Fatal {
  return new Fatal(
    `ambiguous argument '${text}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
  );
}

export function isTree(mode: number): boolean {
  return mode === MODE.tree;
}
