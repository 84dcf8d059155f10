"use client";
import { CornerDownLeft } from "lucide-react";
import { useOptionalBench } from "../lab/context.tsx";
import { announce } from "../ui/announcer.tsx";
import { CopyButton } from "./copy-button.tsx";

export interface CommandPlace {
  readonly command: string;
  /** Where it is typed; any terminal if left out. */
  readonly terminal?: string;
  readonly machine?: string;
}

/** Types the command into the terminal; undefined on pages without a lab. */
export function useRun({ command, terminal, machine }: CommandPlace): (() => void) | undefined {
  const bench = useOptionalBench();
  if (!bench) return undefined;
  return () => {
    bench.run(command, terminal, machine);
    announce("The command was sent to the terminal.");
  };
}

/** Copy, and on pages with a lab also run. */
export function CommandTools(place: CommandPlace) {
  const { command } = place;
  const run = useRun(place);
  return (
    <span className="session-tools">
      <CopyButton text={command} what={`the command ${command}`} />
      {run ? (
        <button type="button" className="run" onClick={run} aria-label={`Run in the terminal: ${command}`} title="Run in the terminal">
          <CornerDownLeft size={13} aria-hidden="true" />
          Run
        </button>
      ) : null}
    </span>
  );
}
