/** The journal of a machine: where systemd-journald(8) keeps it, but as lines of JSON. */
import type { Machine } from "../../../kernel/types.ts";
import { machineId } from "../specifiers.ts";

export interface Entry {
  /** Microseconds since the epoch. */
  readonly realtime: number;
  /** Microseconds since the machine's start. */
  readonly monotonic: number;
  readonly boot: string;
  /** MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, _PID, _SYSTEMD_UNIT … (systemd.journal-fields(7)). */
  readonly fields: Readonly<Record<string, string>>;
}

/** A file is closed at this size, and so many closed ones are kept (SystemMaxUse= of journald.conf(5), on this disk's scale). */
const FILE_BYTES = 1024 * 1024;
const ARCHIVES = 3;
/** LineMax= of journald.conf(5): longer lines of a service are cut into several entries. */
export const LINE_BYTES = 48 * 1024;
const SYSTEMD_JOURNAL = "systemd-journal";

export class Journal {
  readonly #machine: Machine;
  readonly #listeners = new Set<(entry: Entry) => void>();
  #pending = "";
  #lastRealtime = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Microseconds since the epoch; 0 before the first entry. */
  get lastRealtime(): number {
    return this.#lastRealtime;
  }

  get folder(): string {
    return `/var/log/journal/${machineId(this.#machine)}`;
  }

  get #active(): string {
    return `${this.folder}/system.journal`;
  }

  /** Adds an entry, now. */
  add(fields: Readonly<Record<string, string>>): void {
    const { kernel, hostname, bootId } = this.#machine;
    const now = Math.round(kernel.clock.now() * 1000);
    // Two entries never have the same time, so that order is kept whoever sorts.
    const realtime = Math.max(now, this.#lastRealtime + 1);
    this.#lastRealtime = realtime;
    const monotonic = Math.max(0, realtime - Math.round(this.#machine.bootedMs * 1000));
    const entry: Entry = {
      realtime,
      monotonic,
      boot: bootId,
      fields: { ...fields, _HOSTNAME: hostname, _MACHINE_ID: machineId(this.#machine) },
    };
    if (this.#pending === "") queueMicrotask(() => this.flush());
    this.#pending += `${JSON.stringify(entry)}\n`;
    for (const listener of [...this.#listeners]) listener(entry);
  }

  /** Hears of each new entry. */
  subscribe(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts what is new on the disk; a full disk loses it, as it does in life. */
  flush(): void {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    const { files } = this.#machine;
    try {
      if (!files.exists(this.#active)) this.#create();
      else if (files.stat(this.#active).size > FILE_BYTES) this.rotate();
      files.writeFile(this.#active, text, { append: true });
    } catch {
      // There is nobody to tell.
    }
  }

  #create(): void {
    const { files } = this.#machine;
    files.mkdir(this.folder, { recursive: true });
    files.writeFile(this.#active, "", { mode: 0o640 });
    files.chmod(this.#active, 0o640);
    files.chown(this.#active, 0, this.#group());
  }

  #group(): number {
    const { files } = this.#machine;
    const line = files.exists("/etc/group") ? files.readText("/etc/group").match(/^systemd-journal:[^:]*:(\d+)/m) : null;
    return Number(line?.[1] ?? 0);
  }

  /** Closes the file, and begins another one; the oldest is removed when there are too many. */
  rotate(): void {
    const { files } = this.#machine;
    this.flush();
    if (!files.exists(this.#active)) return;
    files.rename(this.#active, `${this.folder}/system@${Math.round(this.#lastRealtime).toString(16).padStart(16, "0")}.journal`);
    this.#create();
    const archived = this.archives();
    for (const path of archived.slice(0, Math.max(0, archived.length - ARCHIVES))) files.unlink(path);
  }

  /** Closed files, the oldest first. */
  archives(): string[] {
    const { files } = this.#machine;
    if (!files.exists(this.folder)) return [];
    return files
      .readdir(this.folder)
      .map(({ name }) => name)
      .filter((name) => name.startsWith("system@"))
      .sort()
      .map((name) => `${this.folder}/${name}`);
  }

  /** All files, the oldest first. */
  paths(): string[] {
    this.flush();
    return [...this.archives(), ...(this.#machine.files.exists(this.#active) ? [this.#active] : [])];
  }

  /** All entries, the oldest first. */
  entries(): Entry[] {
    const { files } = this.#machine;
    return this.paths().flatMap((path) =>
      files
        .readText(path)
        .split("\n")
        .flatMap((line) => parseEntry(line) ?? []),
    );
  }
}

function parseEntry(line: string): Entry | undefined {
  if (line === "") return undefined;
  try {
    const found: unknown = JSON.parse(line);
    return isEntry(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  return (
    typeof value === "object" &&
    value !== null &&
    "realtime" in value &&
    typeof value.realtime === "number" &&
    "fields" in value &&
    typeof value.fields === "object" &&
    "boot" in value &&
    "monotonic" in value
  );
}

const journals = new WeakMap<Machine, Journal>();

export function journalOf(machine: Machine): Journal {
  let journal = journals.get(machine);
  if (journal === undefined) {
    journal = new Journal(machine);
    journals.set(machine, journal);
  }
  return journal;
}

/** The group whose members may read everything. */
export const READERS = SYSTEMD_JOURNAL;
