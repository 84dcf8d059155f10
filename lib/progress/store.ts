import { changeLesson, emptyRecord, type LessonProgress, mergeRecords, type ProgressRecord, parseRecord } from "./record.ts";

const KEY = "slipway:progress";

/** The parts of the browser's Storage that are used; tests give their own. */
export type ProgressStorage = Pick<Storage, "getItem" | "setItem">;

/** Keeps the record in the browser's storage, and in memory where storage is blocked. Tabs see each other's changes. */
export class ProgressStore {
  private record: ProgressRecord | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly storage: () => ProgressStorage | undefined) {}

  /** The same object until something changes. */
  get = (): ProgressRecord => {
    this.record ??= this.load();
    return this.record;
  };

  subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  change(lesson: string, change: Partial<LessonProgress>): void {
    // What another tab has written since must not be lost.
    this.replace(changeLesson(mergeRecords(this.load(), this.get()), lesson, change));
  }

  /** The lab of a lesson begins anew: its questions are open again. When tasks were first done stays known. */
  startOver(lesson: string): void {
    const record = mergeRecords(this.load(), this.get());
    const before = record.lessons[lesson];
    if (before) this.replace({ ...record, lessons: { ...record.lessons, [lesson]: { ...before, quizzes: {} } } });
  }

  /** Adds what an exported file holds. Throws an Error for the reader when the text is no such file. */
  import(text: string): void {
    this.replace(mergeRecords(this.get(), parseRecord(text)));
  }

  export(): string {
    return `${JSON.stringify(this.get(), undefined, 2)}\n`;
  }

  forget(): void {
    this.replace(emptyRecord);
  }

  /** Another tab has written. */
  reload(): void {
    this.record = undefined;
    for (const listener of this.listeners) listener();
  }

  private load(): ProgressRecord {
    try {
      const text = this.storage()?.getItem(KEY);
      return text ? parseRecord(text) : (this.record ?? emptyRecord);
    } catch {
      return this.record ?? emptyRecord;
    }
  }

  private replace(record: ProgressRecord): void {
    this.record = record;
    try {
      this.storage()?.setItem(KEY, JSON.stringify(record));
    } catch {
      // Full or blocked: the record lives as long as the page.
    }
    for (const listener of this.listeners) listener();
  }
}

/** Calls back when another tab of this browser has changed the record. */
export function onProgressElsewhere(store: ProgressStore): () => void {
  const heard = (event: StorageEvent) => {
    if (event.key === KEY || event.key === null) store.reload();
  };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
