"use client";
import "@xterm/xterm/css/xterm.css";
import { Terminal as Xterm } from "@xterm/xterm";
import { useEffect, useRef, useState } from "react";
import type { FilmEvent } from "../../lib/lab/film/types.ts";
import { measureWithFont, terminalFont } from "../lab/terminal/font.ts";
import { darkTheme, lightTheme } from "../lab/terminal/themes.ts";
import { useIsDark } from "../lab/terminal/use-color-scheme.ts";

interface Props {
  terminal: string;
  events: readonly FilmEvent[];
  /** So many of them have been shown. */
  shown: number;
}

/** The screen of one terminal at a moment of the film. The film's text is the transcript, so this picture is not read out. */
export function FilmTerminal({ terminal, events, shown }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [xterm, setXterm] = useState<Xterm>();
  const written = useRef(0);
  const dark = useIsDark();
  useEffect(() => {
    const host = element.current;
    if (!host) return;
    const made = new Xterm({
      fontFamily: terminalFont,
      fontSize: 12.5,
      lineHeight: 1.25,
      cursorBlink: false,
      disableStdin: true,
      scrollback: 5000,
      minimumContrastRatio: 4.5,
    });
    made.open(host);
    measureWithFont(made);
    if (made.textarea) made.textarea.tabIndex = -1;
    written.current = 0;
    setXterm(made);
    return () => made.dispose();
  }, []);
  useEffect(() => {
    if (xterm) xterm.options.theme = dark ? darkTheme : lightTheme;
  }, [xterm, dark]);
  useEffect(() => {
    if (!xterm) return;
    if (shown < written.current) {
      xterm.reset();
      written.current = 0;
    }
    for (const event of events.slice(written.current, shown)) {
      if (!("terminal" in event) || event.terminal !== terminal) continue;
      if (event.kind === "output") xterm.write(event.bytes);
      if (event.kind === "terminal") xterm.reset();
      if (event.kind === "terminal" || event.kind === "resized") xterm.resize(event.columns, event.rows);
    }
    written.current = shown;
  }, [xterm, terminal, events, shown]);
  return <div ref={element} className="film-screen" aria-hidden="true" />;
}
