"use client";
import { useSyncExternalStore } from "react";

let message = "";
const listeners = new Set<() => void>();

/** Says something to users of screen readers, without taking their focus. */
export function announce(text: string): void {
  // The same text twice is announced twice only if it differs: a trailing no-break space does that and is not spoken.
  message = message === text ? `${text}\u00a0` : text;
  for (const listener of listeners) listener();
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** The polite live region of the page; stands once in the layout. */
export function Announcer() {
  const text = useSyncExternalStore(
    subscribe,
    () => message,
    () => "",
  );
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
