"use client";
import { CornerDownLeft } from "lucide-react";
import { useOptionalBench } from "../lab/context.tsx";
import { announce } from "../ui/announcer.tsx";
import { CopyButton } from "./copy-button.tsx";

/** Copy, and on pages with a lab also run. */
export function CommandTools({ command, terminal }: { command: string; terminal?: string }) {
  const bench = useOptionalBench();
  const run = () => {
    bench?.run(command, terminal);
    announce("The command was sent to the terminal.");
  };
  return (
    <span className="session-tools">
      <CopyButton text={command} what={`the command ${command}`} />
      {bench ? (
        <button type="button" className="run" onClick={run} aria-label={`Run in the terminal: ${command}`} title="Run in the terminal">
          <CornerDownLeft size={13} aria-hidden="true" />
          Run
        </button>
      ) : null}
    </span>
  );
}
