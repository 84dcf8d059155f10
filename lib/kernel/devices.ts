/** The character devices that every machine has (null(4), full(4), random(4)). */
import { Description } from "./description.ts";
import { KernelError } from "./errno.ts";
import { type OpenFile, POLL, type Stat } from "./types.ts";

/** `st_rdev` as the disk keeps it: major << 8 | minor. */
export function deviceNumber(major: number, minor: number): number {
  return (major << 8) | minor;
}

/** Linux's numbers (Documentation/admin-guide/devices.txt). `fd` is ours: /dev/stdin and /dev/fd/N are devices of that major here. */
export const DEVICE = {
  null: deviceNumber(1, 3),
  zero: deviceNumber(1, 5),
  full: deviceNumber(1, 7),
  random: deviceNumber(1, 8),
  urandom: deviceNumber(1, 9),
  tty: deviceNumber(5, 0),
  /** Major of /dev/pts/N. */
  ptsMajor: 136,
  /** Major of "descriptor N of the process that opens it". */
  fdMajor: 240,
  /** Major of the regular files of /proc, whose text is made when they are opened (`proc-files.ts`). */
  procMajor: 241,
} as const;

type DeviceBehavior = {
  readonly read: (max: number) => Uint8Array;
  readonly write: (bytes: Uint8Array) => number;
};

class Device extends Description {
  readonly kind = "device";
  readonly #behavior: DeviceBehavior;
  readonly #rdev: number;

  constructor(behavior: DeviceBehavior, rdev: number, flags: number) {
    super(flags);
    this.#behavior = behavior;
    this.#rdev = rdev;
  }

  readNow(max: number): Uint8Array {
    this.mustRead();
    return this.#behavior.read(max);
  }

  writeNow(bytes: Uint8Array): number {
    this.mustWrite();
    return this.#behavior.write(bytes);
  }

  poll(): number {
    return POLL.IN | POLL.OUT;
  }

  override seek(): number {
    return 0;
  }

  override truncate(): void {}

  override stat(): Stat {
    return { ...super.stat(), mode: 0o020666, rdev: this.#rdev };
  }

  protected closed(): void {}
}

const swallow = (bytes: Uint8Array) => bytes.length;

/** The most that one read of an endless device gives. */
const CHUNK = 64 * 1024;

/** Opens one of the memory devices; undefined when the number is none of theirs. `random` gives numbers in [0, 1). */
export function openMemoryDevice(rdev: number, flags: number, random: () => number): OpenFile | undefined {
  const zeros = (max: number) => new Uint8Array(Math.min(max, CHUNK));
  const noise = (max: number) => zeros(max).map(() => Math.floor(random() * 256));
  const behaviors = new Map<number, DeviceBehavior>([
    [DEVICE.null, { read: () => new Uint8Array(0), write: swallow }],
    [DEVICE.zero, { read: zeros, write: swallow }],
    [
      DEVICE.full,
      {
        read: zeros,
        write: () => {
          throw new KernelError("ENOSPC", "write");
        },
      },
    ],
    [DEVICE.random, { read: noise, write: swallow }],
    [DEVICE.urandom, { read: noise, write: swallow }],
  ]);
  const behavior = behaviors.get(rdev);
  return behavior === undefined ? undefined : new Device(behavior, rdev, flags);
}
