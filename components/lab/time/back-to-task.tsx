"use client";
import { History } from "lucide-react";
import { useState } from "react";
import { useLesson } from "../../lesson/lesson-context.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { useLab } from "../context.tsx";
import { useTime } from "./use-time.ts";

interface Props {
  readonly task: string;
  readonly title: string;
  /** In a list that names the task beside it. */
  readonly short?: boolean;
  readonly onDone?: () => void;
}

/** So many of the steps that are taken back are named. */
const NAMED = 5;

/** Puts the lab back to how it was when the task began; says first what is taken back by that. Nothing to show while that is not known. */
export function BackToTask({ task, title, short = false, onDone }: Props) {
  const { time, busy, go } = useTime();
  const { tasks } = useLesson();
  const passed = useLab((lab) => lab.tasks);
  const [asking, setAsking] = useState(false);
  const start = time.starts.find((each) => each.task === task);
  if (start === undefined) return null;
  const lost = time.undo.filter((step) => step.id >= start.firstStep);
  const reopened = passed.filter(({ id, status }) => status === "passed" && !start.passed.includes(id));
  const names = reopened.map(({ id }) => tasks.find((each) => each.id === id)?.title ?? id);
  if (!short && lost.length === 0 && reopened.length === 0) return null;
  const close = async (confirmed: boolean) => {
    setAsking(false);
    if (confirmed && (await go((client) => client.backToTask(task)))) onDone?.();
  };
  return (
    <>
      <button
        type="button"
        className={short ? "button" : "button task-back"}
        disabled={busy}
        aria-haspopup="dialog"
        aria-label={`Go back to the start of the task ${title}`}
        onClick={() => setAsking(true)}
      >
        <History size={14} aria-hidden="true" /> {short ? "Go back" : "Go back to the start of this task"}
      </button>
      <ConfirmDialog
        open={asking}
        title={`Go back to the start of “${title}”?`}
        confirm="Go back"
        onClose={(confirmed) => void close(confirmed)}
      >
        <p>Files, databases and programs become what they were when this task became open.</p>
        {lost.length === 0 ? null : (
          <>
            <p className="mt-2">
              {lost.length === 1 ? "One step is taken back:" : `${lost.length} steps are taken back, the latest first:`}
            </p>
            <ul className="mt-1 list-disc pl-5">
              {lost.slice(0, NAMED).map((step) => (
                <li key={step.id}>
                  <code>{step.text}</code>
                </li>
              ))}
              {lost.length > NAMED ? <li>and {lost.length - NAMED} more</li> : null}
            </ul>
          </>
        )}
        {names.length === 0 ? null : <p className="mt-2">Open again: {names.join("; ")}.</p>}
        <p className="mt-2">This itself can be undone.</p>
      </ConfirmDialog>
    </>
  );
}
