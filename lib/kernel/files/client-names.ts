/** The name space as a process worker sees it: listings cached as long as their version stands, changes by calls to the kernel. */

import { OP } from "../abi.ts";
import { kernelError } from "../errno.ts";
import type { NameSpace } from "./path-files.ts";
import { type FileMemory, INODE } from "./shared-memory.ts";

/** How a worker makes system calls (`abi.ts`). */
export interface SystemCalls {
  /** RESULT: ≥ 0 or -errno. Waits for the answer. */
  call(op: number, args: readonly number[], data?: Uint8Array): number;
  /** A private copy of the last answer's data. */
  answer(): Uint8Array;
}

interface Listing {
  version: number;
  readonly entries: Map<string, number>;
}

/** Directories whose listings are kept. */
const MAX_LISTINGS = 4096;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class ClientNames implements NameSpace {
  private readonly listings = new Map<number, Listing>();
  private readonly targets = new Map<number, { readonly version: number; readonly target: string }>();

  constructor(
    private readonly memory: FileMemory,
    private readonly calls: SystemCalls,
  ) {}

  find(directory: number, name: string): number {
    return this.listing(directory).entries.get(name) ?? 0;
  }

  entries(directory: number): ReadonlyMap<string, number> {
    return this.listing(directory).entries;
  }

  target(ino: number): string {
    const version = this.memory.get(ino, INODE.SEQ);
    const cached = this.targets.get(ino);
    if (cached?.version === version) return cached.target;
    this.must(this.calls.call(OP.READLINK, [ino]));
    const target = decoder.decode(this.calls.answer());
    if (this.targets.size >= MAX_LISTINGS) this.targets.clear();
    this.targets.set(ino, { version, target });
    return target;
  }

  create(directory: number, name: string, mode: number, rdev = 0): number {
    const ino = this.must(this.calls.call(OP.CREATE, [directory, mode, 1, rdev], encoder.encode(name)));
    this.patch(directory, (entries) => entries.set(name, ino));
    return ino;
  }

  symlink(directory: number, name: string, target: string): number {
    const ino = this.must(this.calls.call(OP.SYMLINK, [directory], encoder.encode(`${name}\0${target}`)));
    this.patch(directory, (entries) => entries.set(name, ino));
    return ino;
  }

  link(ino: number, directory: number, name: string): void {
    this.must(this.calls.call(OP.LINK, [ino, directory], encoder.encode(name)));
    this.patch(directory, (entries) => entries.set(name, ino));
  }

  unlink(directory: number, name: string): void {
    this.must(this.calls.call(OP.UNLINK, [directory], encoder.encode(name)));
    this.patch(directory, (entries) => entries.delete(name));
  }

  rmdir(directory: number, name: string): void {
    this.must(this.calls.call(OP.RMDIR, [directory], encoder.encode(name)));
    this.patch(directory, (entries) => entries.delete(name));
  }

  rename(fromDirectory: number, from: string, toDirectory: number, to: string): void {
    const ino = this.find(fromDirectory, from);
    this.must(this.calls.call(OP.RENAME, [fromDirectory, toDirectory], encoder.encode(`${from}\0${to}`)));
    if (ino === 0 || ino === this.listings.get(toDirectory)?.entries.get(to)) return;
    const arrive = (entries: Map<string, number>) => {
      entries.delete(to);
      entries.set(to, ino);
    };
    this.patch(fromDirectory, (entries) => {
      entries.delete(from);
      if (fromDirectory === toDirectory) arrive(entries);
    });
    if (fromDirectory !== toDirectory) this.patch(toDirectory, arrive);
  }

  grow(ino: number, size: number): void {
    // Beyond what an argument can carry there is no file anyway.
    if (size > 0x7fffffff) throw kernelError("EFBIG");
    this.must(this.calls.call(OP.GROW, [ino, size]));
  }

  truncate(ino: number, size: number): void {
    if (size > 0x7fffffff) throw kernelError("EFBIG");
    this.must(this.calls.call(OP.TRUNCATE, [ino, size]));
  }

  chmod(ino: number, mode: number): void {
    this.must(this.calls.call(OP.CHMOD, [ino, mode]));
  }

  chown(ino: number, uid: number, gid: number): void {
    this.must(this.calls.call(OP.CHOWN, [ino, uid, gid]));
  }

  utimes(ino: number, atimeMs: number, mtimeMs: number): void {
    this.must(this.calls.call(OP.UTIMES, [ino], new Uint8Array(Float64Array.of(atimeMs, mtimeMs).buffer)));
  }

  private must(result: number): number {
    if (result < 0) throw kernelError(result);
    return result;
  }

  private listing(directory: number): Listing {
    const version = this.memory.get(directory, INODE.SEQ);
    const cached = this.listings.get(directory);
    return cached?.version === version ? cached : this.fetch(directory);
  }

  private fetch(directory: number): Listing {
    let listing: Listing | undefined;
    let from = 0;
    for (;;) {
      const version = this.calls.call(OP.LIST, [directory, from]);
      // The directory went away between two looks: nothing is in it.
      if (version < 0) return { version: -1, entries: new Map() };
      if (listing === undefined || listing.version !== version) {
        listing = { version, entries: new Map() };
        if (from !== 0) {
          from = 0;
          continue;
        }
      }
      const page: (string | number)[] = JSON.parse(decoder.decode(this.calls.answer()));
      for (let index = 0; index + 1 < page.length; index += 2) listing.entries.set(String(page[index]), Number(page[index + 1]));
      if (page.length % 2 === 0) break;
      from = Number(page[page.length - 1]);
    }
    if (this.listings.size >= MAX_LISTINGS) this.listings.clear();
    this.listings.set(directory, listing);
    return listing;
  }

  /** Our own change moved the version by exactly one: then the cached listing needs no fetching, only the same change. */
  private patch(directory: number, change: (entries: Map<string, number>) => void): void {
    const listing = this.listings.get(directory);
    if (listing === undefined || this.memory.get(directory, INODE.SEQ) !== ((listing.version + 1) | 0)) return;
    change(listing.entries);
    listing.version = (listing.version + 1) | 0;
  }
}
