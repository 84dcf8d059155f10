"use client";
import { CornerDownLeft, FileText, Globe, SquareTerminal } from "lucide-react";
import type { ReactNode } from "react";
import { useOptionalBench } from "../lab/context.tsx";
import { type CommandPlace, useRun } from "./command-tools.tsx";

/** A file name in the prose that opens the file in the editor. */
export function FileLink({ path, machine, children }: { path: string; machine?: string; children?: ReactNode }) {
  const bench = useOptionalBench();
  const label = children ?? path;
  if (!bench) return <code>{label}</code>;
  return (
    <button type="button" className="place" onClick={() => bench.openFile(path, machine)} title={`Open ${path} in the editor`}>
      <FileText size={13} aria-hidden="true" />
      <span className="place-name">{label}</span>
    </button>
  );
}

/** An address in the prose that opens in the browser pane. */
export function BrowserLink({ url, machine, children }: { url: string; machine?: string; children?: ReactNode }) {
  const bench = useOptionalBench();
  const label = children ?? url;
  if (!bench) return <code>{label}</code>;
  return (
    <button type="button" className="place" onClick={() => bench.openAddress(url, machine)} title={`Open ${url} in the lab's browser`}>
      <Globe size={13} aria-hidden="true" />
      <span className="place-name">{label}</span>
    </button>
  );
}

/** Words in the prose that bring the terminal to the front. */
export function TerminalLink({ id, machine, children }: { id?: string; machine?: string; children?: ReactNode }) {
  const bench = useOptionalBench();
  if (!bench) return <>{children ?? "terminal"}</>;
  return (
    <button type="button" className="place" onClick={() => bench.showTerminal(id, machine)} title="Go to the terminal">
      <SquareTerminal size={13} aria-hidden="true" />
      <span className="place-name">{children ?? "terminal"}</span>
    </button>
  );
}

/** A command in the midst of a sentence, which runs with a click. */
export function CommandLink(place: CommandPlace) {
  const { command } = place;
  const run = useRun(place);
  if (!run) return <code>{command}</code>;
  return (
    <button type="button" className="place" onClick={run} aria-label={`Run in the terminal: ${command}`} title="Run in the terminal">
      <CornerDownLeft size={13} aria-hidden="true" />
      <span className="place-name">{command}</span>
    </button>
  );
}
