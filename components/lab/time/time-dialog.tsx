"use client";
import { useEffect, useId, useRef, useState } from "react";
import { useLesson } from "../../lesson/lesson-context.tsx";
import { announce } from "../../ui/announcer.tsx";
import { PageEnd } from "../../ui/page-end.tsx";
import { useBench, useLab } from "../context.tsx";
import { BackToTask } from "./back-to-task.tsx";
import { EarlierWork } from "./earlier-work.tsx";
import { lastingWords } from "./lasting-words.ts";
import { useTime } from "./use-time.ts";

/** Everything that was done, the latest first, each a place to go back to; what was undone; and where tasks began. */
export function TimeDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const { tasks } = useLesson();
  const { time, busy, problem, go } = useTime();
  const bench = useBench();
  const own = useLab((lab) => lab.ownEnd);
  const [sure, setSure] = useState(false);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const undo = async (step: number) => {
    if (await go((client) => client.undo(step))) onClose();
  };
  const redo = async () => {
    if (await go((client) => client.redo())) onClose();
  };
  const startFromOwn = async () => {
    if (!sure) return setSure(true);
    setSure(false);
    onClose();
    announce("The lab starts over, from your own end of the lesson before.");
    await bench.client
      ?.reset({ from: "own end" })
      .catch((error: unknown) => announce(error instanceof Error ? error.message : String(error)));
  };
  const [again] = time.redo;
  const starts = tasks.filter((task) => time.starts.some((start) => start.task === task.id));
  return (
    <PageEnd>
      <dialog
        ref={dialog}
        aria-labelledby={heading}
        onClose={onClose}
        className="time-dialog m-auto w-[min(34rem,calc(100vw-2rem))] rounded-lg border border-line-strong bg-raised p-6 text-ink shadow-2xl backdrop:bg-black/40"
      >
        <h2 id={heading} className="font-semibold font-serif text-xl">
          Going back
        </h2>
        <p className="mt-2 text-sm leading-relaxed">
          Files, databases and programs become again what they were. What listened is started again; other programs that ran are not. Each
          shell is again in its folder, with its variables, functions and aliases, so a virtual environment is active as it was.
        </p>
        <h3 className="mt-4 font-semibold text-sm">Done so far, the latest first</h3>
        {time.undo.length === 0 ? (
          <p className="mt-1 text-ink-soft text-sm">Nothing that could be undone.</p>
        ) : (
          <ol className="time-steps" aria-label="Steps, the latest first">
            {time.undo.map((step, index) => (
              <li key={step.id}>
                <code>{step.text}</code>
                <button
                  type="button"
                  className="button"
                  disabled={busy}
                  aria-label={index === 0 ? `Undo ${step.text}` : `Undo ${step.text} and what came after it`}
                  onClick={() => void undo(step.id)}
                >
                  {index === 0 ? "Undo" : `Undo these ${index + 1}`}
                </button>
              </li>
            ))}
          </ol>
        )}
        {again === undefined ? null : (
          <p className="time-again">
            <span>
              Undone: <code>{again.text}</code>
            </span>
            <button type="button" className="button" disabled={busy} aria-label={`Do ${again.text} again`} onClick={() => void redo()}>
              Do it again
            </button>
          </p>
        )}
        <p className="mt-2 text-ink-soft text-sm">
          Not brought back: what a program held in memory, options of the shell (<code>set</code>, <code>shopt</code>) and its jobs.{" "}
          {lastingWords(time.lasting)}
        </p>
        {starts.length === 0 ? null : (
          <>
            <h3 className="mt-4 font-semibold text-sm">Where tasks began</h3>
            <ul className="time-steps">
              {starts.map((task) => (
                <li key={task.id}>
                  <span>{task.title}</span>
                  <BackToTask task={task.id} title={task.title} short onDone={onClose} />
                </li>
              ))}
            </ul>
          </>
        )}
        {own === undefined ? null : (
          <>
            <h3 className="mt-4 font-semibold text-sm">Where this lab starts</h3>
            <p className="time-again">
              <span>
                It starts from the end of “{own.title}”, as its solution leaves it. You have finished that lesson here: the lab can start
                from your own end of it instead. What you have done in this lab so far is deleted then.
              </span>
              <button type="button" className="button" disabled={busy} onClick={() => void startFromOwn()}>
                {sure ? "Delete and start" : "Start from mine"}
              </button>
            </p>
          </>
        )}
        {open ? <EarlierWork /> : null}
        {problem === undefined ? null : (
          <p role="alert" className="mt-3 text-sm">
            {problem}
          </p>
        )}
        <div className="mt-5 flex justify-end">
          <button type="button" className="button" onClick={onClose}>
            Close
          </button>
        </div>
      </dialog>
    </PageEnd>
  );
}
