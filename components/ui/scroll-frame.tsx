"use client";
import { type ReactNode, useEffect, useRef, useState } from "react";

interface Props {
  /** What a screen reader calls it while it can be scrolled. */
  label: string;
  className: string;
  children: ReactNode;
}

/**
 * Holds something that may be wider than its column and then scrolls in its own frame. Only then is it a stop of the Tab key (WCAG 2.1.1):
 * where all of it is to be seen, there is nothing to do on it. Until the page has become live, it is one in any case.
 */
export function ScrollFrame({ label, className, children }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(true);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={frame} className={className} {...(scrolls ? { role: "group", tabIndex: 0, "aria-label": label } : {})}>
      {children}
    </div>
  );
}
