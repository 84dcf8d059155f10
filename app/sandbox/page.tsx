import type { Metadata } from "next";
import { Bench } from "../../components/lab/bench.tsx";
import { LabProvider } from "../../components/lab/context.tsx";
import { LabPreload } from "../../components/lab/lab-preload.tsx";
import { CommandBlock } from "../../components/lesson/command-block.tsx";
import { LessonProvider } from "../../components/lesson/lesson-context.tsx";
import { LessonLayout } from "../../components/lesson/lesson-layout.tsx";
import { sandbox } from "../../lib/content/sandbox.ts";

export const metadata: Metadata = { title: "Sandbox", description: "A machine with a shell and Python, and nothing to do." };

export default function Sandbox() {
  const text = (
    <article className="lesson" data-column>
      <header className="lesson-head">
        <p className="running-head">Sandbox</p>
        <h1>A machine to play with</h1>
        <p className="lesson-summary">
          A shell, Python, pip and an empty home directory. Nothing here is graded, and nothing can be broken for good.
        </p>
      </header>
      <div className="prose">
        <p>
          The machine lives in this browser tab and is saved as you go. It reaches no network but its own: <code>pip</code> installs from an
          index that comes with the site.
        </p>
        <CommandBlock text={"$ python --version\n$ pip install flask"} />
        <p>What listens on a port can be opened in the browser panel. “Start over” brings the empty machine back.</p>
      </div>
    </article>
  );
  return (
    <LessonProvider data={{ lesson: sandbox.lesson, tasks: [], quizzes: [] }}>
      <LabProvider info={{ lesson: sandbox.lesson, definition: "/sandbox/lab.json", machines: sandbox.machines, browser: sandbox.browser }}>
        <LabPreload definition="/sandbox/lab.json" />
        <LessonLayout text={text} bench={<Bench />} />
      </LabProvider>
    </LessonProvider>
  );
}
