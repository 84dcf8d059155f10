import type { KeyboardEvent } from "react";

/** Arrow keys, Home and End within a row of tabs (WAI-ARIA's tabs pattern, with automatic activation). */
export function tabKeys(event: KeyboardEvent<HTMLElement>): void {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
  const at = document.activeElement instanceof HTMLElement ? tabs.indexOf(document.activeElement) : -1;
  const target = {
    ArrowLeft: tabs.at(at - 1),
    ArrowRight: tabs[(at + 1) % tabs.length],
    Home: tabs[0],
    End: tabs.at(-1),
  }[event.key];
  if (at < 0 || !target) return;
  event.preventDefault();
  target.focus();
  target.click();
}
