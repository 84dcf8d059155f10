/** The files of /proc whose text is made when they are opened (proc(5)). */
import { Description } from "./description.ts";
import { DEVICE } from "./devices.ts";
import type { KernelMachine } from "./machine.ts";
import { O, type OpenFile, POLL, type Stat } from "./types.ts";

const kib = (bytes: number) => Math.floor(bytes / 1024);
const memory = (label: string, bytes: number) => `${`${label}:`.padEnd(16)}${String(kib(bytes)).padStart(8)} kB\n`;

/** What `uname` and /proc/version say: the release of the kernel that this one is modeled on. */
export const RELEASE = { release: "6.1.0-37-amd64", version: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)" } as const;

const TEXTS: readonly { readonly name: string; readonly text: (machine: KernelMachine) => string }[] = [
  {
    name: "cpuinfo",
    text: (machine) =>
      Array.from(
        { length: machine.usage().processors },
        (_value, index) =>
          `processor\t: ${index}\nvendor_id\t: Slipway\nmodel name\t: Simulated processor (a thread of your browser)\ncpu cores\t: ${machine.usage().processors}\n\n`,
      ).join(""),
  },
  {
    name: "loadavg",
    text: (machine) => {
      const processes = machine.table.all();
      const running = processes.filter((process) => process.state === "running").length;
      const last = Math.max(...processes.map((process) => process.pid));
      return `${machine
        .usage()
        .load.map((value) => value.toFixed(2))
        .join(" ")} ${running}/${processes.length} ${last}\n`;
    },
  },
  {
    name: "meminfo",
    text: (machine) => {
      const { totalBytes, usedBytes, cachedBytes } = machine.usage();
      const free = Math.max(0, totalBytes - usedBytes - cachedBytes);
      return [
        memory("MemTotal", totalBytes),
        memory("MemFree", free),
        memory("MemAvailable", Math.max(0, totalBytes - usedBytes)),
        memory("Buffers", 0),
        memory("Cached", cachedBytes),
        memory("SwapCached", 0),
        memory("SwapTotal", 0),
        memory("SwapFree", 0),
      ].join("");
    },
  },
  { name: "mounts", text: () => "/dev/vda1 / ext4 rw,relatime,errors=remount-ro 0 0\n" },
  {
    name: "stat",
    text: (machine) => {
      const { cpuMs, bootedMs, processors } = machine.usage();
      const now = machine.kernel.clock.now();
      const busy = Math.round(cpuMs / 10);
      const idle = Math.max(0, Math.round(((now - bootedMs) * processors) / 10) - busy);
      const running = machine.table.all().filter((process) => process.state === "running").length;
      return `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0\nbtime ${Math.floor(bootedMs / 1000)}\nprocs_running ${running}\nprocs_blocked 0\n`;
    },
  },
  {
    name: "sys/kernel/random/boot_id",
    text: ({ bootId: id }) => `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}\n`,
  },
  {
    name: "sys/kernel/hostname",
    text: ({ hostname }) => `${hostname}\n`,
  },
  {
    name: "uptime",
    text: (machine) => {
      const { bootedMs, processors, cpuMs } = machine.usage();
      const up = machine.kernel.clock.now() - bootedMs;
      return `${(up / 1000).toFixed(2)} ${(Math.max(0, up * processors - cpuMs) / 1000).toFixed(2)}\n`;
    },
  },
  { name: "version", text: () => `Linux version ${RELEASE.release} (Slipway, modeled) ${RELEASE.version}\n` },
];

/** What an image makes below /proc: regular files with these device numbers. */
export const PROC_FILES: readonly { readonly name: string; readonly rdev: number }[] = TEXTS.map(({ name }, index) => ({
  name,
  rdev: (DEVICE.procMajor << 8) | index,
}));

class ProcFile extends Description {
  // Programs read it as they read a file.
  readonly kind = "file";
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(text: string, flags: number) {
    super(flags);
    this.#bytes = new TextEncoder().encode(text);
  }

  readNow(max: number): Uint8Array {
    this.mustRead();
    const bytes = this.#bytes.slice(this.#position, this.#position + max);
    this.#position += bytes.length;
    return bytes;
  }

  writeNow(bytes: Uint8Array): number {
    this.mustWrite();
    return bytes.length;
  }

  override seek(offset: number, whence: "set" | "current" | "end"): number {
    const from = whence === "set" ? 0 : whence === "current" ? this.#position : this.#bytes.length;
    this.#position = Math.max(0, from + offset);
    return this.#position;
  }

  override stat(): Stat {
    return { ...super.stat(), kind: "file", mode: 0o100444 };
  }

  poll(): number {
    return POLL.IN;
  }

  protected closed(): void {}
}

/** Opens the file of /proc with this minor number; undefined when there is none. */
export function openProcFile(machine: KernelMachine, minor: number, flags: number): OpenFile | undefined {
  const entry = TEXTS[minor];
  return entry && new ProcFile(entry.text(machine), flags & ~O.TRUNC);
}
