import { type FilesOptions, MachineFiles } from "./files/machine-files.ts";
import { INODE, S } from "./files/shared-memory.ts";
import type { WorldFiles } from "./files/world-files.ts";
import type { OpenFile } from "./types.ts";

/** Opens devices and fifos for one process (`special-files.ts`). */
export interface SpecialFiles {
  /** `rdev` is major << 8 | minor. Throws ENXIO. */
  openDevice(rdev: number, flags: number): OpenFile;
  openFifo(ino: number, flags: number): OpenFile;
}

/** The files of a machine as one process sees them: its devices depend on who opens them (/dev/tty, /dev/stdin). */
export class ProcessFiles extends MachineFiles {
  readonly #world: WorldFiles;
  readonly #special: SpecialFiles;

  constructor(world: WorldFiles, options: FilesOptions, special: SpecialFiles) {
    super(world, options);
    this.#world = world;
    this.#special = special;
  }

  override openInode(ino: number, flags: number): OpenFile {
    const kind = this.#world.memory.kind(ino);
    if (kind === S.FIFO) return this.#special.openFifo(ino, flags);
    const rdev = this.#world.memory.get(ino, INODE.RDEV);
    // A regular file with a device number is one of /proc.
    if (kind === S.CHARACTER || kind === S.BLOCK || (kind === S.FILE && rdev !== 0)) return this.#special.openDevice(rdev, flags);
    return super.openInode(ino, flags);
  }
}
