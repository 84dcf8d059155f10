"use client";
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { InlineText } from "../ui/inline-text.tsx";

/** A word with its entry of the glossary: on hover, on focus, or on a tap. Escape closes it (WCAG 1.4.13). */
export function TermTip({ name, text, children }: { name: string; text: string; children: ReactNode }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const word = useRef<HTMLButtonElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const closing = useRef<ReturnType<typeof setTimeout>>(undefined);

  const show = () => {
    clearTimeout(closing.current);
    setOpen(true);
  };
  // The pointer may travel from the word to the tip without losing it.
  const hideSoon = () => {
    closing.current = setTimeout(() => setOpen(false), 120);
  };
  const place = useCallback(() => {
    const at = word.current?.getBoundingClientRect();
    const box = tip.current;
    if (!at || !box) return;
    const column = word.current?.closest("[data-column]")?.getBoundingClientRect();
    const left = Math.max(column?.left ?? 8, Math.min(at.left, (column?.right ?? innerWidth - 8) - box.offsetWidth));
    const below = at.bottom + 6 + box.offsetHeight < innerHeight;
    box.style.left = `${left}px`;
    box.style.top = below ? `${at.bottom + 6}px` : `${at.top - 6 - box.offsetHeight}px`;
  }, []);
  useEffect(() => {
    if (!open) return;
    place();
    const close = (event: globalThis.KeyboardEvent) => {
      if (event.key === "Escape") setOpen(false);
    };
    addEventListener("keydown", close);
    addEventListener("scroll", place, { passive: true, capture: true });
    return () => {
      removeEventListener("keydown", close);
      removeEventListener("scroll", place, { capture: true });
    };
  }, [open, place]);
  useEffect(() => () => clearTimeout(closing.current), []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") setOpen(false);
  };
  return (
    <span className="term-anchor">
      <button
        ref={word}
        type="button"
        className="term"
        aria-describedby={id}
        onPointerEnter={show}
        onPointerLeave={hideSoon}
        onFocus={show}
        onBlur={hideSoon}
        onClick={show}
        onKeyDown={onKeyDown}
      >
        {children}
      </button>
      {/* Always in the page, so that the description is there before it is shown. */}
      <span
        ref={tip}
        id={id}
        role="tooltip"
        className="term-tip"
        data-open={open || undefined}
        onPointerEnter={show}
        onPointerLeave={hideSoon}
      >
        <strong>{name}</strong> <InlineText text={text} />
      </span>
    </span>
  );
}
