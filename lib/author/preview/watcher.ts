import { type FSWatcher, watch } from "node:fs";

/** Milliseconds after the last change of a burst: editors write a file in several steps. */
const QUIET_MS = 40;

/** Calls back soon after something below the folder was saved. */
export class FolderWatcher {
  private readonly watcher: FSWatcher;
  private timer: NodeJS.Timeout | undefined;

  constructor(folder: string, changed: () => void) {
    this.watcher = watch(folder, { recursive: true }, () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(changed, QUIET_MS);
    });
    // A folder that vanishes while it is looked at is no reason to end.
    this.watcher.on("error", () => undefined);
  }

  close(): void {
    clearTimeout(this.timer);
    this.watcher.close();
  }
}
