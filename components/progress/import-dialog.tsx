"use client";
import { useEffect, useId, useRef, useState } from "react";
import type { LabImport } from "../../lib/lab/transfer/import-plan.ts";

interface Props {
  file: string;
  exportedAtMs: number;
  plan: readonly LabImport[];
  titles: Readonly<Record<string, string>>;
  /** With the lessons whose labs are to be taken from the file; undefined: nothing is imported. */
  onClose: (chosen: ReadonlySet<string> | undefined) => void;
}

/** Says what an import would do, and asks about every lab that both sides have. */
export function ImportDialog({ file, exportedAtMs, plan, titles, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [chosen, setChosen] = useState(
    () =>
      new Set(
        plan.filter(({ state, newer }) => state === "new" || (state === "differs" && newer === "theirs")).map(({ lesson }) => lesson),
      ),
  );
  useEffect(() => dialog.current?.showModal(), []);
  const choose = (lesson: string, theirs: boolean) => {
    const next = new Set(chosen);
    if (theirs) next.add(lesson);
    else next.delete(lesson);
    setChosen(next);
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      className="m-auto max-h-[85vh] w-[min(36rem,calc(100vw-2rem))] overflow-auto rounded-lg border border-line-strong bg-raised p-6 text-ink shadow-2xl backdrop:bg-black/40"
      onCancel={(event) => {
        event.preventDefault();
        onClose(undefined);
      }}
    >
      <h2 id={heading} className="font-semibold font-serif text-xl">
        Import {file}
      </h2>
      <p className="mt-3 text-[0.9375rem] leading-relaxed">
        Exported {when(exportedAtMs)}. Finished tasks and answers are added to yours; none is lost.
        {plan.length === 0 ? " It holds no labs." : ""}
      </p>
      <ul className="mt-3 text-[0.9375rem]">
        {plan.map((lab) => (
          <li key={lab.lesson} className="border-line border-t py-3">
            {lab.state === "differs" ? (
              <fieldset>
                <legend className="font-semibold">{titles[lab.lesson] ?? lab.lesson}: which one do you keep?</legend>
                <Choice
                  name={lab.lesson}
                  checked={!chosen.has(lab.lesson)}
                  onChoose={() => choose(lab.lesson, false)}
                  label="What is in this browser"
                  atMs={lab.oursAtMs ?? 0}
                  passed={lab.oursPassed}
                  newer={lab.newer === "ours"}
                />
                <Choice
                  name={lab.lesson}
                  checked={chosen.has(lab.lesson)}
                  onChoose={() => choose(lab.lesson, true)}
                  label="What the file holds"
                  atMs={lab.theirsAtMs}
                  passed={lab.theirsPassed}
                  newer={lab.newer === "theirs"}
                />
              </fieldset>
            ) : (
              <>
                <span className="font-semibold">{titles[lab.lesson] ?? lab.lesson}</span>
                <span className="text-ink-soft">{lab.state === "new" ? " · will be added" : " · is here already"}</span>
              </>
            )}
          </li>
        ))}
      </ul>
      <div className="mt-5 flex justify-end gap-2">
        <button type="button" className="button" onClick={() => onClose(undefined)}>
          Cancel
        </button>
        <button type="button" className="button button-primary" onClick={() => onClose(chosen)}>
          Import
        </button>
      </div>
    </dialog>
  );
}

interface ChoiceProps {
  name: string;
  checked: boolean;
  onChoose: () => void;
  label: string;
  atMs: number;
  passed: number;
  newer: boolean;
}

function Choice({ name, checked, onChoose, label, atMs, passed, newer }: ChoiceProps) {
  return (
    <label className="mt-2 flex items-baseline gap-2">
      <input type="radio" name={`lab:${name}`} checked={checked} onChange={onChoose} />
      <span>
        {label}
        {newer ? " (newer)" : ""}
        <span className="block text-ink-soft text-sm">
          saved {when(atMs)}, {passed === 1 ? "one task" : `${passed} tasks`} done
        </span>
      </span>
    </label>
  );
}

function when(atMs: number): string {
  return new Date(atMs).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}
