import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";
import { Reader } from "./support/reader.ts";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("a menu that works on a laptop meets four differences on the server, each told by its message", async ({ page }) => {
  test.setTimeout(600_000);
  const lesson = await Lesson.open(page, "/courses/foundations/works-on-my-laptop/");
  const reader = new Reader(lesson);
  const install = "pip install -r requirements.txt";
  const start = "gunicorn --bind 0.0.0.0:8000 menu:app";

  await test.step("what the note says, and what goes wrong", async () => {
    const note = await reader.does("cat NOTE.txt");
    expect(note).toContain(install);
    expect(note).toContain(start);
    expect(await lesson.run(install, undefined, 120_000)).toContain("requires a different Python");
  });

  await test.step("each repair leads to the next message", async () => {
    const [otherVersion = "", name = "", rename = "", ...rest] = await reader.hinted("Get the menu to answer");
    expect(rest).toEqual([install, start]);
    await lesson.run(otherVersion);
    await lesson.run(install, undefined, 180_000);
    expect(await lesson.run(start, undefined, 120_000)).toContain("No module named 'markdown'");
    await lesson.run(name);
    await lesson.run(install, undefined, 120_000);
    // The checks ask at once, and what the worker then says pushes its first line away.
    await lesson.run(start, /Booting worker|TemplateNotFound/, 120_000);
    const pane = await lesson.visit("http://localhost:8000/");
    await expect(pane.getByRole("heading", { name: "Internal Server Error" })).toBeVisible({ timeout: 60_000 });
    await lesson.shows(/TemplateNotFound: menu\.html/);
    await reader.opensTerminal();
    await lesson.run(rename);
    await lesson.passes("Get the menu to answer", 120_000);
  });

  await test.step("a program of the system", async () => {
    const pane = await lesson.visit("http://localhost:8000/");
    await pane.getByRole("link", { name: "Pictures for newspapers" }).click();
    await expect(pane.getByRole("heading", { name: "Internal Server Error" })).toBeVisible({ timeout: 60_000 });
    for (const command of await reader.hinted("And the pictures for the newspaper")) await lesson.run(command);
    await lesson.passes("And the pictures for the newspaper", 120_000);
  });

  await test.step("written down for the next machine", async () => {
    for (const command of await reader.hinted("Make sure that it works on the next machine, too")) await lesson.run(command);
    await lesson.passes("Make sure that it works on the next machine, too", 120_000);
  });

  await test.step("the questions", async () => {
    await reader.matches("Which difference between two machines", {
      "requires a different Python": "Python's version",
      ModuleNotFoundError: "a dependency that nobody wrote down",
      TemplateNotFound: "the operating system",
      FileNotFoundError: "a package of the system",
    });
    await reader.chooses(
      "before Rosa took the ferry",
      "Installing it once in a fresh",
      "The same Python and the same system",
      "Deploying on the first day",
    );
    await lesson.passes("Answer the two questions below");
  });
});
