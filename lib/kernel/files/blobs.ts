/** Pristine blobs: files of images and wheels as they were shipped, kept once for the whole world and shared by all copies. */

import { kernelError } from "../errno.ts";
import type { Extents } from "./extents.ts";
import { type FileMemory, INODE } from "./shared-memory.ts";

/** One big array of bytes and where each file lies in it. `name` identifies the pack for ever (put a hash or version in it). */
export interface BlobPack {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly files: readonly PackedBytes[];
}

export interface PackedBytes {
  readonly offset: number;
  readonly length: number;
  /** It is put on no machine from the pack, but files that turn out to hold these bytes may share them: a saved world keeps its own copy. */
  readonly sharedOnly?: boolean;
}

export interface Blob {
  /** "pack#index": what saved worlds remember. */
  readonly key: string;
  /** Place in the shared bytes. */
  readonly offset: number;
  readonly length: number;
  readonly sharedOnly: boolean;
}

/** Content ids are positive numbers, valid for the life of the world; keys are valid for ever. */
export class Blobs {
  private readonly blobs: (Blob | undefined)[] = [undefined];
  private readonly packs = new Map<string, number>();
  private readonly ids = new Map<string, number>();

  constructor(
    private readonly memory: FileMemory,
    private readonly extents: Extents,
  ) {}

  /** Puts a pack's bytes into shared memory. Returns the content id of its first file; the others follow in order. A second time costs nothing. */
  importPack(pack: BlobPack): number {
    const known = this.packs.get(pack.name);
    if (known !== undefined) return known;
    const place = this.extents.allocatePack(pack.bytes.length);
    this.memory.data(place + pack.bytes.length).set(pack.bytes, place);
    const first = this.blobs.length;
    pack.files.forEach((file, index) => {
      if (file.offset < 0 || file.length < 0 || file.offset + file.length > pack.bytes.length) {
        throw new RangeError(`Pack ${pack.name}: file ${index} lies outside its ${pack.bytes.length} bytes.`);
      }
      const key = `${pack.name}#${index}`;
      this.ids.set(key, this.blobs.length);
      this.blobs.push({ key, offset: place + file.offset, length: file.length, sharedOnly: file.sharedOnly === true });
    });
    this.packs.set(pack.name, first);
    return first;
  }

  /** Content id of the first file of a pack that was imported. */
  firstOf(pack: string): number | undefined {
    return this.packs.get(pack);
  }

  get(id: number): Blob | undefined {
    return this.blobs[id];
  }

  /** Content id of a key of a saved world, or undefined when that pack was not imported. */
  idOf(key: string): number | undefined {
    return this.ids.get(key);
  }

  /** Whether the file's bytes are those of the blob. */
  matches(ino: number, id: number): boolean {
    const blob = this.blobs[id];
    if (blob === undefined) throw kernelError("EINVAL", "adopt");
    if (this.memory.get(ino, INODE.SIZE) !== blob.length) return false;
    const start = this.memory.get(ino, INODE.OFFSET);
    const data = this.memory.data(Math.max(start, blob.offset) + blob.length);
    for (let index = 0; index < blob.length; index++) {
      if (data[start + index] !== data[blob.offset + index]) return false;
    }
    return true;
  }
}
