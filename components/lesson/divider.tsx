"use client";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { PREFERENCE } from "../../lib/preferences/before-paint.ts";

const least = 25;
const most = 75;

/**
 * Moves the border between text and bench, by pointer or with the arrow keys (WAI-ARIA's window splitter). The width is a CSS variable
 * that a script sets before the first paint, so a remembered one never jumps; a panel library can't do that in static pages.
 */
export function Divider() {
  const [percent, setPercent] = useState<number>();
  const move = (value: number) => {
    const rounded = Math.round(Math.min(most, Math.max(least, value)) * 10) / 10;
    setPercent(rounded);
    document.documentElement.style.setProperty("--split", `${rounded}%`);
    try {
      localStorage.setItem(PREFERENCE.split, String(rounded));
    } catch {
      // Storage is blocked: the width holds for this page only.
    }
  };
  const current = () => percent ?? (Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--split")) || 46);
  const onPointerMove = (event: PointerEvent<HTMLHRElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) move((event.clientX / innerWidth) * 100);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = { ArrowLeft: current() - 2, ArrowRight: current() + 2, Home: least, End: most }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    move(target);
  };
  return (
    <hr
      className="divider"
      tabIndex={0}
      aria-label="Border between text and lab"
      aria-orientation="vertical"
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={Math.round(percent ?? 46)}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDoubleClick={() => move(46)}
      onKeyDown={onKeyDown}
    />
  );
}
