import { describe, expect, it } from "vitest";
import { compileProse, readProse } from "./compile.ts";
import { splitFrontmatter } from "./frontmatter.ts";
import type { ProseContext } from "./prose.ts";

const context: ProseContext = {
  file: "lesson.mdx",
  tasks: ["migrate"],
  quizzes: ["which"],
  calculators: ["bill"],
  video: () => undefined,
  machines: ["laptop"],
  terms: [{ id: "static-server", term: "static server", also: [], text: "Sends files." }],
  picture: (path) => (path === "pictures/a.svg" ? undefined : "There is no such file."),
};

function problems(text: string): string[] {
  return readProse(text, context).problems.map((problem) => `${problem.line} ${problem.message}`);
}

describe("prose", () => {
  it.each([
    ["import x from 'node:fs'", "`import` and `export` are not allowed"],
    ["export const x = 1", "`import` and `export` are not allowed"],
    ["a {process.env.HOME} b", "`{process.env.HOME}` is code."],
    ["{(() => fetch('/'))()}", "is code"],
    ["{[1, x]}", "is code"],
    ["a {`a`}", "is code"],
    ["<Note {...props}>a</Note>", "spreading is not allowed"],
    ['First <Task id="migrate" /> then', "<Task> stands in the midst of a sentence"],
    ["see <Note>a</Note>", "<Note> stands in the midst of a sentence"],
    ["<script>alert(1)</script>", "<script>: no such element"],
    ["<iframe src='https://a.example' />", "<iframe>: no such element"],
    ["<style>a</style>", "<style>: no such element"],
    ["<div>a</div>", "<div>: no such element"],
    ["<constructor />", "<constructor>: no such element"],
    ["<Note onClick='x'>a</Note>", "<Note onClick>: no such attribute"],
    ["<Note title={alert(1)}>a</Note>", "code is not allowed"],
    ["<Note title={<b/>}>a</Note>", "code is not allowed"],
    ["<Note title={/x/}>a</Note>", "code is not allowed"],
    ["<kbd style='x'>a</kbd>", "no such attribute"],
    ["[a](javascript:alert(1))", "is not allowed"],
    ["[a](JaVaScRiPt:alert)", "is not allowed"],
    ["[a](java&#x73;cript:alert)", "is not allowed"],
    ["[a](data:text/html,x)", "is not allowed"],
    ["[a](//evil.example)", "is not allowed"],
    ["[a][1]\n\n[1]: vbscript:x", "is not allowed"],
    ["![a](https://evil.example/a.png)", "can't be shown"],
    ["![a](../secret.svg)", "can't be shown"],
    ["<Diagram src='https://a.example/a.svg' alt='a' />", "can't be shown"],
    ["<Task id='migrat' />", "no task in lab.yaml called `migrat`"],
    ["<Quiz id='x' />", "no quiz"],
    ["<Calculator id='bil' />", "no calculator"],
    ["<Term>nothing</Term>", "is not in the glossary"],
    ["# Title", "no heading of the first level"],
  ])("refuses %j", (text, message) => {
    expect(problems(`\nsome text\n\n${text}`).join("\n")).toContain(message);
    expect(problems(`\nsome text\n\n${text}`)[0]).toMatch(/^[4-6] /);
  });

  it("gives an unclosed element's line and a remedy", () => {
    expect(readProse("a\n\n<Note>\n\ntext", context).problems[0]).toMatchObject({ line: 3, file: "lesson.mdx" });
  });

  it("takes everything an author needs", async () => {
    const text = [
      "## What it is",
      "A <Term>static server</Term> [links](https://example.org) and [goes](../other#x), {/* a comment */} <kbd>Ctrl</kbd>.",
      "## What it is",
      "<Task id='migrate' />",
      "<Note title={'quoted'}>\n\n- a list\n\n</Note>",
      "| a | b |\n|---|---|\n| 1 | 2 |",
      '```console until="Quit the server" terminal=t2\n$ cat > a <<END\n> text\n> END\n$ python manage.py runserver\nQuit the server\n```',
      "```python\nprint('{x}')\n```",
      "<Diagram src='pictures/a.svg' alt='what it says' />",
    ].join("\n\n");
    const { code, facts } = await compileProse(text, context);
    expect(facts.headings).toEqual([
      { depth: 2, id: "what-it-is", text: "What it is" },
      { depth: 2, id: "what-it-is-2", text: "What it is" },
    ]);
    expect(facts.consoles[0]).toMatchObject({
      commands: ["cat > a <<END\ntext\nEND", "python manage.py runserver"],
      until: "Quit the server",
      terminal: "t2",
      exit: 0,
    });
    expect([...facts.terms].map((term) => term.id)).toEqual(["static-server"]);
    expect(code).toContain("static-server");
    expect(code).toContain("CodeBlock");
  });
});

describe("frontmatter", () => {
  it("keeps the lines of the text below it, and leaves nothing for the bundler to evaluate", async () => {
    expect(splitFrontmatter("---\na: 1\n---\ntext")).toEqual({ frontmatter: "a: 1\n", body: "\n\n\ntext" });
    const hostile = splitFrontmatter("---js\nglobalThis.leaked = true\n---\ntext");
    expect(hostile.frontmatter).toBeUndefined();
    await compileProse(hostile.body, context).catch(() => undefined);
    expect("leaked" in globalThis).toBe(false);
  });
});
