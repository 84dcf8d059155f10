import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { afterEach, expect, it } from "vitest";
import { compileProse } from "../../content/compile.ts";
import { readLibrary } from "../../content/load.ts";
import { importLessons } from "../commands/import.ts";
import { readAttempts } from "../gate/attempts.ts";
import { AssetPattern } from "./asset-pattern.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Imports files given as text, packed as a stranger would send them; gives what the library then holds. */
async function imported(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), "import-"));
  folders.push(root);
  const archive = join(root, "lesson.tar.gz");
  const entries = Object.entries(files).map(([name, text]) => ({
    header: { name, size: new TextEncoder().encode(text).length, type: "file" as const },
    body: text,
  }));
  writeFileSync(archive, gzipSync(await packTar(entries)));
  const content = join(root, "content");
  const status = await importLessons([archive, "--course", "drafts"], content);
  const library = readLibrary(content);
  const read = (path: string): string => readFileSync(join(content, "drafts", path), "utf8");
  return { status, library, read, content };
}

const scenario = {
  "bread/index.json": JSON.stringify({
    title: "Bake bread",
    description: "A loaf in two steps.",
    time: "20 minutes",
    details: {
      intro: { text: "intro.md", background: "prepare.sh" },
      steps: [
        { title: "Dough", text: "dough.md", verify: "dough-check.sh" },
        { title: "Oven", text: "oven.md", verify: "oven-check.sh", hint: "oven-hint.sh" },
      ],
      finish: { text: "end.md" },
      assets: {
        host01: [
          { file: "*.txt", target: "~/recipes" },
          { file: "knead", target: "/usr/local/bin", chmod: "+x" },
        ],
      },
    },
    backend: { imageid: "ubuntu:2004" },
  }),
  "bread/intro.md": "# Bake bread\n\nWelcome.\n",
  "bread/prepare.sh": "#!/bin/bash\nmkdir -p /root/bowl\n",
  "bread/dough.md": "Type `ls`{{exec}} first, then:\n\n```\ntouch /root/bowl/dough\n```{{execute}}\n\n![a bowl](assets/bowl.png)\n",
  "bread/dough-check.sh": "#!/bin/bash\ntest -f /root/bowl/dough\n",
  "bread/oven.md": "See it at [the shop]({{TRAFFIC_HOST1_8080}}).\n\n```bash\ncat > /root/oven <<END\nhot\nEND\n```{{exec interrupt}}\n",
  "bread/oven-check.sh": '[ -f /root/oven ] && echo "done"\n',
  "bread/oven-hint.sh": "echo hot\n",
  "bread/end.md": "Well done.\n",
  "bread/assets/rye.txt": "rye\n",
  "bread/assets/knead": "#!/bin/sh\n",
};

it("makes a lab of a Katacoda scenario: steps, checks, assets, what runs by itself and what a click typed", async () => {
  const { status, library, read, content } = await imported(scenario);
  expect(library.problems).toEqual([]);
  expect(status).toBe(0);
  const lesson = library.lessons.get("drafts/bread");
  expect(lesson?.info).toMatchObject({ title: "Bake bread", summary: "A loaf in two steps.", minutes: 20 });
  expect(lesson?.lab?.tasks.map(({ id, needs }) => [id, needs])).toEqual([
    ["dough", []],
    ["oven", ["dough"]],
  ]);
  expect(lesson?.lab?.tasks[0]?.checks[0]).toMatchObject({ kind: "run", run: "test -f /root/bowl/dough", exit: 0 });
  expect(lesson?.lab?.tasks[1]?.checks[0]).toMatchObject({ kind: "run", stdout: { contains: ["done"] } });
  expect(lesson?.lab?.files.map(({ path, mode }) => [path, mode & 0o111])).toEqual([
    ["/opt/scenario/intro-prepare.sh", 0o111],
    ["/root/recipes/rye.txt", 0],
    ["/usr/local/bin/knead", 0o111],
  ]);
  const [solution] = readAttempts(join(content, "drafts/bread"));
  expect(solution?.steps.map(({ step, task }) => ["run" in step ? step.run : "", task])).toEqual([
    ["bash /opt/scenario/intro-prepare.sh", "dough"],
    ["ls", "dough"],
    ["touch /root/bowl/dough", "dough"],
    ["cat > /root/oven <<END\nhot\nEND", "oven"],
  ]);
  const prose = read("bread/lesson.mdx");
  expect(prose).toContain('Type <Command run="ls" /> first');
  expect(prose).toContain('<Browser url="http://localhost:8080/">the shop</Browser>');
  expect(prose).toContain("$ cat > /root/oven <<END\n> hot\n> END");
  const report = read("bread/IMPORT.md");
  expect(report).toContain("bread/dough.md:7: The picture `assets/bowl.png` is not carried over");
  expect(report).toContain("bread/oven.md:3: The page pressed Ctrl-C");
  expect(report).toContain("bread/oven-hint.sh:1: The hints of “Oven” come from a script.");
});

it("copies the assets that a pattern names, and keeps the folders that it goes over", () => {
  const paths = ["conf.yaml", "app1/readme.md", "app1/config/app.json", "app2/cnf/cnf.json"];
  const copied = (pattern: string): string[] => {
    const wanted = new AssetPattern(pattern);
    return paths.filter((path) => wanted.matches(path)).map((path) => wanted.placeOf(path));
  };
  expect(copied("*")).toEqual(["conf.yaml"]);
  expect(copied("**")).toEqual(paths);
  expect(copied("./conf.yaml")).toEqual(["conf.yaml"]);
  expect(copied("app1/readme.md")).toEqual(["readme.md"]);
  expect(copied("app1/**/*.*")).toEqual(["readme.md", "config/app.json"]);
  expect(copied("app*/**/*.json")).toEqual(["app1/config/app.json", "app2/cnf/cnf.json"]);
  expect(copied("app1/*/*.json")).toEqual(["app.json"]);
  expect(copied("conf?yaml")).toEqual([]);
});

it("gives steps without a check to the task that comes next, and those behind the last to the last", async () => {
  const page = (name: string): [string, string] => [`oven/${name}.md`, `Type \`touch ${name}\`{{exec}}.\n`];
  const { content } = await imported({
    "oven/index.json": JSON.stringify({
      title: "Oven",
      details: {
        steps: [
          { title: "Light it", text: "a.md" },
          { title: "Übung", text: "b.md", verify: "ok.sh" },
          { title: "Look", text: "c.md" },
          { title: "Bake", text: "d.md", verify: "ok.sh" },
          { title: "Eat", text: "e.md" },
        ],
      },
      backend: { imageid: "ubuntu" },
    }),
    "oven/ok.sh": "true\n",
    ...Object.fromEntries(["a", "b", "c", "d", "e"].map(page)),
  });
  const [solution] = readAttempts(join(content, "drafts/oven"));
  expect(solution?.steps.map(({ step, task }) => `${task}: ${"run" in step ? step.run : ""}`)).toEqual([
    "ubung: touch a",
    "ubung: touch b",
    "bake: touch c",
    "bake: touch d",
    "bake: touch e",
  ]);
});

it("makes a lesson of TutorialKit's files and solution", async () => {
  const { library, read, content } = await imported({
    "src/content/tutorial/1-basics/2-first/content.mdx":
      "---\ntype: lesson\ntitle: First page\nfocus: /index.html\nmainCommand: ['npm run dev', 'Starting']\n---\nimport Thing from './thing';\n\n# First page\n\n:::tip[Mind]\nCapitals *count*.\n:::\n\nChange {this}.\n\n```js title=\"a.js\" add={1}\nlet a = 1;\n```\n",
    "src/content/tutorial/1-basics/2-first/_files/index.html": "<h1>Old</h1>\n",
    "src/content/tutorial/1-basics/2-first/_solution/index.html": "<h1>New</h1>\n",
  });
  expect(library.problems).toEqual([]);
  const lesson = library.lessons.get("drafts/basics-first");
  expect(lesson?.lab?.files.map(({ path }) => path)).toEqual(["/home/learner/project/index.html"]);
  expect(lesson?.lab?.tasks[0]?.checks[0]).toMatchObject({ kind: "file", text: { equals: "<h1>New</h1>\n" } });
  expect(readAttempts(join(content, "drafts/basics-first"))[0]?.steps[0]).toMatchObject({
    step: { write: "/home/learner/project/index.html", text: "<h1>New</h1>\n" },
    task: "solve",
  });
  expect(read("basics-first/lesson.mdx")).toMatch(/<Note title="Mind">\n {2}Capitals \*count\*\.\n<\/Note>\n\nChange \\\{this}\./);
  expect(read("basics-first/lesson.mdx")).toMatch(/\n## Do it\n\n<Task id="solve" \/>\n?$/);
  const report = read("basics-first/IMPORT.md");
  expect(report).toContain("content.mdx:7: `import Thing from './thing';` is not carried over");
  expect(report).toContain("`npm run dev` ran by itself");
});

it("makes a lesson of a page whose questions unfold", async () => {
  const { library, read } = await imported({
    "page.md":
      "# What a port is\n\n## Learning Goals\n\n- Say what a port is.\n\n## Ports\n\nA port is a number, and [a page][rfc] says more.\n\n<details>\n  <summary><em>Which port has http?</em></summary>\n\n  <p>It is <b>80</b>.</p>\n</details>\n<br/>\n\n[rfc]: https://www.rfc-editor.org/\n",
  });
  expect(library.problems).toEqual([]);
  expect(library.lessons.get("drafts/what-a-port-is")?.info).toMatchObject({ objectives: ["Say what a port is."], hasLab: false });
  const prose = read("what-a-port-is/lesson.mdx");
  expect(prose).toContain('<Hint title="Which port has http?">\n  It is **80**.\n</Hint>');
  expect(prose).toContain("[a page](https://www.rfc-editor.org/)");
  expect(read("what-a-port-is/IMPORT.md")).toContain("page.md:11: The question “Which port has http?” became a <Hint>");
});

it("makes a lesson of slides: what is said becomes the text, what is typed a command", async () => {
  const { library, read } = await imported({
    "talk.md":
      "#= .thick[A .b[small] talk]\n@ boat.png\n\nNote: Hello there.\n---\n$$terminal bash\n$$prompt ~/shop\n$$w ls\n---\n$$terminal bash\n$$prompt ~/shop\nls<br>\nmanage.py<br>\n$$prompt ~/shop\n$$w python manage.py check\n\nNote: and it is fine {really}\n---\n##= The end\n",
  });
  expect(library.problems).toEqual([]);
  const lesson = library.lessons.get("drafts/a-small-talk");
  expect(lesson?.info.title).toBe("A small talk");
  expect(lesson?.lab?.tasks).toHaveLength(1);
  const prose = read("a-small-talk/lesson.mdx");
  expect(prose).toContain("```console\n$ ls\n$ python manage.py check\n```\n\nand it is fine \\{really}");
  expect(prose).toContain("## The end");
  const report = read("a-small-talk/IMPORT.md");
  expect(report).toContain("talk.md:2: The picture `boat.png` is not carried over");
  expect(report).toContain("2 lines of output stood on the slides");
});

it("turns whatever could run into text", async () => {
  const hostile = [
    "import fs from 'node:fs'",
    "export const a = fs.readFileSync('/etc/passwd')",
    "{process.exit(1)}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<svg onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[y](data:text/html,<script>alert(1)</script>)",
    "![z](https://evil.example/pixel.png)",
    "<a href='javascript:alert(1)' onclick='alert(1)'>press</a>",
    "text {globalThis.x = 1} text <Task id={alert(1)} />",
    '<Browser url="javascript:alert(1)">b</Browser>',
    "<style>body{display:none}</style>",
    "`a`{{exec}}",
    "<div {...props}>spread</div>",
    "write to eve@evil.example",
    "![\x1b]0;owned\x07](\x1b[31m.png)",
    "[ref]\n\n[ref]: javascript:alert(1)",
    "<details><summary>{q}</summary>{a}</details>",
    "---js\nmodule.exports = 1\n---",
  ];
  const { library, read } = await imported({ "hostile.md": `# Hostile\n\n${hostile.join("\n\n")}\n` });
  expect(library.problems).toEqual([]);
  const source = library.lessons.get("drafts/hostile");
  if (source === undefined) throw new Error("no lesson");
  const { code } = await compileProse(source.body, source.context);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may reach a terminal
  expect(read("hostile/IMPORT.md")).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  expect(read("hostile/lesson.mdx")).not.toMatch(/^(import|export) /m);
  for (const bad of ["javascript:", "onerror", "onclick", "evil.example/pixel", "readFileSync("]) {
    expect(
      code.split("_jsx").filter((part) => part.includes(`href: "${bad}`) || part.includes(`src: "${bad}`) || part.includes(`${bad}:`)),
    ).toEqual([]);
  }
});
