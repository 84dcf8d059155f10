import { existsSync, type FSWatcher, watch } from "node:fs";

/** Milliseconds after the last change of a burst: editors write a file in several steps. */
const QUIET_MS = 40;

/**
 * Calls back soon after something was saved in one of the folders that it was told of. Node watches every file below a folder by itself
 * where the system can't (Linux), so only what somebody looks at is watched with all that is below it.
 */
export class FolderWatcher {
  private readonly watchers = new Map<string, FSWatcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly changed: () => void) {}

  /** `deep`: also what is in its folders. Told twice of the same, it watches once; a folder that has gone is watched no more. */
  watch(folder: string, { deep }: { readonly deep: boolean }): void {
    const known = this.watchers.get(folder);
    if (!existsSync(folder)) {
      known?.close();
      this.watchers.delete(folder);
      return;
    }
    if (known !== undefined) return;
    const watcher = watch(folder, { recursive: deep }, () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.changed, QUIET_MS);
    });
    // A folder that vanishes while it is looked at is no reason to end.
    watcher.on("error", () => undefined);
    this.watchers.set(folder, watcher);
  }

  close(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers.values()) watcher.close();
  }
}
