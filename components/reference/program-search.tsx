"use client";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { announce } from "../ui/announcer.tsx";

/**
 * A field that hides the programs which do not match. The list is in the page as it came from the server and can be read without
 * scripts; so it is not drawn again, its entries are only hidden.
 */
export function ProgramSearch({ total, children }: { total: number; children: ReactNode }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState(total);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const section of list.current?.querySelectorAll<HTMLElement>("[data-section]") ?? []) {
      let any = false;
      for (const entry of section.querySelectorAll<HTMLElement>("[data-program]")) {
        const fits = words.every((word) => entry.dataset.program?.includes(word));
        entry.hidden = !fits;
        any ||= fits;
        if (fits) count += 1;
      }
      section.hidden = !any;
    }
    setFound(count);
    if (text !== "") announce(`${count} of ${total} programs.`);
  }, [text, total]);

  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, []);

  return (
    <>
      <search className="program-search">
        <label htmlFor={id}>Search names, purposes and options</label>
        <input
          ref={field}
          id={id}
          type="search"
          value={text}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setText("");
          }}
        />
        <p>
          {found} of {total} programs. <kbd>/</kbd> to search, <kbd>Esc</kbd> to clear.
        </p>
      </search>
      <div ref={list}>
        {children}
        {found === 0 ? <p className="program-none">No program is called that or does that here.</p> : null}
      </div>
    </>
  );
}
