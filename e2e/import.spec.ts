import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";
import { Preview } from "./support/preview.ts";
import { Reader } from "./support/reader.ts";

/** Lessons of four other systems, imported with the command line, opened in the preview and done there. */

const sources: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  scenario: {
    "index.json": JSON.stringify({
      title: "Bake bread",
      description: "A loaf in two steps.",
      details: {
        intro: { text: "intro.md" },
        steps: [
          { title: "Dough", text: "dough.md", verify: "dough-check.sh" },
          { title: "Oven", text: "oven.md", verify: "oven-check.sh" },
        ],
        assets: { host01: [{ file: "rye.txt", target: "~/recipes" }] },
      },
      backend: { imageid: "ubuntu" },
    }),
    "intro.md": "Welcome to the bakery.\n",
    "dough.md": "Look at `cat ~/recipes/rye.txt`{{exec}} first, then:\n\n```\nmkdir ~/bowl\n```{{exec}}\n",
    "dough-check.sh": "#!/bin/bash\ntest -d ~/bowl\n",
    "oven.md": "Heat it:\n\n```\necho 230 > ~/oven\n```{{exec}}\n",
    "oven-check.sh": "#!/bin/bash\ngrep -q 230 ~/oven\n",
    "assets/rye.txt": "500 g of rye flour\n",
  },
  tutorialkit: {
    "src/content/tutorial/1-basics/1-page/content.md":
      "---\ntype: lesson\ntitle: First page\nfocus: /index.html\n---\n\n# First page\n\nMake the heading say New.\n",
    "src/content/tutorial/1-basics/1-page/_files/index.html": "<h1>Old</h1>\n",
    "src/content/tutorial/1-basics/1-page/_solution/index.html": "<h1>New</h1>\n",
  },
  questions: {
    "ports.md":
      "# What a port is\n\n## Learning goals\n\n- Say what a port is.\n\n## Ports\n\nA port is a number.\n\n<details>\n<summary>Which port has http?</summary>\n\nIt is **80**.\n</details>\n",
  },
  slides: {
    "talk.md":
      "#= A talk about folders\n\nNote: Everything lies in a folder.\n---\n$$terminal bash\n$$prompt ~\n$$w mkdir shop\n\nNote: That makes one.\n",
  },
};

let preview: Preview;
let folder: string;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  folder = mkdtempSync(join(tmpdir(), "slipway-import-"));
  const content = join(folder, "content");
  for (const [name, files] of Object.entries(sources)) {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    execFileSync(process.execPath, ["--import", "tsx", "lib/author/main.ts", "import", join(folder, name), "--course", "drafts"], {
      env: { ...process.env, SLIPWAY_CONTENT: content },
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  preview = await Preview.start(content);
});

test.afterAll(() => {
  preview?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function isSound(page: Page, title: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  await expect(page.locator(".preview-bar")).toHaveAttribute("data-preview", "sound");
  expect((await new AxeBuilder({ page }).include("main").analyze()).violations).toEqual([]);
}

test("a scenario's steps are done with what its page says", async ({ page }) => {
  const lesson = await Lesson.open(page, preview.addressOf("drafts/bake-bread"));
  await isSound(page, "Bake bread");
  const reader = new Reader(lesson);
  await page.locator(".prose").getByRole("button", { name: "Run in the terminal: cat ~/recipes/rye.txt" }).click();
  await lesson.shows(/500 g of rye flour/);
  await reader.does("mkdir");
  await lesson.passes("Dough");
  await reader.does("echo 230");
  await lesson.passes("Oven");
});

test("a lesson of TutorialKit passes when its file is like the solution's", async ({ page }) => {
  const lesson = await Lesson.open(page, preview.addressOf("drafts/basics-page"));
  await isSound(page, "First page");
  await lesson.run("sed -i s/Old/New/ ~/project/index.html");
  await expect(page.locator(".prose .task")).toHaveAttribute("data-mood", "done");
});

test("a page's questions unfold", async ({ page }) => {
  await page.goto(preview.addressOf("drafts/what-a-port-is"));
  await isSound(page, "What a port is");
  await expect(page.getByText("It is 80.")).toBeHidden();
  await page.getByText("Which port has http?").click();
  await expect(page.getByText("It is 80.")).toBeVisible();
});

test("what slides show is typed, and what is said is read", async ({ page }) => {
  const lesson = await Lesson.open(page, preview.addressOf("drafts/a-talk-about-folders"));
  await isSound(page, "A talk about folders");
  await expect(page.getByText("Everything lies in a folder.")).toBeVisible();
  await new Reader(lesson).does("mkdir shop");
  expect(await lesson.run("ls -d shop")).toMatch(/^shop$/m);
});
