"use client";
import { Plus } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

interface NewTerminalProps {
  readonly machines: readonly string[];
  /** While the lab starts there is nothing to open a terminal on. */
  readonly disabled: boolean;
  readonly onOpen: (machine: string | undefined) => void;
}

/** Opens another terminal; where the lab has several machines, on the one that is chosen. */
export function NewTerminal({ machines, disabled, onOpen }: NewTerminalProps) {
  const [shown, setShown] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const several = machines.length > 1;

  useEffect(() => {
    if (!shown) return;
    place.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const elsewhere = (event: Event) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setShown(false);
    };
    addEventListener("pointerdown", elsewhere);
    addEventListener("focusin", elsewhere);
    return () => {
      removeEventListener("pointerdown", elsewhere);
      removeEventListener("focusin", elsewhere);
    };
  }, [shown]);

  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(place.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const at = items.findIndex((item) => item.matches(":focus"));
    const target = { ArrowDown: items[(at + 1) % items.length], ArrowUp: items.at(at - 1), Home: items[0], End: items.at(-1) }[event.key];
    if (event.key === "Escape" && shown) {
      event.stopPropagation();
      setShown(false);
      place.current?.querySelector<HTMLElement>("button")?.focus();
    } else if (shown && target) {
      event.preventDefault();
      target.focus();
    }
  };
  const choose = (machine: string | undefined) => {
    setShown(false);
    onOpen(machine);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the menu and its button alike
    <div ref={place} className="menu-place" onKeyDown={onKeyDown}>
      <button
        type="button"
        className="icon-button"
        disabled={disabled}
        onClick={() => (several ? setShown(!shown) : choose(undefined))}
        aria-label="Open another terminal"
        title="Open another terminal"
        aria-haspopup={several ? "menu" : undefined}
        aria-expanded={several ? shown : undefined}
      >
        <Plus size={16} aria-hidden="true" />
      </button>
      {shown ? (
        <div role="menu" aria-label="Machine of the new terminal" className="menu">
          {machines.map((machine) => (
            <button key={machine} type="button" role="menuitem" tabIndex={-1} onClick={() => choose(machine)}>
              On <span className="font-mono">{machine}</span>
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
