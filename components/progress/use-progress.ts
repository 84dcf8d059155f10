"use client";
import { useSyncExternalStore } from "react";
import { emptyRecord, type ProgressRecord } from "../../lib/progress/record.ts";
import { onProgressElsewhere, ProgressStore } from "../../lib/progress/store.ts";

/** The one store of this page. */
export const progress = new ProgressStore(() => (typeof localStorage === "undefined" ? undefined : localStorage));

function subscribe(changed: () => void): () => void {
  const stop = progress.subscribe(changed);
  const stopHearing = onProgressElsewhere(progress);
  return () => {
    stop();
    stopHearing();
  };
}

/** What has been done; empty while the page is made at build time and until it is live. */
export function useProgress(): ProgressRecord {
  return useSyncExternalStore(subscribe, progress.get, () => emptyRecord);
}
