"use client";
import { History, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { announce } from "../../ui/announcer.tsx";
import { TimeDialog } from "./time-dialog.tsx";
import { useTime } from "./use-time.ts";

/** In the bar of the bench: undo the latest step, and the list of all. Ctrl+Alt+Z wherever the focus is: Ctrl+Z belongs to the terminal. */
export function UndoTools() {
  const { time, busy, go } = useTime();
  const [open, setOpen] = useState(false);
  const [latest] = time.undo;
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (event.code !== "KeyZ" || !event.ctrlKey || !event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (busy) return;
      if (event.shiftKey) {
        if (time.redo.length > 0) void go((client) => client.redo());
        else announce("There is nothing to do again.");
      } else if (latest === undefined) announce("There is nothing to undo.");
      else void go((client) => client.undo());
    };
    // Before the terminal takes the key.
    addEventListener("keydown", heard, { capture: true });
    return () => removeEventListener("keydown", heard, { capture: true });
  }, [busy, latest, time.redo.length, go]);
  const name = latest === undefined ? "Undo: nothing to undo yet" : `Undo: ${latest.text}`;
  return (
    <>
      <button
        type="button"
        className="bar-button undo-button"
        aria-label={name}
        aria-keyshortcuts="Control+Alt+Z"
        title={`${name} (Ctrl+Alt+Z)`}
        disabled={busy || latest === undefined}
        onClick={() => void go((client) => client.undo())}
      >
        <Undo2 size={13} aria-hidden="true" /> Undo
        {latest === undefined ? null : <span className="undo-what">{latest.text}</span>}
      </button>
      <button
        type="button"
        className="icon-button"
        aria-haspopup="dialog"
        aria-label="What was done, and going back"
        title="What was done, and going back"
        disabled={busy}
        onClick={() => setOpen(true)}
      >
        <History size={16} aria-hidden="true" />
      </button>
      <TimeDialog open={open} onClose={() => setOpen(false)} />
    </>
  );
}
