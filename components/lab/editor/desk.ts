import type { LabClient } from "../../../lib/lab/types.ts";

/** Larger files are left to the terminal. */
export const largest = 1_000_000;

/** Milliseconds without typing after which a file is saved. */
const pause = 800;

export type DeskClient = Pick<LabClient, "readFile" | "writeFile" | "renameEntry" | "removeEntry">;

export interface OpenFile {
  /** Names the file among the open ones: machine and path. */
  readonly key: string;
  readonly machine: string;
  readonly path: string;
  /** "text" can be edited; the others say why not. */
  readonly kind: "loading" | "text" | "binary" | "large" | "gone";
  readonly size: number;
  /** What the disk holds, as far as we know. */
  readonly saved: string;
  /** What the editor holds. */
  readonly draft: string;
  /** Goes up whenever the draft was replaced from the disk, so that the editor takes it over. */
  readonly revision: number;
  /** What somebody else wrote while there were changes here. */
  readonly theirs?: string;
  /** Why the last reading or saving failed. */
  readonly problem?: string;
}

export interface DeskView {
  readonly files: readonly OpenFile[];
  /** Key of the file in front. */
  readonly front?: string;
}

export function isDirty(file: OpenFile): boolean {
  return file.kind === "text" && file.draft !== file.saved;
}

/** What the desk calls a file of a machine. */
export function keyOf(machine: string, path: string): string {
  return `${machine}:${path}`;
}

/** The files that are open in the editor. Drafts are saved when asked, or after a pause; changes by others show at once. */
export class FileDesk {
  private view: DeskView = { files: [] };
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly client: DeskClient) {}

  get = (): DeskView => this.view;

  subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  /** Brings a file to the front, reading it if it is not open. */
  async open(machine: string, path: string): Promise<void> {
    const key = keyOf(machine, path);
    const known = this.find(key);
    if (!known) {
      const fresh: OpenFile = { key, machine, path, kind: "loading", size: 0, saved: "", draft: "", revision: 0 };
      this.set({ files: [...this.view.files, fresh], front: key });
      await this.reload(key);
      return;
    }
    this.set({ front: key });
    if (known.kind !== "text") await this.reload(key);
  }

  front(key: string): void {
    this.set({ front: key });
  }

  /** Saves what is unsaved, then closes. */
  async close(key: string): Promise<void> {
    await this.save(key);
    this.drop(key);
  }

  /** Renames or moves a file or folder; what is open of it is saved first, and goes on under its new name. Rejects as the client does. */
  async rename(machine: string, from: string, to: string): Promise<void> {
    const moving = this.below(machine, [from]);
    const { front } = this.view;
    for (const file of moving) await this.save(file.key);
    await this.client.renameEntry(machine, from, to);
    for (const file of moving) {
      this.drop(file.key);
      await this.open(machine, to + file.path.slice(from.length));
    }
    if (front !== undefined && this.find(front)) this.front(front);
  }

  /** Deletes a file or folder, and closes what was open of it without saving. Rejects as the client does. */
  async remove(machine: string, path: string): Promise<void> {
    for (const file of this.below(machine, [path])) clearTimeout(this.timers.get(file.key));
    await this.client.removeEntry(machine, path);
    for (const file of this.below(machine, [path])) this.drop(file.key);
  }

  edit(key: string, draft: string): void {
    this.change(key, { draft });
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void this.save(key), pause),
    );
  }

  async save(key: string): Promise<void> {
    clearTimeout(this.timers.get(key));
    const file = this.find(key);
    // With somebody else's text in between, the learner decides first.
    if (!file || !isDirty(file) || file.theirs !== undefined) return;
    const { draft } = file;
    try {
      await this.client.writeFile(file.machine, file.path, draft);
      this.change(key, { saved: draft, problem: undefined });
    } catch (error) {
      this.change(key, { problem: `Not saved: ${messageOf(error)}` });
    }
  }

  /** Something below these paths changed on that machine. */
  async changedOutside(machine: string, paths: readonly string[]): Promise<void> {
    const touched = this.below(machine, paths);
    await Promise.all(touched.map((file) => this.reload(file.key)));
  }

  /** After a conflict: "mine" writes the draft, "theirs" drops it. */
  async resolve(key: string, choice: "mine" | "theirs"): Promise<void> {
    const file = this.find(key);
    if (file?.theirs === undefined) return;
    if (choice === "theirs") {
      this.change(key, { saved: file.theirs, draft: file.theirs, theirs: undefined, revision: file.revision + 1 });
    } else {
      this.change(key, { saved: file.theirs, theirs: undefined });
      await this.save(key);
    }
  }

  private drop(key: string): void {
    clearTimeout(this.timers.get(key));
    const at = this.view.files.findIndex((file) => file.key === key);
    const files = this.view.files.filter((file) => file.key !== key);
    this.set({ files, front: this.view.front === key ? files[Math.min(at, files.length - 1)]?.key : this.view.front });
  }

  /** The open files of that machine at or below the paths. */
  private below(machine: string, paths: readonly string[]): readonly OpenFile[] {
    return this.view.files.filter(
      (file) =>
        file.machine === machine && paths.some((path) => file.path === path || file.path.startsWith(path === "/" ? path : `${path}/`)),
    );
  }

  private async reload(key: string): Promise<void> {
    const before = this.find(key);
    if (!before) return;
    try {
      const { text, size } = await this.client.readFile(before.machine, before.path);
      const file = this.find(key);
      if (!file) return;
      if (text === undefined) this.change(key, { kind: "binary", size, problem: undefined });
      else if (size > largest) this.change(key, { kind: "large", size, problem: undefined });
      else if (text === file.draft) this.change(key, { kind: "text", size, saved: text, theirs: undefined, problem: undefined });
      else if (isDirty(file) && text !== file.saved) this.change(key, { theirs: text, size });
      else if (!isDirty(file)) {
        this.change(key, { kind: "text", size, saved: text, draft: text, revision: file.revision + 1, problem: undefined });
      }
    } catch (error) {
      const file = this.find(key);
      if (file) this.change(key, isDirty(file) ? { problem: messageOf(error), saved: "" } : { kind: "gone", problem: messageOf(error) });
    }
  }

  private find(key: string): OpenFile | undefined {
    return this.view.files.find((file) => file.key === key);
  }

  private change(key: string, change: Partial<OpenFile>): void {
    this.set({ files: this.view.files.map((file) => (file.key === key ? { ...file, ...change } : file)) });
  }

  private set(change: Partial<DeskView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
