import type { LabClient } from "../../../lib/lab/types.ts";

/** Larger files are left to the terminal. */
export const largest = 1_000_000;

/** Milliseconds without typing after which a file is saved. */
const pause = 800;

export type DeskClient = Pick<LabClient, "readFile" | "writeFile">;

export interface OpenFile {
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
  /** Path of the file in front. */
  readonly front?: string;
}

export function isDirty(file: OpenFile): boolean {
  return file.kind === "text" && file.draft !== file.saved;
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
    const known = this.find(path);
    if (!known || known.machine !== machine) {
      const fresh: OpenFile = { machine, path, kind: "loading", size: 0, saved: "", draft: "", revision: 0 };
      this.set({ files: [...this.view.files.filter((file) => file.path !== path), fresh], front: path });
      await this.reload(path);
      return;
    }
    this.set({ front: path });
    if (known.kind !== "text") await this.reload(path);
  }

  front(path: string): void {
    this.set({ front: path });
  }

  /** Saves what is unsaved, then closes. */
  async close(path: string): Promise<void> {
    await this.save(path);
    const at = this.view.files.findIndex((file) => file.path === path);
    const files = this.view.files.filter((file) => file.path !== path);
    this.set({ files, front: this.view.front === path ? files[Math.min(at, files.length - 1)]?.path : this.view.front });
  }

  edit(path: string, draft: string): void {
    this.change(path, { draft });
    clearTimeout(this.timers.get(path));
    this.timers.set(
      path,
      setTimeout(() => void this.save(path), pause),
    );
  }

  async save(path: string): Promise<void> {
    clearTimeout(this.timers.get(path));
    const file = this.find(path);
    // With somebody else's text in between, the learner decides first.
    if (!file || !isDirty(file) || file.theirs !== undefined) return;
    const { draft } = file;
    try {
      await this.client.writeFile(file.machine, path, draft);
      this.change(path, { saved: draft, problem: undefined });
    } catch (error) {
      this.change(path, { problem: `Not saved: ${messageOf(error)}` });
    }
  }

  /** Something below these paths changed on that machine. */
  async changedOutside(machine: string, paths: readonly string[]): Promise<void> {
    const touched = this.view.files.filter(
      (file) => file.machine === machine && paths.some((path) => file.path === path || file.path.startsWith(`${path}/`)),
    );
    await Promise.all(touched.map((file) => this.reload(file.path)));
  }

  /** After a conflict: "mine" writes the draft, "theirs" drops it. */
  async resolve(path: string, choice: "mine" | "theirs"): Promise<void> {
    const file = this.find(path);
    if (file?.theirs === undefined) return;
    if (choice === "theirs") {
      this.change(path, { saved: file.theirs, draft: file.theirs, theirs: undefined, revision: file.revision + 1 });
    } else {
      this.change(path, { saved: file.theirs, theirs: undefined });
      await this.save(path);
    }
  }

  private async reload(path: string): Promise<void> {
    const before = this.find(path);
    if (!before) return;
    try {
      const { text, size } = await this.client.readFile(before.machine, path);
      const file = this.find(path);
      if (!file) return;
      if (text === undefined) this.change(path, { kind: "binary", size, problem: undefined });
      else if (size > largest) this.change(path, { kind: "large", size, problem: undefined });
      else if (text === file.draft) this.change(path, { kind: "text", size, saved: text, theirs: undefined, problem: undefined });
      else if (isDirty(file) && text !== file.saved) this.change(path, { theirs: text, size });
      else if (!isDirty(file)) {
        this.change(path, { kind: "text", size, saved: text, draft: text, revision: file.revision + 1, problem: undefined });
      }
    } catch (error) {
      const file = this.find(path);
      if (file) this.change(path, isDirty(file) ? { problem: messageOf(error), saved: "" } : { kind: "gone", problem: messageOf(error) });
    }
  }

  private find(path: string): OpenFile | undefined {
    return this.view.files.find((file) => file.path === path);
  }

  private change(path: string, change: Partial<OpenFile>): void {
    this.set({ files: this.view.files.map((file) => (file.path === path ? { ...file, ...change } : file)) });
  }

  private set(change: Partial<DeskView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
