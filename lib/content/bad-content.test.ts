import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { readLibrary, soundPart } from "./load.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const front = (id: string): string => `---\nid: ${id}\ntitle: A lesson\nsummary: A summary.\nminutes: 5\nobjectives:\n  - Do it.\n---\n\n`;
const soundLab = `machines:
  laptop: { image: ubuntu }
tasks:
  - id: greet
    title: Greet
    checks:
      - { id: file, file: ~/note, contains: hello, because: There is none., next: Write it. }
`;
const soundProse = `${front("course/bad")}<Task id="greet" />\n`;

/** A library of two lessons: one that is sound, and one with these files over sound ones; a link's target begins with "-> ". */
function libraryWith(files: Readonly<Record<string, string>>) {
  const above = mkdtempSync(join(tmpdir(), "bad-content-"));
  folders.push(above);
  const root = join(above, "content");
  const write = (path: string, text: string): void => {
    const file = join(root, "course", path);
    mkdirSync(dirname(file), { recursive: true });
    if (text.startsWith("-> ")) symlinkSync(text.slice(3), file);
    else writeFileSync(file, text);
  };
  write("course.yaml", "title: Course\nsummary: A course.\nteaches:\n  - Something.\norder: 1\nlessons:\n  - good\n  - bad\n");
  write("good/lesson.mdx", `${front("course/good")}<Task id="greet" />\n`);
  write("good/lab.yaml", soundLab);
  for (const [path, text] of Object.entries({ "lesson.mdx": soundProse, "lab.yaml": soundLab, ...files })) write(`bad/${path}`, text);
  const library = readLibrary(root);
  const said = library.problems.map(({ file, line, message, remedy }) => `${file}:${line}: ${message} ${remedy}`);
  return { library, said };
}

const prose = (text: string) => ({ "lesson.mdx": `${soundProse}\n${text}\n` });
const lab = (text: string) => ({ "lab.yaml": text });
const check = (text: string) => lab(soundLab.replace("contains: hello", text));

it("has nothing to say of sound lessons", () => {
  expect(libraryWith({}).said).toEqual([]);
});

// Each with the line at which it stands and a part of what is said.
it.each<[string, Readonly<Record<string, string>>, string, string]>([
  ["a tab for indentation", lab("machines:\n\tlaptop: { image: ubuntu }\n"), "lab.yaml:2", "Indent with spaces"],
  ["a key twice", lab(`${soundLab}tasks: []\n`), "lab.yaml:8", "The same key stands twice"],
  ["a wrong type", lab(soundLab.replace("title: Greet", "title: [1]")), "lab.yaml:5", "`title` must be text, not a list"],
  ["an unknown field", lab(soundLab.replace("    title", "    titel")), "lab.yaml:5", "Did you mean `title`?"],
  ["an unknown machine", check("contains: hello, on: labtop"), "lab.yaml:7", "Did you mean `laptop`?"],
  ["10 MB of YAML", lab(`${soundLab}# ${"x".repeat(10_000_000)}\n`), "lab.yaml:1", "too large"],
  ["a file of YAML that is no YAML at all", lab("\u0000\u0001{{{"), "lab.yaml:1", ""],
  [
    "anchors that expand without end",
    lab(
      `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefgh"].map((name, at) => `${name}: &${name} [${`*${"abcdefg"[at]}, `.repeat(9)}]\n`).join("")}`,
    ),
    "lab.yaml:1",
    "expand to too much",
  ],
  ["an alias that nobody made", lab("machines: *nobody\n"), "lab.yaml:1", "Write out what the alias"],
  ["lists nested without end", lab(`machines: ${"[".repeat(20_000)}`), "lab.yaml:1", ""],
  ["MDX that does not compile", prose("<Note>open"), "lesson.mdx:12", "Close every element"],
  ["an image that is missing", prose("![the way of a request](pictures/none.svg)"), "lesson.mdx:12", "There is no file"],
  [
    "an id that another lesson has",
    { "lesson.mdx": soundProse.replace("course/bad", "course/good") },
    "lesson.mdx:2",
    "has the id `course/good` already",
  ],
  ["frontmatter without an end", { "lesson.mdx": "---\nid: course/bad\n" }, "lesson.mdx:1", "no frontmatter"],
  [
    "a question with two right answers",
    {
      "quiz.yaml":
        "- id: q\n  question: Why?\n  options:\n    - { id: a, text: A, right: true, why: yes it is }\n    - { id: b, text: B, right: true, why: no it is not }\n",
    },
    "quiz.yaml:4",
    "2 right answers",
  ],
])("says of %s where it is and what to do, and keeps the other lesson", (_what, files, place, part) => {
  const { library, said } = libraryWith(files);
  expect(said.join("\n")).toContain(`content/course/bad/${place}`);
  expect(said.join("\n")).toContain(part);
  expect(library.lessons.get("course/good")?.lab?.tasks).toHaveLength(1);
  expect(said.filter((line) => line.includes("course/good/lesson.mdx:") && !line.includes("course/bad"))).toEqual([]);
});

it("does not report what only follows from a mistake", () => {
  const quiz =
    "- id: why\n  question: Why?\n  options:\n    - { id: a, text: A, right: true, why: yes it is }\n    - { id: b, text: B, why: no }\n";
  const asked = soundLab.replace("    checks:", "    checks:\n      - { id: why, quiz: why, because: It is wrong., next: Think. }");
  const both = { "lesson.mdx": `${soundProse}\n<Quiz id="why" />\n`, "lab.yaml": asked };
  expect(libraryWith({ ...both, "quiz.yaml": quiz }).said).toEqual([]);
  expect(libraryWith({ ...both, "quiz.yaml": quiz.replace("question", "qestion") }).said).toEqual([
    "content/course/bad/quiz.yaml:2: `qestion`: no such key here. Did you mean `question`?",
  ]);
  expect(libraryWith({ "lesson.mdx": soundProse.replace("<Task", "<Note>\n\n<Task") }).said).toEqual([
    expect.stringContaining("This can't be read as MDX"),
  ]);
});

it("builds the site without a lesson that has mistakes, and with the others", () => {
  const sound = soundPart(libraryWith(prose("<Note>open")).library);
  expect(sound.problems).toEqual([]);
  expect([...sound.lessons.keys()]).toEqual(["course/good"]);
  expect(sound.courses.map(({ lessons }) => lessons.map(({ id }) => id))).toEqual([["course/good"]]);
});

// Authors' files that try to run code, or to reach out of the lab. Each must be refused.
it.each<[string, Readonly<Record<string, string>>]>([
  ["an expression in the prose", prose("{process.exit(1)}")],
  ["an expression in an attribute", prose('<Note title={globalThis.fetch("/")}>x</Note>')],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the author writes
  ["a call in a template literal", prose("{`${alert(1)}`}")],
  ["an import", prose('import fs from "node:fs"')],
  ["an export", prose("export const x = (() => process.exit(1))()")],
  ["a spread", prose("<Note {...globalThis}>x</Note>")],
  ["an event attribute", prose('<Note onClick="alert(1)">x</Note>')],
  ["a script", prose("<script>alert(1)</script>")],
  ["a frame", prose('<iframe src="https://evil.test/" />')],
  ["a style sheet", prose("<style>{`body { display: none }`}</style>")],
  ["a link that is a script", prose("[x](javascript:alert(1))")],
  ["a link that is a script in entities", prose("[x](&#106;avascript&colon;alert(1))")],
  ["a definition that is a script", prose("[x][y]\n\n[y]: javascript:alert(1)")],
  ["a link to data", prose("[x](data:text/html,<b>x</b>)")],
  ["a link to another host without its scheme", prose("[x](//evil.test/)")],
  ["a picture from elsewhere", prose("![a picture of it](https://evil.test/x.svg)")],
  ["a picture from another folder", prose("![a picture of it](../../../../etc/passwd.svg)")],
  ["a picture with a script", { ...prose("![a picture of it](x.svg)"), "x.svg": "<svg onload='alert(1)'></svg>" }],
  ["an element called like a method of every object", prose("<constructor />")],
  ["an element that is a member", prose("<globalThis.alert />")],
  ["a browser pane with a script for an address", prose('<Browser url="javascript:alert(1)">x</Browser>')],
  ["frontmatter in JavaScript", { "lesson.mdx": "---js\n{ id: process.exit(1) }\n---\n" }],
  ["a tag of JavaScript's", lab(`${soundLab}x: !!js/function 'function () { process.exit(1) }'\n`)],
  ["a key that is every object's prototype", lab(`${soundLab}__proto__: { polluted: true }\n`)],
  ["a machine called __proto__", lab(soundLab.replace("laptop:", "__proto__:"))],
  ["names of DNS that are a prototype's", lab(`${soundLab}dns: { constructor: laptop }\n`)],
  ["a pattern that never comes to an end", check("matches: '(a+)+$', wanted: letters")],
  ["a pattern in the prose that never comes to an end", prose('```console until="(.*)*x"\n$ ls\n```')],
  ["a lab that is a link out of the folder", lab("-> /etc/passwd")],
  ["a file that is a link out of the folder", { "files/laptop/home/learner/x": "-> /etc/passwd" }],
  ["a machine's files that are a link out of the folder", { "files/laptop": "-> /etc" }],
  ["an attempt that is a link out of the folder", { "attempts/solution.sh": "-> /etc/passwd" }],
])("refuses %s", (_what, files) => {
  const { library, said } = libraryWith(files);
  expect(said.length).toBeGreaterThan(0);
  for (const line of said) {
    expect(line).toContain("course/bad");
    expect(line).not.toContain("root:x:0");
  }
  expect(library.lessons.get("course/good")?.lab).toBeDefined();
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});
