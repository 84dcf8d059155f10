import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "playwright/test";
import { lessonTemplate } from "../lib/author/commands/new-template.ts";
import { commands, course, type GuideFile, guideLesson, lab, prose, quiz, world } from "../lib/author/guide/lesson.ts";
import { Lesson } from "./support/lab.ts";
import { Preview } from "./support/preview.ts";

/** The preview of lessons, over a copy of a lesson in a folder of its own: a save shows, a mistake shows, and both are recovered from. */

let preview: Preview;
let folder: string;

test.beforeAll(async () => {
  const content = join(mkdtempSync(join(tmpdir(), "slipway-preview-")), "content");
  folder = join(content, "drafts/greeting");
  make(content, "drafts/greeting");
  make(content, guideLesson);
  preview = await Preview.start(content);
});

/** What `lab new` makes. */
function make(content: string, id: string): void {
  const [courseName = "", slug = ""] = id.split("/");
  mkdirSync(join(content, courseName), { recursive: true });
  const text = `title: Drafts\nsummary: What is being written.\nteaches: [Write]\norder: 1\nlessons: [${slug}]\n`;
  writeFileSync(join(content, courseName, "course.yaml"), text);
  for (const [path, each] of Object.entries(lessonTemplate(id, slug))) save(join(content, id, path), each);
}

function save(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

test.afterAll(() => {
  preview?.stop();
  if (folder !== undefined) rmSync(join(folder, "../../.."), { recursive: true, force: true });
});

function edit(file: string, from: string, to: string): void {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  writeFileSync(path, text.replace(from, to));
}

test("a lesson follows its files while it is written", async ({ page }) => {
  const lesson = await Lesson.open(page, preview.addressOf("drafts/greeting"));
  const bar = page.locator(".preview-bar");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Greeting");
  await lesson.type("echo kept-$((40+2))\n");
  await lesson.shows(/kept-42/);

  await test.step("a save of the prose shows within a second, and the terminal stays", async () => {
    // The first change compiles what the development server has not needed yet.
    edit("lesson.mdx", "Say what this is about", "A first change");
    await expect(page.getByText("A first change")).toBeVisible();
    await lesson.shows(/kept-42/);
    const before = Date.now();
    edit("lesson.mdx", "A first change", "A second change");
    await expect(page.getByText("A second change")).toBeVisible();
    console.log(`a save of lesson.mdx showed after ${Date.now() - before} ms`);
  });

  await test.step("a changed check is the running lab's at once", async () => {
    await lesson.type("echo good morning > greeting.txt\n");
    const before = Date.now();
    edit("lab.yaml", "contains: hello", "contains: good morning");
    edit("lab.yaml", "title: Leave a greeting", "title: Say good morning");
    await expect(page.locator(".prose .task-title")).toHaveText("Say good morning");
    console.log(`a save of lab.yaml showed after ${Date.now() - before} ms`);
    await page.getByRole("radio", { name: "No", exact: true }).check();
    await page.getByRole("button", { name: "Answer" }).click();
    await expect(page.locator(".prose .task")).toHaveAttribute("data-mood", "done");
    await lesson.shows(/kept-42/);
  });

  await test.step("a mistake is shown with file and line, over the last good version", async () => {
    edit("lab.yaml", "image: ubuntu", "image: ubunto");
    await expect(bar).toContainText("content/drafts/greeting/lab.yaml:");
    await expect(bar).toContainText("Did you mean ubuntu?");
    await expect(page.getByText("A second change")).toBeVisible();
    // Other pages are read meanwhile: the guide, the front page, other lessons.
    const front = await page.request.get(`${preview.origin}/`);
    expect(await front.text()).toContain("Drafts");
    edit("lab.yaml", "image: ubunto", "image: ubuntu");
    await expect(bar).toHaveAttribute("data-preview", "sound");
    edit("lesson.mdx", "<Mistake title", "<Mystake title");
    await expect(bar).toContainText("content/drafts/greeting/lesson.mdx:");
    edit("lesson.mdx", "<Mystake title", "<Mistake title");
    await expect(bar).toHaveAttribute("data-preview", "sound");
    await lesson.shows(/kept-42/);
  });

  await test.step("a changed file of the machine asks for a new start, which brings it", async () => {
    edit("files/laptop/home/learner/note.txt", "the machine is yours", "the machine is new");
    await expect(bar).toContainText("The lab needs a new start.");
    await lesson.shows(/kept-42/);
    await bar.getByRole("button", { name: "Start it anew" }).click();
    await expect.poll(() => lesson.screen()).not.toContain("kept-42");
    await lesson.prompt();
    await lesson.type("cat note.txt\n");
    await lesson.shows(/the machine is new/);
  });
});

test("the guide's lesson shows while it is written, as the guide says", async ({ page }) => {
  const clone = join(folder, "../../..");
  const write = ({ path, text }: GuideFile): void => save(join(clone, path), text);
  const lesson = await Lesson.open(page, preview.addressOf(guideLesson));
  const bar = page.locator(".preview-bar");
  const mistakes = bar.locator(".preview-problems li");
  write(course);
  await expect(page.locator(".lesson-head .running-head").first()).toContainText("Harbor");

  await test.step("the text names a question and a task that are not there yet", async () => {
    write(prose);
    await expect(mistakes).toHaveText([/no quiz in quiz\.yaml called digits/, /no task in lab\.yaml called lock/]);
    await expect(page.locator(".prose .task-title")).toHaveText("Leave a greeting");
  });

  await test.step("with its world, it lacks only the question", async () => {
    execFileSync("bash", ["-c", commands.clear], { cwd: clone });
    write(world);
    write(lab);
    await expect(mistakes).toHaveText([/no such quiz in quiz\.yaml/]);
  });

  await test.step("with its question it is sound, and asks for a new start", async () => {
    write(quiz);
    await expect(bar).toContainText("The lab needs a new start.");
    await expect(page.locator(".lesson-aims code")).toHaveText("ls -l");
    await bar.getByRole("button", { name: "Start it anew" }).click();
    await lesson.prompt();
  });

  await test.step("a save of the text leaves the tasks as they are", async () => {
    await lesson.type("chmod 600 till.txt\n");
    await expect(page.locator(".prose .task")).toHaveAttribute("data-mood", "working");
    const moods = await page.evaluateHandle(() => {
      const seen: (string | undefined)[] = [];
      const task = document.querySelector<HTMLElement>(".prose .task");
      if (task !== null) new MutationObserver(() => seen.push(task.dataset.mood)).observe(task, { attributes: true });
      return seen;
    });
    write({ ...prose, text: prose.text.replace("Every evening", "Each evening") });
    await expect(page.getByText("Each evening")).toBeVisible();
    expect(await moods.jsonValue()).toEqual([]);
  });

  await test.step("and it can be done", async () => {
    await page.locator(".quiz input").fill("6");
    await page.getByRole("button", { name: "Answer" }).click();
    await expect(page.locator(".prose .task")).toHaveAttribute("data-mood", "done");
  });

  await test.step("one that has mistakes from the start is shown when they are mended", async () => {
    write({ ...lab, text: lab.text.replace("image: ubuntu", "image: ubunto") });
    await page.reload();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This lesson can't be shown yet");
    await expect(mistakes).toHaveText([/Did you mean ubuntu\?/]);
    write(lab);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lock the till");
  });
});
