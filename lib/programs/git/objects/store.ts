/** Where a repository's objects lie: loose files, packs, and other repositories' stores (gitrepository-layout(5)). */
import type { Files } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { decode } from "../../core/io.ts";
import { deflate } from "./deflate.ts";
import { inflate } from "./inflate.ts";
import {
  type Commit,
  framed,
  hashObject,
  isObjectType,
  type ObjectType,
  parseCommit,
  parseTag,
  parseTree,
  type RawObject,
  type TreeEntry,
} from "./object.ts";
import { makeIndex, Pack, unpack } from "./pack.ts";

/** An object that is named and is not there. */
export class MissingObject extends Error {
  constructor(readonly oid: string) {
    super(`unable to read ${oid}`);
  }
}

export class ObjectStore {
  readonly #cache = new Map<string, RawObject>();
  readonly #commits = new Map<string, Commit>();
  readonly #trees = new Map<string, readonly TreeEntry[]>();
  #packs: Pack[] | undefined;
  #shallow: ReadonlySet<string> | undefined;
  #alternates: ObjectStore[] | undefined;

  constructor(
    readonly files: Files,
    readonly folder: string,
  ) {}

  #loosePath(oid: string): string {
    return `${this.folder}/${oid.slice(0, 2)}/${oid.slice(2)}`;
  }

  get packs(): Pack[] {
    if (this.#packs) return this.#packs;
    const folder = `${this.folder}/pack`;
    const names = this.files.exists(folder) ? this.files.readdir(folder).map((entry) => entry.name) : [];
    this.#packs = names
      .filter((name) => name.endsWith(".idx"))
      .sort()
      .map((name) => new Pack(this.files.readFile(`${folder}/${name}`), () => this.files.readFile(`${folder}/${name.slice(0, -4)}.pack`)));
    return this.#packs;
  }

  get shallow(): ReadonlySet<string> {
    const path = `${this.folder.replace(/\/[^/]*$/, "")}/shallow`;
    this.#shallow ??= new Set(this.files.exists(path) ? this.files.readText(path).trim().split("\n") : []);
    return this.#shallow;
  }

  get alternates(): ObjectStore[] {
    if (this.#alternates) return this.#alternates;
    const path = `${this.folder}/info/alternates`;
    const lines = this.files.exists(path) ? this.files.readText(path).split("\n") : [];
    this.#alternates = lines
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => new ObjectStore(this.files, line.startsWith("/") ? line : `${this.folder}/${line}`));
    return this.#alternates;
  }

  #loose(oid: string): RawObject | undefined {
    let bytes: Uint8Array;
    try {
      bytes = this.files.readFile(this.#loosePath(oid));
    } catch (error) {
      if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
      throw error;
    }
    const { data } = inflate(bytes);
    const end = data.indexOf(0);
    const [type] = decode(data.subarray(0, end)).split(" ");
    if (!isObjectType(type)) throw new MissingObject(oid);
    return { type, data: data.slice(end + 1) };
  }

  tryRead(oid: string): RawObject | undefined {
    const known = this.#cache.get(oid);
    if (known) return known;
    const found = this.#loose(oid) ?? this.#packed(oid) ?? this.#elsewhere(oid);
    if (found && found.data.length < 1 << 20) {
      if (this.#cache.size > 5000) this.#cache.clear();
      this.#cache.set(oid, found);
    }
    return found;
  }

  #packed(oid: string): RawObject | undefined {
    for (const pack of this.packs) {
      const offset = pack.offset(oid);
      if (offset !== undefined) return pack.read(offset, (base) => this.read(base));
    }
    return undefined;
  }

  #elsewhere(oid: string): RawObject | undefined {
    for (const store of this.alternates) {
      const found = store.tryRead(oid);
      if (found) return found;
    }
    return undefined;
  }

  /** Throws MissingObject. */
  read(oid: string): RawObject {
    const found = this.tryRead(oid);
    if (!found) throw new MissingObject(oid);
    return found;
  }

  has(oid: string): boolean {
    return (
      this.#cache.has(oid) ||
      this.files.exists(this.#loosePath(oid)) ||
      this.packs.some((pack) => pack.offset(oid) !== undefined) ||
      this.alternates.some((store) => store.has(oid))
    );
  }

  typeOf(oid: string): ObjectType | undefined {
    return this.tryRead(oid)?.type;
  }

  /** Throws MissingObject also when it is something else. */
  commit(oid: string): Commit {
    const known = this.#commits.get(oid);
    if (known) return known;
    const { type, data } = this.read(oid);
    if (type !== "commit") throw new MissingObject(oid);
    const parsed = parseCommit(oid, data);
    // Where a shallow clone ends, commits have no parents (gitrepository-layout(5), shallow).
    const commit = this.shallow.has(oid) ? { ...parsed, parents: [] } : parsed;
    this.#commits.set(oid, commit);
    return commit;
  }

  tree(oid: string): readonly TreeEntry[] {
    const known = this.#trees.get(oid);
    if (known) return known;
    const { type, data } = oid === "4b825dc642cb6eb9a060e54bf8d69288fbee4904" ? { type: "tree", data: new Uint8Array() } : this.read(oid);
    if (type !== "tree") throw new MissingObject(oid);
    const entries = parseTree(data);
    this.#trees.set(oid, entries);
    return entries;
  }

  blob(oid: string): Uint8Array {
    return this.read(oid).data;
  }

  /** Follows tags to what they name. */
  peel(oid: string): { oid: string; type: ObjectType } {
    const { type, data } = this.read(oid);
    return type === "tag" ? this.peel(parseTag(data).object) : { oid, type };
  }

  write(type: ObjectType, data: Uint8Array): string {
    const oid = hashObject(type, data);
    if (this.has(oid)) return oid;
    const folder = `${this.folder}/${oid.slice(0, 2)}`;
    if (!this.files.exists(folder)) this.files.mkdir(folder, { recursive: true });
    this.files.writeFile(this.#loosePath(oid), deflate(framed(type, data)), { mode: 0o444 });
    return oid;
  }

  /** Keeps a pack that has come from elsewhere (its objects as loose ones when they are few, as fetch.unpackLimit has it). Returns their names. */
  receive(pack: Uint8Array): string[] {
    this.#shallow = undefined;
    const objects = unpack(pack, (oid) => this.tryRead(oid));
    const thin = objects.length > 0 && objects.length < 100;
    if (thin || objects.length === 0) for (const { type, data } of objects) this.write(type, data);
    else this.#keep(pack, makeIndex(pack, objects));
    return objects.map(({ oid }) => oid);
  }

  #keep(pack: Uint8Array, index: Uint8Array): void {
    const name = `${this.folder}/pack/pack-${Array.from(pack.subarray(pack.length - 20), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    this.files.mkdir(`${this.folder}/pack`, { recursive: true });
    this.files.writeFile(`${name}.pack`, pack, { mode: 0o444 });
    this.files.writeFile(`${name}.idx`, index, { mode: 0o444 });
    this.#packs = undefined;
  }

  /** All names that begin so. */
  withPrefix(prefix: string): string[] {
    const found = new Set<string>();
    const folder = `${this.folder}/${prefix.slice(0, 2)}`;
    if (this.files.exists(folder))
      for (const { name } of this.files.readdir(folder)) {
        const oid = prefix.slice(0, 2) + name;
        if (oid.startsWith(prefix) && oid.length === 40) found.add(oid);
      }
    for (const pack of this.packs)
      for (let at = pack.lowerBound(prefix); at < pack.count && pack.oid(at).startsWith(prefix); at++) found.add(pack.oid(at));
    for (const store of this.alternates) for (const oid of store.withPrefix(prefix)) found.add(oid);
    return [...found].sort();
  }

  /** Every object there is. */
  all(): string[] {
    return Array.from({ length: 256 }, (_, i) => this.withPrefix(i.toString(16).padStart(2, "0"))).flat();
  }

  /** The shortest name of at least `least` digits that means this object alone. */
  short(oid: string, least = 7): string {
    let length = least;
    const near = this.withPrefix(oid.slice(0, Math.max(2, least)));
    while (length < 40 && near.some((other) => other !== oid && other.startsWith(oid.slice(0, length)))) length++;
    return oid.slice(0, length);
  }

  /** A thin pack's remnants must stand alone: writes the pack file as it is, with its index. */
  keepPack(pack: Uint8Array): void {
    this.#keep(
      pack,
      makeIndex(
        pack,
        unpack(pack, () => undefined),
      ),
    );
  }
}
