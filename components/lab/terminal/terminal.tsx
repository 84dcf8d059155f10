"use client";
import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Xterm } from "@xterm/xterm";
import { useEffect, useRef, useState } from "react";
import { measureWithFont, terminalFont } from "./font.ts";
import { escapeHoldMs, extraKeys, KeyGate, withControl } from "./keys.ts";
import { addressLinks, programLinks } from "./links.ts";
import type { TerminalProcess } from "./process.ts";
import { darkTheme, lightTheme } from "./themes.ts";
import { useIsDark } from "./use-color-scheme.ts";

interface Props {
  process: TerminalProcess;
  label: string;
  /** Repeats every line in a live region for screen readers. */
  screenReader: boolean;
  /** A new number asks for the keyboard. */
  focus: number | undefined;
  onAddress: (url: string) => void;
}

/** A terminal on the screen. It knows streams of text and a size, nothing of labs. */
export function Terminal({ process, label, screenReader, focus, onAddress }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [xterm, setXterm] = useState<Xterm>();
  const [control, setControl] = useState(false);
  const withCtrl = useRef(false);
  withCtrl.current = control;
  const open = useRef(onAddress);
  open.current = onAddress;
  const writer = useRef<WritableStreamDefaultWriter<string>>(undefined);
  const dark = useIsDark();

  useEffect(() => {
    const host = element.current;
    if (!host) return;
    const terminal = new Xterm({
      fontFamily: terminalFont,
      fontSize: 13.5,
      lineHeight: 1.25,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      scrollback: 5000,
      // For text on colored grounds; the sixteen colors themselves already reach it.
      minimumContrastRatio: 4.5,
      macOptionIsMeta: true,
      linkHandler: programLinks((url) => open.current(url)),
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.registerLinkProvider(addressLinks(terminal, (url) => open.current(url)));
    const gate = new KeyGate();
    let held: ReturnType<typeof setTimeout> | undefined;
    const release = () => {
      if (held === undefined) return;
      clearTimeout(held);
      held = undefined;
      terminal.input("\x1b");
    };
    terminal.attachCustomKeyEventHandler((event) => {
      const fate = gate.decide(event);
      if (fate === "leave") {
        clearTimeout(held);
        held = undefined;
      } else if (event.type === "keydown" && event.key !== "Shift") release();
      if (fate === "hold") {
        event.preventDefault();
        held = setTimeout(release, escapeHoldMs);
      }
      if (fate === "copy" && event.type === "keydown") {
        event.preventDefault();
        void navigator.clipboard.writeText(terminal.getSelection()).catch(() => undefined);
      }
      return fate === "program";
    });
    terminal.open(host);
    const input = process.input.getWriter();
    writer.current = input;
    terminal.onData((data) => {
      void input.write(withCtrl.current ? withControl(data) : data);
      setControl(false);
    });
    terminal.onResize((size) => process.resize(size));
    const reader = process.output.getReader();
    void (async () => {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        const text = chunk.value;
        await new Promise<void>((shown) => terminal.write(text, shown));
      }
    })();
    const refit = () => {
      if (host.offsetWidth > 0) fit.fit();
    };
    const observer = new ResizeObserver(refit);
    observer.observe(host);
    measureWithFont(terminal, refit);
    setXterm(terminal);
    return () => {
      clearTimeout(held);
      observer.disconnect();
      void reader.cancel();
      input.releaseLock();
      terminal.dispose();
    };
  }, [process]);

  useEffect(() => {
    if (xterm) xterm.options.theme = dark ? darkTheme : lightTheme;
  }, [xterm, dark]);
  useEffect(() => {
    if (xterm) xterm.options.screenReaderMode = screenReader;
  }, [xterm, screenReader]);
  useEffect(() => {
    xterm?.textarea?.setAttribute("aria-label", `${label}. Escape, then Tab leaves it.`);
  }, [xterm, label]);
  useEffect(() => {
    if (focus !== undefined) xterm?.focus();
  }, [xterm, focus]);

  const send = (data: string) => {
    void writer.current?.write(control ? withControl(data) : data);
    setControl(false);
    xterm?.focus();
  };
  return (
    <div className="terminal">
      <div ref={element} className="terminal-screen" />
      <div className="terminal-keys" role="toolbar" aria-label="Extra keys">
        <button type="button" aria-pressed={control} onClick={() => setControl(!control)}>
          Ctrl
        </button>
        {extraKeys.map((key) => (
          <button key={key.name} type="button" aria-label={key.name} onClick={() => send(key.data)}>
            {key.label}
          </button>
        ))}
      </div>
    </div>
  );
}
