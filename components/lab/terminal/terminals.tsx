"use client";
import { Accessibility, BookOpen, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { LabClient, TerminalState } from "../../../lib/lab/types.ts";
import { announce } from "../../ui/announcer.tsx";
import { useBench, useBenchView, useLab } from "../context.tsx";
import { tabKeys } from "../tab-keys.ts";
import { NewTerminal } from "./new-terminal.tsx";
import { type TerminalProcess, terminalProcess } from "./process.ts";
import { Terminal } from "./terminal.tsx";

const READER = "slipway:screen-reader";

/** The terminals of the lab, one in front. */
export function Terminals({ client }: { client: LabClient }) {
  const bench = useBench();
  const view = useBenchView();
  const terminals = useLab((lab) => lab.terminals);
  const running = useLab((lab) => lab.phase === "running");
  const [reader, setReader] = useState(() => remembered());
  const front = terminals.find((each) => each.id === view.terminal) ?? terminals[0];
  const opening = useRef(false);

  const open = async (machine: string | undefined) => {
    if (opening.current) return;
    opening.current = true;
    try {
      const id = await client.openTerminal({ machine, columns: 80, rows: 24 });
      bench.showTerminal(id);
    } catch (error) {
      announce(`No new terminal: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      opening.current = false;
    }
  };
  const none = running && terminals.length === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once when there is none, not on every change
  useEffect(() => {
    if (none) void client.openTerminal({ columns: 80, rows: 24 });
  }, [none]);
  const toggleReader = () => {
    setReader(!reader);
    announce(reader ? "Screen reader mode is off." : "Screen reader mode is on: new lines are read out.");
    try {
      localStorage.setItem(READER, reader ? "" : "on");
    } catch {
      // Storage is blocked: the choice holds for this page only.
    }
  };
  return (
    <div className="panel">
      <div className="bar">
        <div role="tablist" aria-label="Terminals" className="tabs" onKeyDown={tabKeys}>
          {terminals.map((terminal) => (
            <button
              key={terminal.id}
              type="button"
              role="tab"
              id={`tab-${terminal.id}`}
              aria-selected={terminal === front}
              aria-controls={`panel-${terminal.id}`}
              tabIndex={terminal === front ? 0 : -1}
              className="tab"
              onClick={() => bench.showTerminal(terminal.id)}
            >
              {bench.info.machines.length > 1 ? <span className="tab-machine">{terminal.machine}:</span> : null}
              {terminal.title || `Terminal ${terminals.indexOf(terminal) + 1}`}
            </button>
          ))}
        </div>
        <div className="bar-tools">
          <NewTerminal
            machines={bench.info.machines.map(({ name }) => name)}
            disabled={!running}
            onOpen={(machine) => void open(machine)}
          />
          {front && terminals.length > 1 ? (
            <button
              type="button"
              className="icon-button"
              onClick={() => client.closeTerminal(front.id)}
              aria-label="Close this terminal"
              title="Close this terminal"
            >
              <X size={16} aria-hidden="true" />
            </button>
          ) : null}
          <button
            type="button"
            className="icon-button"
            aria-pressed={reader}
            onClick={toggleReader}
            aria-label="Screen reader mode"
            title="Screen reader mode: new lines are read out"
          >
            <Accessibility size={16} aria-hidden="true" />
          </button>
          {/* Beside the lab, which would be left otherwise. */}
          <a
            className="icon-button"
            href="/reference/machine/"
            target="_blank"
            rel="noopener"
            aria-label="What this machine can do (opens in a new tab)"
            title="What this machine can do"
          >
            <BookOpen size={15} aria-hidden="true" />
          </a>
        </div>
      </div>
      {terminals.map((terminal) => (
        <div
          key={terminal.id}
          role="tabpanel"
          id={`panel-${terminal.id}`}
          aria-labelledby={`tab-${terminal.id}`}
          className="panel-body"
          hidden={terminal !== front}
        >
          <OneTerminal
            client={client}
            terminal={terminal}
            screenReader={reader}
            focus={terminal === front && view.focus?.value === "terminal" ? view.focus.nonce : undefined}
          />
        </div>
      ))}
      {terminals.length === 0 ? <p className="panel-empty">The machine is starting…</p> : null}
    </div>
  );
}

function OneTerminal(props: { client: LabClient; terminal: TerminalState; screenReader: boolean; focus: number | undefined }) {
  const { client, terminal, screenReader, focus } = props;
  const bench = useBench();
  const [process, setProcess] = useState<TerminalProcess>();
  useEffect(() => setProcess(terminalProcess(client, terminal.id)), [client, terminal.id]);
  if (!process) return null;
  return (
    <Terminal
      process={process}
      label={`Terminal on ${terminal.machine}`}
      screenReader={screenReader}
      focus={focus}
      onAddress={(url) => bench.openAddress(url, terminal.machine)}
    />
  );
}

function remembered(): boolean {
  try {
    return localStorage.getItem(READER) === "on";
  } catch {
    return false;
  }
}
