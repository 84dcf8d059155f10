import type { LabState } from "../../lib/lab/types.ts";

/** What the lab has to say. `id` is undefined of what stays as long as it is so, and can't be dismissed. */
export interface Notice {
  readonly id: number | undefined;
  readonly text: string;
  readonly level: "info" | "warning" | "error";
}

const weight = { info: 0, warning: 1, error: 2 } as const;

/** All that there is to say now, oldest first. */
export function noticesOf({ phase, saving, notices }: Pick<LabState, "phase" | "saving" | "notices">): readonly Notice[] {
  const unsaved = phase === "running" && saving.state === "off" && saving.reason ? saving.reason : undefined;
  return unsaved === undefined
    ? notices
    : [{ id: undefined, text: `Your work will not be saved: ${unsaved}`, level: "warning" }, ...notices];
}

/** The one that is shown while there is room for one only: the gravest, and of those the newest. */
export function foremost(notices: readonly Notice[]): Notice | undefined {
  return notices.reduce<Notice | undefined>(
    (best, each) => (best === undefined || weight[each.level] >= weight[best.level] ? each : best),
    undefined,
  );
}
