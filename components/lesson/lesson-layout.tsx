"use client";
import { BookOpen, Folder, Globe, ListChecks, SquareTerminal, Workflow } from "lucide-react";
import type { ReactNode } from "react";
import type { Panel } from "../lab/bench-store.ts";
import { useBench, useBenchView, useLab } from "../lab/context.tsx";
import { Divider } from "./divider.tsx";
import { useLesson } from "./lesson-context.tsx";

const tabs: readonly { panel: Panel; label: string; Icon: typeof BookOpen }[] = [
  { panel: "read", label: "Read", Icon: BookOpen },
  { panel: "terminal", label: "Terminal", Icon: SquareTerminal },
  { panel: "files", label: "Files", Icon: Folder },
  { panel: "browser", label: "Browser", Icon: Globe },
  { panel: "world", label: "World", Icon: Workflow },
  { panel: "tasks", label: "Tasks", Icon: ListChecks },
];

/** Text and bench side by side; on a phone one of them at a time. */
export function LessonLayout({ text, bench }: { text: ReactNode; bench: ReactNode }) {
  const { panel } = useBenchView();
  return (
    <main className="lesson-layout" data-panel={panel}>
      <div id="content" className="lesson-text" tabIndex={-1} data-region="text">
        {text}
      </div>
      <Divider />
      {bench}
      <PanelTabs />
    </main>
  );
}

function PanelTabs() {
  const bench = useBench();
  const { panel } = useBenchView();
  const tasks = useLab((lab) => lab.tasks);
  const hasTasks = useLesson().tasks.length > 0;
  const done = tasks.filter((task) => task.status === "passed").length;
  return (
    <nav className="panel-tabs" aria-label="Parts of the lesson">
      {tabs
        .filter((tab) => tab.panel !== "tasks" || hasTasks)
        .map(({ panel: name, label, Icon }) => (
          <button key={name} type="button" aria-pressed={panel === name} onClick={() => bench.show(name)}>
            <Icon size={18} aria-hidden="true" />
            <span>
              {label}
              {name === "tasks" && tasks.length > 0 ? ` ${done}/${tasks.length}` : ""}
            </span>
          </button>
        ))}
    </nav>
  );
}
