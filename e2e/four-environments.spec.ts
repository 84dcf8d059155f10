import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("one application runs in development, in tests, on staging and in production", async ({ page }) => {
  test.setTimeout(900_000);
  const lesson = await Lesson.open(page, "/courses/foundations/four-environments/");
  const terminalOn = async (machine: string): Promise<void> => {
    await page.getByRole("button", { name: "Open another terminal" }).click();
    await page.getByRole("menuitem", { name: `On ${machine}` }).click();
    await lesson.prompt();
  };
  const supply = async (): Promise<void> => {
    await lesson.run("cd ~/orders; python3 -m venv .venv; source .venv/bin/activate", /\(\.venv\).*\$$/, 120_000);
    await lesson.run("pip install -q -r requirements.txt", undefined, 180_000);
  };

  await test.step("development: the debugger shows what is missing", async () => {
    await lesson.run("pip install -q flask pytest", undefined, 180_000);
    await lesson.run("flask --app orders seed");
    await lesson.run("flask --app orders run --debug", /Debugger PIN/);
    const pane = await lesson.visit("http://localhost:5000/orders/2");
    await expect(pane.getByText("KeyError: 'rye'").first()).toBeVisible({ timeout: 60_000 });
    await terminalOn("laptop");
    await lesson.run(`sed -i 's/2.40}/2.40, "rye": 4.20}/' orders.py`);
    await lesson.passes("Find the fault in order 2, with the debugger on", 120_000);
  });

  await test.step("testing: the obvious way empties the book", async () => {
    expect(await lesson.run("pytest", undefined, 120_000)).toContain("4 passed");
    expect(await lesson.run("curl -s localhost:5000 | grep book")).toContain("0 orders in the book");
    await lesson.run(
      "sed -i 's/^def app():/def app(tmp_path):/; s/create_app()/create_app(database=tmp_path \\/ \"test.db\")/' test_orders.py",
    );
    await lesson.run("flask --app orders seed");
    expect(await lesson.run("pytest", undefined, 120_000)).toContain("4 passed");
    await lesson.passes("Give the tests a database of their own", 120_000);
  });

  await test.step("staging: gunicorn, and a page that says where it is", async () => {
    await lesson.run("rsync -a --exclude orders.db ~/orders deploy@staging:", /\[fingerprint\]\)\?$/);
    await lesson.type("yes\n");
    await lesson.prompt();
    await terminalOn("staging");
    await supply();
    await lesson.run(
      'ORDERS_ENVIRONMENT=staging gunicorn "orders:create_app()" --bind 0.0.0.0:8000 --daemon --pid gunicorn.pid',
      undefined,
      120_000,
    );
    await lesson.passes("Put it on staging", 120_000);
    const pane = await lesson.visit("http://staging.test:8000/");
    await expect(pane.getByText("Orders here are not baked")).toBeVisible({ timeout: 60_000 });
    await pane.getByLabel("How many").fill("a dozen");
    await pane.getByRole("button", { name: "Ask" }).click();
    await expect(pane.getByRole("heading", { name: "Internal Server Error" })).toBeVisible({ timeout: 60_000 });
  });
});
