"use client";
import { useEffect, useId, useRef } from "react";
import { PageEnd } from "../ui/page-end.tsx";

const keys: readonly (readonly [string, string])[] = [
  ["F6, Shift+F6", "To the next part of the page: text, panels, terminal"],
  ["Ctrl+`", "To the terminal, and back to where you were"],
  ["Escape, then Tab", "Out of the terminal or the editor"],
  ["Arrow keys", "Between the tabs of a row"],
  ["F2, Delete", "In the tree of files: rename, delete"],
  ["Ctrl+S", "Save the file (it is also saved when you pause)"],
  ["Ctrl+F", "Find in the file"],
  ["Ctrl+Alt+Z", "Undo the last command or save, with all that it did to the lab; with Shift: do it again"],
  ["Ctrl+C", "Interrupt the program in the terminal"],
  ["Tab", "In the terminal: complete a name"],
  ["↑, Ctrl+R", "In the terminal: earlier commands"],
  ["Ctrl+Shift+C, Ctrl+Shift+V", "Copy and paste in the terminal"],
];

/** The list of the lab's keys. */
export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <PageEnd>
      <dialog
        ref={dialog}
        aria-labelledby={heading}
        onClose={onClose}
        className="m-auto w-[min(34rem,calc(100vw-2rem))] rounded-lg border border-line-strong bg-raised p-6 text-ink shadow-2xl backdrop:bg-black/40"
      >
        <h2 id={heading} className="font-semibold font-serif text-xl">
          Keys
        </h2>
        <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm leading-normal">
          {keys.map(([key, what]) => (
            <div key={key} className="contents">
              <dt className="font-mono text-[0.8125rem] text-accent">{key}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <div className="mt-5 flex justify-end">
          <button type="button" className="button" onClick={onClose}>
            Close
          </button>
        </div>
      </dialog>
    </PageEnd>
  );
}
