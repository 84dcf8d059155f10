"use client";
import type { TaskInfo } from "../lesson/lesson-context.tsx";
import { announce } from "../ui/announcer.tsx";
import { useBench } from "./context.tsx";
import { hintLayer } from "./task-status.ts";

interface Props {
  task: TaskInfo;
  /** How many are open. */
  open: number;
}

/** Opens the next hint, and says beforehand how much that gives away. */
function HintButton({ task, open, offered }: Props & { offered: boolean }) {
  const bench = useBench();
  const total = task.hints.length;
  if (!offered || open >= total) return null;
  const layer = hintLayer(open, total);
  const ask = () => {
    bench.openHint(task.id);
    announce(`Hint ${open + 1} of ${total} is open: ${layer}.`);
  };
  return (
    <button type="button" className="button" onClick={ask}>
      {open === 0 ? "Give me a hint" : "Next hint"}{" "}
      <span className="text-ink-soft">
        {open + 1} of {total}: {layer}
      </span>
    </button>
  );
}

/** The hints that are open, each with what it is: they go from a nudge to the command. */
function HintList({ task, open }: Props) {
  if (open === 0) return null;
  return (
    <ol className="task-hints" aria-label="Hints">
      {task.hints.slice(0, open).map((hint, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: hints never change places
        <li key={index}>
          <span className="hint-layer">{hintLayer(index, task.hints.length)}</span>
          <div>{hint}</div>
        </li>
      ))}
    </ol>
  );
}

export const TaskHints = { Button: HintButton, List: HintList };
