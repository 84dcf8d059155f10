import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { previewState, readForPreview } from "../../content/preview/read.ts";
import type { PreviewState } from "../../content/preview/types.ts";
import type { LabDefinition } from "../../lab/types.ts";
import { FolderWatcher } from "./watcher.ts";

/** The pages that have a lesson open, and what each was told last. */
export class PreviewEvents {
  private readonly rooms = new Map<string, { state: PreviewState; lab: LabDefinition | undefined; pages: Set<ServerResponse> }>();

  private readonly watcher: FolderWatcher;

  constructor(private readonly root: string) {
    this.watcher = new FolderWatcher(() => this.refresh());
    this.watcher.watch(root, { deep: false });
  }

  close(): void {
    this.watcher.close();
  }

  /** Tells a page the state now, and every one that comes after it, until it goes. */
  open(course: string, lesson: string, response: ServerResponse): void {
    const room = this.room(course, lesson);
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(eventOf(room.state));
    room.pages.add(response);
    response.on("close", () => room.pages.delete(response));
  }

  /** The lab of the last good version. */
  lab(course: string, lesson: string): LabDefinition | undefined {
    return this.room(course, lesson).lab;
  }

  /** Something was saved. Returns how many lessons have changed by it. */
  refresh(): number {
    let changed = 0;
    for (const [name, room] of this.rooms) {
      const [course = "", lesson = ""] = name.split("/");
      const state = this.read(course, lesson);
      if (state.kind === room.state.kind && state.version === room.state.version) continue;
      room.state = state;
      if (state.kind === "sound") room.lab = state.lab;
      for (const page of room.pages) page.write(eventOf(state));
      changed++;
    }
    return changed;
  }

  private room(course: string, lesson: string) {
    const name = `${course}/${lesson}`;
    const known = this.rooms.get(name);
    if (known !== undefined && known.pages.size > 0) return known;
    const state = this.read(course, lesson);
    const lab = state.kind === "sound" ? state.lab : known?.lab;
    const room = { state, lab, pages: known?.pages ?? new Set<ServerResponse>() };
    this.rooms.set(name, room);
    return room;
  }

  /** From now on, its files and those of the lessons that it continues are watched. */
  private read(course: string, lesson: string): PreviewState {
    const read = readForPreview(course, lesson, this.root);
    this.watcher.watch(join(this.root, course), { deep: false });
    for (const folder of [`${course}/${lesson}`, ...read.continues]) this.watcher.watch(join(this.root, folder), { deep: true });
    return previewState(read, this.root);
  }
}

function eventOf(state: PreviewState): string {
  return `data: ${JSON.stringify(state)}\n\n`;
}
