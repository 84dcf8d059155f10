import type { Lasting } from "../../../lib/lab/types.ts";

/** What of the steps can still be undone when the page is loaded again. */
export function lastingWords(lasting: Lasting | undefined): string {
  if (lasting === undefined) return "These steps are not saved: they are known while this page is open.";
  const { onlyLatest, isFull } = lasting;
  const which =
    onlyLatest === undefined
      ? "these steps can still be undone"
      : onlyLatest === 0
        ? "none of these steps can be undone"
        : onlyLatest === 1
          ? "only the latest of these steps can still be undone"
          : `only the latest ${onlyLatest} of these steps can still be undone`;
  return `${isFull ? "This browser’s storage for the site is full: when" : "When"} the page is loaded again, ${which}; where tasks began stays known.`;
}
