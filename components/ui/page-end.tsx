"use client";
import { type ReactNode, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";

const never = () => () => undefined;

/**
 * Puts a dialog at the end of the page. A dialog within a part of the page that is hidden is not shown, and the rest of the page still
 * waits for it; on a phone, and when one is turned, parts are hidden. Nothing on the server, where no dialog is open.
 */
export function PageEnd({ children }: { children: ReactNode }) {
  const live = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return live ? createPortal(children, document.body) : null;
}
