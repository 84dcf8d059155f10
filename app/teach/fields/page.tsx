import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { CodeBlock } from "../../../components/lesson/code-block.tsx";
import { FieldGroups } from "../../../components/teach/field-groups.tsx";
import { InlineText } from "../../../components/ui/inline-text.tsx";
import { SiteFooter } from "../../../components/ui/site-footer.tsx";
import { components } from "../../../lib/content/components.ts";
import { consoleOptions } from "../../../lib/content/console-block.ts";
import { fieldGroups } from "../../../lib/content/editor/field-groups.ts";
import { type EditorSchema, editorSchemas } from "../../../lib/content/editor/schemas.ts";

export const metadata: Metadata = {
  title: "What files can hold",
  description: "Every field of a lesson's files, every element of its text and every kind of check and step, with examples.",
};

/** In the order in which an author meets them. */
const files: readonly { readonly name: EditorSchema["name"]; readonly title: string; readonly text: ReactNode }[] = [
  { name: "lesson", title: "lesson.mdx: what stands above the text", text: "Between two lines of three dashes." },
  {
    name: "lab",
    title: "lab.yaml: the world and its tasks",
    text: (
      <>
        What lies in <code>files/&lt;machine&gt;/</code> is copied onto that machine when the lab starts. A check never changes the world: a{" "}
        <code>run</code> check has a throw-away copy of it.
      </>
    ),
  },
  { name: "quiz", title: "quiz.yaml: questions", text: "A list; a lesson may have questions without a lab." },
  {
    name: "attempt",
    title: "attempts: what is right and what is wrong",
    text: (
      <>
        One is called <code>solution</code>, the others <code>also-right-…</code> and <code>wrong-…</code>. As <code>.json</code>, an
        attempt has what stands below. As <code>.sh</code>, it is a list of commands, typed line by line into the lab's first terminal;
        comments say what are fields in JSON: <code># fails: task/check</code> and <code># says: text</code> at the top, and before a
        command <code># task: id</code> or <code># optional: reason</code>. <code>npm run -s lab -- record &lt;lesson&gt;</code> writes an
        attempt while you do the exercise.
      </>
    ),
  },
  { name: "calculators", title: "calculators.yaml: tables to try numbers in", text: "A list." },
  {
    name: "course",
    title: "course.yaml: a course",
    text: "In the course's folder. A lesson that is not in its list is a mistake, and so is a name without a folder.",
  },
  { name: "glossary", title: "glossary.yaml: words that are explained", text: "In content/, for all courses." },
];

const folder = `content/<course>/
  course.yaml              the course: its title, and its lessons in order
  <lesson>/
    lesson.mdx             the text
    lab.yaml               the world, its tasks and checks
    quiz.yaml              questions
    files/<machine>/…      copied onto the machine
    pictures/…             SVG files, for <Diagram>
    attempts/solution.sh   or .json; beside it also-right-…, wrong-…
    attempts/survivors.yaml  what no check need notice, and why
    full-gate.json         written by the full gate`;

export default function Fields() {
  const schemas = new Map(editorSchemas().map(({ name, schema }) => [name, schema]));
  return (
    <main id="content" className="mx-auto max-w-[52rem] px-5 pb-24 sm:px-8">
      <h1 className="pt-14 font-semibold font-serif text-4xl tracking-tight sm:text-5xl">What files can hold</h1>
      <p className="mt-4 font-serif text-ink-soft text-xl leading-relaxed">
        Every field, element, kind of check and step, with an example of each. It is made from what your files are checked with, so it can't
        be out of date. The first lesson is in{" "}
        <Link href="/teach/" className="underline">
          the guide
        </Link>
        ; the course{" "}
        <Link href="/courses/writing-lessons/the-text/" className="underline">
          Writing lessons
        </Link>{" "}
        shows elements and questions at work.
      </p>
      <div className="mt-8 leading-relaxed [&_a]:underline [&_code]:font-mono [&_code]:text-[0.875rem] [&_code]:[font-variant-ligatures:none]">
        <CodeBlock code={folder} title="A lesson's folder" />
        <nav aria-label="Files" className="mt-6">
          <ul>
            <li>
              <a href="#elements">lesson.mdx: the text</a>
            </li>
            {files.map(({ name, title }) => (
              <li key={name}>
                <a href={`#${name}`}>{title}</a>
              </li>
            ))}
          </ul>
        </nav>
        <Elements />
        {files.map(({ name, title, text }) => (
          <section key={name} aria-labelledby={name} className="mt-14">
            <h2 id={name} className="font-semibold font-serif text-2xl">
              {title}
            </h2>
            <p className="mt-2">
              {text} For editors elsewhere: <a href={`/schema/${name}.json`}>{name}.json</a>.
            </p>
            <FieldGroups file={name} groups={fieldGroups(schemas.get(name) ?? {})} notation={name === "attempt" ? "json" : "yaml"} />
          </section>
        ))}
      </div>
      <SiteFooter />
    </main>
  );
}

function Elements() {
  return (
    <section aria-labelledby="elements" className="mt-14">
      <h2 id="elements" className="font-semibold font-serif text-2xl">
        lesson.mdx: the text
      </h2>
      <p className="mt-2">
        Markdown, with headings from <code>##</code> on, and these elements. There are no imports, scripts or expressions; a brace that is
        meant as text is written <code>\{"{"}</code>.
      </p>
      <dl className="mt-4 grid gap-x-6 border-line border-t sm:grid-cols-[9rem_1fr]">
        {Object.entries(components).map(([name, { about, example, attributes, required }]) => (
          <Element
            key={name}
            name={name}
            about={about}
            example={example}
            attributes={Object.entries(attributes).map(([each, type]) => ({ name: each, type, isNeeded: required.includes(each) }))}
          />
        ))}
      </dl>
      <h3 id="console" className="mt-8 font-semibold">
        A session at the terminal
      </h3>
      <p className="mt-1">
        A block of code with the language <code>console</code>: lines behind <code>$ </code> are commands, <code>&gt; </code> goes on with
        one, everything else is what the computer says. The gate runs the commands from top to bottom in one lab and demands that each ends
        well. Behind the word <code>console</code> can stand:
      </p>
      <dl className="mt-2 grid gap-x-6 border-line border-t sm:grid-cols-[13rem_1fr]">
        {Object.entries(consoleOptions).map(([name, { about, example }]) => (
          <div key={name} className="contents">
            <dt className="pt-2 sm:border-line sm:border-b sm:pb-2">
              <code className="font-semibold">{name}</code>
            </dt>
            <dd className="border-line border-b pb-2 sm:pt-2">
              <InlineText text={about} />
              <code className="mt-1 block text-ink-soft">{example}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface ElementProps {
  name: string;
  about: string;
  example: string;
  attributes: readonly { readonly name: string; readonly type: string; readonly isNeeded: boolean }[];
}

function Element({ name, about, example, attributes }: ElementProps) {
  return (
    <>
      <dt className="pt-2 sm:border-line sm:border-b sm:pb-2">
        <code className="font-semibold">{name}</code>
      </dt>
      <dd className="min-w-0 border-line border-b pb-2 sm:pt-2">
        <InlineText text={about} />
        {attributes.length === 0 ? null : (
          <span className="block text-ink-soft text-sm">
            {attributes.map(({ name: each, isNeeded }) => `${each}${isNeeded ? " (needed)" : ""}`).join(", ")}
          </span>
        )}
        <pre className="mt-1 whitespace-pre-wrap text-ink-soft [overflow-wrap:anywhere]">
          <code>{example}</code>
        </pre>
      </dd>
    </>
  );
}
