"use client";
import { Check, CloudOff, Folder, Globe, Keyboard, ListChecks, RotateCcw, Save, Workflow } from "lucide-react";
import { useState } from "react";
import { useLesson } from "../lesson/lesson-context.tsx";
import { progress } from "../progress/use-progress.ts";
import { announce } from "../ui/announcer.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import type { UpperPanel } from "./bench-store.ts";
import { useBench, useBenchView, useLab } from "./context.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { tabKeys } from "./tab-keys.ts";
import { UndoTools } from "./time/undo-tools.tsx";

const panels: readonly { name: UpperPanel; label: string; Icon: typeof Folder }[] = [
  { name: "files", label: "Files", Icon: Folder },
  { name: "browser", label: "Browser", Icon: Globe },
  { name: "world", label: "World", Icon: Workflow },
  { name: "tasks", label: "Tasks", Icon: ListChecks },
];

/** The head of the bench: its panels, whether work is saved, and what concerns the lab as a whole. */
export function BenchBar({ tabs }: { tabs: boolean }) {
  const bench = useBench();
  const { upper } = useBenchView();
  const hasTasks = useLesson().tasks.length > 0;
  const tasks = useLab((lab) => lab.tasks);
  const running = useLab((lab) => lab.phase === "running");
  const [asking, setAsking] = useState(false);
  const [keys, setKeys] = useState(false);
  const done = tasks.filter((task) => task.status === "passed").length;
  const reset = async () => {
    setAsking(false);
    announce("The lab is starting over.");
    progress.startOver(bench.info.lesson);
    await bench.client
      ?.reset()
      .catch((error: unknown) => announce(`Starting over failed: ${error instanceof Error ? error.message : String(error)}`));
  };
  return (
    <div className="bar">
      {tabs ? (
        <div role="tablist" aria-label="Panels" className="tabs" onKeyDown={tabKeys}>
          {panels
            .filter(({ name }) => name !== "tasks" || hasTasks)
            .map(({ name, label, Icon }) => (
              <button
                key={name}
                type="button"
                role="tab"
                id={`bench-tab-${name}`}
                aria-selected={upper === name}
                aria-controls={`bench-${name}`}
                tabIndex={upper === name ? 0 : -1}
                className="tab"
                onClick={() => bench.show(name)}
              >
                <Icon size={14} aria-hidden="true" />
                {label}
                {name === "tasks" && tasks.length > 0 ? (
                  <span className="tab-count">
                    {done} of {tasks.length}
                  </span>
                ) : null}
              </button>
            ))}
        </div>
      ) : (
        <h1 className="bar-title">Lab</h1>
      )}
      <div className="bar-tools">
        <Saving />
        <UndoTools />
        <button type="button" className="icon-button" onClick={() => setKeys(true)} aria-label="Keys of the lab" title="Keys of the lab">
          <Keyboard size={16} aria-hidden="true" />
        </button>
        <button type="button" className="bar-button" onClick={() => setAsking(true)} disabled={!running}>
          <RotateCcw size={13} aria-hidden="true" /> Start over
        </button>
      </div>
      <ConfirmDialog
        open={asking}
        title="Start this lab over?"
        confirm="Start over"
        onClose={(confirmed) => (confirmed ? void reset() : setAsking(false))}
      >
        Every file and database on the lab's machines goes back to the beginning of the lesson, running programs are stopped, and its tasks
        are open again. This can't be undone.
      </ConfirmDialog>
      <KeysDialog open={keys} onClose={() => setKeys(false)} />
    </div>
  );
}

function Saving() {
  const saving = useLab((lab) => lab.saving);
  const phase = useLab((lab) => lab.phase);
  if (phase !== "running") return null;
  if (saving.state === "off") {
    return (
      <span className="saving saving-off" title={saving.reason}>
        <CloudOff size={13} aria-hidden="true" /> Not saved
      </span>
    );
  }
  return (
    <span className="saving" title="Your work is kept in this browser">
      {saving.state === "saving" ? <Save size={13} aria-hidden="true" /> : <Check size={13} aria-hidden="true" />}
      {saving.state === "saving" ? "Saving…" : "Saved"}
    </span>
  );
}
