import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";
import { Reader } from "./support/reader.ts";

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

  const reader = new Reader(lesson);
  await test.step("QA: what people type is answered, tested, and brought to staging", async () => {
    await reader.goesTo(1);
    await reader.opens("orders.py");
    // The shape that the third hint gives.
    const careful = [
      "if bread not in PRICES:",
      '    return "We do not bake that.", 404',
      "try:",
      '    quantity = int(request.args["quantity"])',
      "except ValueError:",
      '    return "How many? Please write a number.", 400',
    ];
    await reader.changes('quantity = int(request.args["quantity"])', careful.join("\n        "));
    await reader.opens("test_orders.py");
    await reader.changes(
      "def test_a_quote_is_a_price",
      'def test_a_dozen_is_no_number(app):\n    assert app.test_client().get("/quote?bread=roll&quantity=a+dozen").status_code == 400\n\n\ndef test_a_quote_is_a_price',
    );
    expect(await lesson.run("pytest", undefined, 120_000)).toContain("5 passed");
    const [, copy = "", reload = ""] = await reader.hinted("Try it as a customer would");
    await lesson.run(copy);
    await reader.goesTo(2);
    await lesson.run(reload);
    await lesson.passes("Try it as a customer would", 180_000);
  });

  await test.step("production: the same code, twelve real orders, and a log", async () => {
    const [copy = "", , ...commands] = await reader.hinted("Go live");
    await reader.goesTo(1);
    await lesson.run(copy, /\[fingerprint\]\)\?$/);
    await lesson.type("yes\n");
    await lesson.prompt();
    await reader.opensTerminal("web-1");
    await lesson.run("cd ~/orders");
    for (const command of commands) await lesson.run(command, undefined, 180_000);
    const pane = await lesson.visit("http://bakery.test:8000/");
    await expect(pane.getByText("12 orders in the book")).toBeVisible({ timeout: 60_000 });
    await expect(pane.getByText("Orders here are not baked")).toBeHidden();
    expect(await lesson.run("cat ~/orders.log")).toContain("Listening at");
    await lesson.passes("Go live", 120_000);
  });

  await test.step("the questions", async () => {
    await reader.chooses("the strongest reason against it", "Every visitor who meets an error");
    await reader.chooses("Which difference between the two is right", "Staging has a database of its own");
    await reader.chooses("What follows from that", "Tests find what their author thought of");
    await lesson.passes("Answer the three questions below");
  });
});
