/** Opens devices and fifos for one process (or for the machine itself). */
import { DEVICE, openMemoryDevice } from "./devices.ts";
import { KernelError } from "./errno.ts";
import type { Fifos } from "./pipe.ts";
import type { SpecialFiles } from "./process-files.ts";
import type { OpenFile, Tty } from "./types.ts";

export interface SpecialFilesOptions {
  readonly fifos: Fifos;
  readonly random: () => number;
  readonly terminal: (number: number) => Tty | undefined;
  readonly procFile: (minor: number, flags: number) => OpenFile | undefined;
  /** The process's controlling terminal (/dev/tty). */
  readonly controllingTerminal?: () => Tty | undefined;
  /** The process's descriptors (/dev/stdin, /dev/fd/N). */
  readonly descriptor?: (fd: number) => OpenFile | undefined;
}

export class ProcessSpecialFiles implements SpecialFiles {
  readonly #options: SpecialFilesOptions;

  constructor(options: SpecialFilesOptions) {
    this.#options = options;
  }

  openDevice(rdev: number, flags: number): OpenFile {
    const memory = openMemoryDevice(rdev, flags, this.#options.random);
    if (memory !== undefined) return memory;
    const minor = rdev & 0xff;
    if (rdev >> 8 === DEVICE.fdMajor) {
      const file = this.#options.descriptor?.(minor);
      if (file === undefined) throw new KernelError("ENOENT", "open");
      file.retain();
      return file;
    }
    if (rdev >> 8 === DEVICE.procMajor) {
      const file = this.#options.procFile(minor, flags);
      if (file === undefined) throw new KernelError("ENOENT", "open");
      return file;
    }
    const tty =
      rdev === DEVICE.tty
        ? this.#options.controllingTerminal?.()
        : rdev >> 8 === DEVICE.ptsMajor
          ? this.#options.terminal(minor)
          : undefined;
    if (tty === undefined) throw new KernelError("ENXIO", "open");
    return tty.open(flags);
  }

  openFifo(ino: number, flags: number): OpenFile {
    return this.#options.fifos.open(ino, flags);
  }
}
