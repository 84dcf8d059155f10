import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { CodeBlock } from "../../components/lesson/code-block.tsx";
import { CommandBlock } from "../../components/lesson/command-block.tsx";
import { SiteFooter } from "../../components/ui/site-footer.tsx";
import { attempts, commands, course, type GuideFile, lab, prose, quiz, world } from "../../lib/author/guide/lesson.ts";

export const metadata: Metadata = {
  title: "Write a lesson",
  description: "From an empty folder to a lesson that passes the gate, in twenty minutes.",
};

/** The guide for instructors. Its commands and files are those of lib/author/guide, which a test follows to the letter. */
export default function Teach() {
  return (
    <main id="content" className="mx-auto max-w-[44rem] px-5 pb-24 sm:px-8">
      <h1 className="pt-14 font-semibold font-serif text-4xl tracking-tight sm:text-5xl">Write a lesson</h1>
      <p className="mt-4 font-serif text-ink-soft text-xl leading-relaxed">
        From an empty folder to a lesson that passes the gate, in twenty minutes. You need Markdown, a little YAML and a shell; no
        TypeScript.
      </p>
      <div className="prose mt-10">
        <Part title="What you need" minutes={1}>
          <p>
            A clone of the repository, Node 20.9 or newer, Python 3.9 or newer with pip, and bash or another shell. The first two commands
            below install the packages and build the engine, which takes some minutes once and is not counted here;{" "}
            <code>npm run -s lab -- doctor</code> says what is missing. In VS Code, take the extensions that the repository recommends:
            files are then completed and checked while you write.
          </p>
        </Part>
        <Part title="Make the lesson" minutes={2}>
          <p>In the repository's folder:</p>
          <CommandBlock text={commands.make} bare />
          <p>
            That makes a course, <code>content/harbor/</code>, and in it a small lesson that is already sound: text, world, question and
            attempts, with comments that explain them. A name like <code>harbor/lock-the-till</code> is the lesson's id, which stays for
            ever: readers' progress hangs on it.
          </p>
          <p>
            The course is new, so say what it is about: readers see that on the front page. Each file that is shown here replaces what{" "}
            <code>new</code> has written; the button at its corner copies it.
          </p>
          <File file={course} />
        </Part>
        <Part title="Look at it while you write" minutes={2}>
          <p>In a second terminal:</p>
          <CommandBlock text={commands.preview} bare />
          <p>
            Open the address that it prints; the first page takes up to half a minute. (It has port 3000, or the next that is free;{" "}
            <code>PORT=8080</code> before the command takes another.) What you save from now on shows on that page by itself, most often
            within a second. A mistake is shown at its foot with file, line and remedy, and the page keeps the last good version. When the
            world itself changes, it offers a new start. If you load the page again after that, it asks what shall become of your work:
            choose <em>Start afresh</em>.
          </p>
        </Part>
        <Part title="Write the text" minutes={3}>
          <p>
            Write a lesson of your own: who may read a file. First the text. It names a question and a task that are not there yet, and the
            preview says so.
          </p>
          <File file={prose} />
          <p>
            Lines behind <code>$</code> in a block called <code>console</code> can be run with a click. The gate runs them too, so a text
            can't promise what does not work.
          </p>
        </Part>
        <Part title="Make the world" minutes={4}>
          <p>Take the files and attempts of the first lesson away:</p>
          <CommandBlock text={commands.clear} bare />
          <p>
            What lies in <code>files/laptop/</code> is copied onto the machine <code>laptop</code>. Our till is a file in its user's home,
            so make the folders on the way there:
          </p>
          <File file={world} />
          <p>
            The world and its tasks stand in <code>lab.yaml</code>. A check looks at what <em>is</em>, never at what was typed: every way
            that leads there is right. When it fails, <code>because</code> says what was found, and <code>next</code> what to try. The
            preview now lacks only the question.
          </p>
          <File file={lab} />
        </Part>
        <Part title="Ask a question" minutes={2}>
          <p>Every answer has its reason, the usual wrong ones too: from these one learns.</p>
          <File file={quiz} />
          <p>
            The preview is sound again. It offers a new start, since the machine has other files now. Take it, and do the task yourself.
          </p>
        </Part>
        <Part title="Say what is right and what is wrong" minutes={3}>
          <p>
            How do you know that your checks grade rightly? You try them. A lesson carries attempts: the solution, at least one other way
            that is also right, and at least two that are wrong. A wrong one names the check that must fail, and words that it must say.
            Each is done in a fresh lab. In the solution, <code>task</code> says which task the steps from there on belong to; a reader who
            is stuck can step through them.
          </p>
          {attempts.map((file) => (
            <File key={file.path} file={file} />
          ))}
          <p>
            An attempt in <code>.sh</code> is commands, typed one after the other. One in <code>.json</code> can also answer questions, type
            to programs that ask, open pages and use other machines: <Link href="/teach/fields/#attempt">all steps</Link>. You need not
            write them: do the exercise in your terminal, and what you did becomes an attempt.
          </p>
          <CommandBlock text={commands.record} bare />
        </Part>
        <Part title="Pass the gate" minutes={3}>
          <CommandBlock text={commands.gate} bare />
          <p>
            The gate starts the lab for each attempt and demands that nothing is done at the start, that every right attempt passes
            everything, that each wrong one fails with its own message, and that every command of the text runs. It also looks at links,
            headings, pictures and hints. That takes seconds: it is for while you write. When an attempt does not end as it should, this
            tells of each check at which step it changed, and why:
          </p>
          <CommandBlock text={commands.why} bare />
          <p>At the end, the full gate:</p>
          <CommandBlock text={commands.fullGate} bare />
          <p>
            It also leaves out each command of the solution, and takes back each of its effects, to see whether your checks notice. For this
            lesson that takes a quarter of a minute, for a large one hours. The result is kept beside the lesson; once it is there, the gate
            asks for it again after each change of the lab, and <code>--later "reason"</code> puts that off.
          </p>
          <p>
            Try what a mistake looks like: write <code>image: ubunto</code> in <code>lab.yaml</code> and save. The page and the gate say
            where it is, and ask whether you meant <code>ubuntu</code>.
          </p>
          <p>
            That is all. The lesson is a part of the site from its next build on: <code>{commands.site}</code>. Commit{" "}
            <code>content/harbor/</code>, <code>full-gate.json</code> included.
          </p>
        </Part>
        <h2 id="further">Further</h2>
        <ul>
          <li>
            <Link href="/teach/fields/">What files can hold</Link>: every field, element, kind of check and step, with examples
          </li>
          <li>
            <Link href="/courses/writing-lessons/the-text/">Writing lessons</Link>: a course whose lessons show elements, questions and labs
            at work
          </li>
          <li>
            <Link href="/reference/machine/">What the machines can do</Link>: programs and their options, images, what is not modeled
          </li>
          <li>
            <Link href="/teach/quality/">Quality</Link>: what the gate found in each lesson
          </li>
          <li>
            <Link href="/teach/coverage/">Coverage</Link>: what is taught where
          </li>
          <li>
            Lessons with several machines, Django, nginx or databases to look at: the folders of <code>content/</code>. The larger one that
            is nearest to yours is the best start
          </li>
          <li>
            <code>npm run -s lab -- help</code>: all commands, among them <code>import</code> (Katacoda, TutorialKit, Markdown and slides
            become drafts) and <code>doctor</code> (what is missing on this machine)
          </li>
        </ul>
      </div>
      <SiteFooter />
    </main>
  );
}

function Part({ title, minutes, children }: { title: string; minutes: number; children: ReactNode }) {
  return (
    <>
      <h2>
        {title} <small className="font-normal font-sans text-base text-ink-soft">{minutes} min</small>
      </h2>
      {children}
    </>
  );
}

function File({ file }: { file: GuideFile }) {
  return <CodeBlock code={file.text} lang={file.language} title={file.path} />;
}
