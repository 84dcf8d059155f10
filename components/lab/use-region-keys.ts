import { useEffect } from "react";
import { useBench } from "./context.tsx";

const focusable = 'a[href], button:not(:disabled):not([tabindex="-1"]), textarea, input, [tabindex="0"], [contenteditable="true"]';

/** F6 goes round the parts of the page, as in desktop programs; Ctrl+` to the terminal and back. */
export function useRegionKeys(): void {
  const bench = useBench();
  useEffect(() => {
    let before: HTMLElement | undefined;
    const heard = (event: KeyboardEvent) => {
      const active = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
      if (event.key === "F6") {
        event.preventDefault();
        const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter(
          (region) => region.offsetParent !== null && region.dataset.region !== "bench",
        );
        const at = regions.findIndex((region) => region.contains(active ?? null));
        const next = regions[(at + (event.shiftKey ? -1 : 1) + regions.length) % regions.length];
        if (next?.dataset.region === "terminal") bench.showTerminal();
        else (next?.matches("[tabindex]") ? next : next?.querySelector<HTMLElement>(focusable))?.focus();
      } else if (event.key === "`" && event.ctrlKey) {
        event.preventDefault();
        if (active?.closest('[data-region="terminal"]')) before?.focus();
        else {
          before = active;
          bench.showTerminal();
        }
      }
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, [bench]);
}
