"use client";
import { Check, X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { LabClient, SolutionStep, TerminalState } from "../../../lib/lab/types.ts";
import type { TaskInfo } from "../../lesson/lesson-context.tsx";
import { InlineText } from "../../ui/inline-text.tsx";
import { PageEnd } from "../../ui/page-end.tsx";
import { useBench } from "../context.tsx";
import { tabKeys } from "../tab-keys.ts";
import { type TerminalProcess, terminalProcess } from "../terminal/process.ts";
import { Terminal } from "../terminal/terminal.tsx";
import { Comparison } from "./comparison.tsx";
import { type ShownStep, useScratch } from "./use-scratch.ts";

/** The solution of a task, done for real in a copy of the world, one step at a time; then held against the learner's own work. */
export function StepThrough({ task, onClose }: { task: TaskInfo; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const { client, scratch, steps, loaded, done, busy, problem, comparison, next, compare } = useScratch(task.id);
  useEffect(() => dialog.current?.showModal(), []);
  const starting = !loaded || scratch === undefined || scratch.phase === "starting";
  const working = (scratch?.working.length ?? 0) > 0;
  const over = done >= steps.length;
  return (
    <PageEnd>
      <dialog ref={dialog} aria-labelledby={heading} className="step-through" onClose={onClose}>
        <header className="step-through-head">
          <h2 id={heading}>
            Solution: <InlineText text={task.title} />
          </h2>
          <button type="button" className="icon-button" onClick={() => dialog.current?.close()} aria-label="Leave the solution">
            <X size={18} aria-hidden="true" />
          </button>
        </header>
        <p className="step-through-note">
          {scratch?.from === "lab"
            ? "This is a scratch copy of the lab as it began: how yours was when this task began is not known any more, so the steps of earlier tasks come first. Nothing that happens here touches your work."
            : "This is a scratch copy of your lab as it was when this task began. Nothing that happens here touches your work."}
        </p>
        {problem === undefined ? null : (
          <p role="alert" className="step-through-problem">
            This did not work, which is our fault: {problem}
          </p>
        )}
        <div className="step-through-parts">
          <div className="step-through-steps">
            {starting && problem === undefined ? <p className="step-through-note">The copy is being made…</p> : null}
            <ol aria-label="Steps">
              {steps.map((shown, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: steps never change places
                <Step key={index} shown={shown} state={index < done ? "done" : index === done ? "next" : "later"} />
              ))}
            </ol>
            <div className="step-through-tools">
              <button type="button" className="button button-primary" onClick={() => void next()} disabled={busy || starting || over}>
                {over && !starting ? "All steps done" : "Next step"}
              </button>
              <button type="button" className="button" onClick={() => void compare()} disabled={busy || starting}>
                Compare with mine
              </button>
              <span className="step-through-state">{busy && !starting ? "One moment…" : working ? "A command is at work." : ""}</span>
            </div>
          </div>
          {client === undefined || scratch === undefined ? null : <ScratchTerminals client={client} terminals={scratch.terminals} />}
        </div>
        {comparison === undefined ? null : <Comparison comparison={comparison} />}
      </dialog>
    </PageEnd>
  );
}

const words = { done: "Done", next: "Next", later: "" };

function Step({ shown, state }: { shown: ShownStep; state: "done" | "next" | "later" }) {
  const { step, onTheWay } = shown;
  return (
    <li data-state={state} aria-current={state === "next" ? "step" : undefined}>
      <span className="step-where">
        {state === "done" ? <Check size={14} aria-hidden="true" /> : null}
        {words[state] === "" ? null : <strong>{words[state]}</strong>} {whereOf(step)}
        {onTheWay ? " (on the way there)" : ""}
      </span>
      {step.kind === "told" ? <p>{step.text} This is not done here.</p> : <pre>{textOf(step)}</pre>}
    </li>
  );
}

function whereOf(step: SolutionStep): string {
  switch (step.kind) {
    case "run":
    case "interrupt":
      return terminalName(step.terminal);
    case "type":
      return `${terminalName(step.terminal)}, answer`;
    case "write":
      return `write the file ${step.path}${step.machine === undefined ? "" : ` on ${step.machine}`}`;
    case "told":
      return "in the browser";
  }
}

function textOf(step: Exclude<SolutionStep, { kind: "told" }>): string {
  if (step.kind === "run") return step.command;
  if (step.kind === "interrupt") return "Ctrl-C";
  return step.text.replace(/\n$/, "");
}

function terminalName(id: string): string {
  return id.replace(/^t(?=\d+$)/, "terminal ");
}

/** The terminals of the scratch copy. They are real, and can be typed in. */
function ScratchTerminals({ client, terminals }: { client: LabClient; terminals: readonly TerminalState[] }) {
  const [chosen, setChosen] = useState<string>();
  const latest = terminals.at(-1);
  const front = terminals.find(({ id }) => id === chosen) ?? latest;
  if (front === undefined) return <p className="step-through-empty">A terminal opens here with the first step.</p>;
  return (
    <div className="step-through-terminals">
      <div role="tablist" aria-label="Terminals of the scratch copy" className="tabs bar" onKeyDown={tabKeys}>
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
            onClick={() => setChosen(terminal.id)}
          >
            <span className="tab-machine">{terminal.machine}:</span> {terminal.title}
          </button>
        ))}
      </div>
      {terminals.map((terminal) => (
        <div
          key={terminal.id}
          role="tabpanel"
          id={`panel-${terminal.id}`}
          aria-labelledby={`tab-${terminal.id}`}
          className="step-through-terminal"
          hidden={terminal !== front}
        >
          <ScratchTerminal client={client} terminal={terminal} />
        </div>
      ))}
    </div>
  );
}

function ScratchTerminal({ client, terminal }: { client: LabClient; terminal: TerminalState }) {
  const bench = useBench();
  const [process, setProcess] = useState<TerminalProcess>();
  useEffect(() => setProcess(terminalProcess(client, terminal.id)), [client, terminal.id]);
  if (!process) return null;
  return (
    <Terminal
      process={process}
      label={`Scratch terminal on ${terminal.machine}`}
      screenReader={false}
      focus={undefined}
      onAddress={(url) => bench.openAddress(url, terminal.machine)}
    />
  );
}
