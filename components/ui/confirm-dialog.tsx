"use client";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { PageEnd } from "./page-end.tsx";

interface Props {
  open: boolean;
  title: string;
  /** What the button says that goes ahead. */
  confirm: string;
  children: ReactNode;
  onClose: (confirmed: boolean) => void;
}

/** Asks before something that can't be undone. Escape and the first button leave. */
export function ConfirmDialog({ open, title, confirm, children, onClose }: Props) {
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
        className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-lg border border-line-strong bg-raised p-6 text-ink shadow-2xl backdrop:bg-black/40"
        onCancel={(event) => {
          event.preventDefault();
          onClose(false);
        }}
      >
        <h2 id={heading} className="font-semibold font-serif text-xl">
          {title}
        </h2>
        <div className="mt-3 text-[0.9375rem] leading-relaxed">{children}</div>
        <div className="mt-5 flex justify-end gap-2">
          <button type="button" className="button" onClick={() => onClose(false)}>
            Keep everything
          </button>
          <button type="button" className="button button-primary" onClick={() => onClose(true)}>
            {confirm}
          </button>
        </div>
      </dialog>
    </PageEnd>
  );
}
