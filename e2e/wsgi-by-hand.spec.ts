import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";
import { Reader } from "./support/reader.ts";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("a function of three lines is called by hand, by gunicorn and by uWSGI, and three workers count as one", async ({ page }) => {
  test.setTimeout(600_000);
  const lesson = await Lesson.open(page, "/courses/a-stateful-app/wsgi-by-hand/");
  const reader = new Reader(lesson);

  await test.step("three lines, called by hand", async () => {
    await reader.does("cat > wsgi.py");
    await reader.does("python -i wsgi.py", />>>$/, 120_000);
    await lesson.type("application({}, print)\n");
    await lesson.shows(/^200 OK \[\('Content-Type', 'text\/plain'\)\]\n\[b'Hello from the bakery\\n'\]$/m);
    await lesson.type("exit()\n");
    await lesson.prompt();
  });

  await test.step("three questions about bread, in the editor", async () => {
    const [, answers = "", , look = "", , found = "", missing = "", none = "", end = ""] = await reader.hinted(
      "Answer three questions about bread",
    );
    expect(found).toBe('"200 OK"');
    await expect(await reader.opens("wsgi.py")).toContainText("Hello from the bakery");
    await reader.changes("def application", `${answers}\ndef application`);
    await reader.changes(
      '    start_response("200 OK", [',
      `    ${look}\n    status = ${found}\n    if text is ${none}:\n        status, text = ${missing}, "We do not bake that."\n    start_response(status, [`,
    );
    await reader.changes('return [b"Hello from the bakery\\n"]', end);
    await lesson.passes("Answer three questions about bread", 120_000);
  });

  await test.step("what two servers hand over", async () => {
    await reader.does("pip install gunicorn uwsgi django", undefined, 180_000);
    await reader.opensTerminal();
    await reader.does("cd ~/hello");
    await reader.does("gunicorn show", /Booting worker/, 120_000);
    await reader.opensTerminal();
    await reader.does("cd ~/hello");
    await reader.does("uwsgi --http-socket", /spawned uWSGI worker/, 120_000);
    await reader.goesTo(0);
    await reader.hears("curl -s --retry 9 --retry-connrefused 'localhost:8000/rye?sliced=yes'", "QUERY_STRING = 'sliced=yes'");
    await reader.does("curl -s 'localhost:8000/rye?sliced=yes' > gunicorn.txt");
    await reader.does("curl -s 'localhost:8001/rye?sliced=yes' > uwsgi.txt");
    await reader.hears("diff gunicorn.txt uwsgi.txt", "SERVER_SOFTWARE");
  });

  await test.step("one file, two servers", async () => {
    const [gunicorn = "", uwsgi = ""] = await reader.hinted("One file, two servers");
    await reader.goesTo(1);
    await lesson.interrupt();
    await lesson.run(gunicorn, /Booting worker/, 120_000);
    await reader.goesTo(2);
    await lesson.interrupt();
    await lesson.run(uwsgi, /spawned uWSGI worker/, 120_000);
    await lesson.passes("One file, two servers", 120_000);
  });

  await test.step("three workers do not share a variable, and then a database", async () => {
    await reader.goesTo(1);
    await lesson.interrupt();
    await reader.does("gunicorn --workers 3 counter", /(Booting worker[^$]*){3}/, 120_000);
    await reader.goesTo(0);
    expect((await reader.does("for i in 1 2 3 4 5 6 7 8 9")).match(/You are visitor 1\./g)?.length).toBeGreaterThan(1);
    const visit = (await reader.solution("Let three workers count as one")).split("\n\n\n").slice(0, 2);
    await reader.opens("counter.py");
    await reader.changes("visits = 0", visit.join("\n\n\n"));
    await reader.changes("    global visits\n    visits = visits + 1\n", "");
    await reader.changes("{visits}", "{visit()}");
    await reader.goesTo(1);
    await lesson.interrupt();
    await lesson.run("gunicorn -w 3 counter", /(Booting worker[^$]*){3}/, 120_000);
    await lesson.passes("Let three workers count as one", 180_000);
  });

  await test.step("Django is the same thing", async () => {
    await reader.goesTo(0);
    await reader.does("cd ~/shop");
    expect(await reader.does('python -c "from shop.wsgi', undefined, 120_000)).toMatch(/^True$/m);
    await reader.hears("sh start.sh", "Failed to find attribute 'app' in 'shop.wsgi'.");
    const [, repair = "", start = ""] = await reader.hinted("Start the shop");
    await lesson.run(repair);
    await lesson.run(start, /Booting worker/, 120_000);
    const pane = await lesson.visit("http://localhost:8002/");
    await expect(pane.getByText("Served by gunicorn")).toBeVisible({ timeout: 60_000 });
    await lesson.passes("Start the shop", 120_000);
  });

  await test.step("the questions", async () => {
    await reader.orders("A visitor asks for", [
      "The server reads",
      "The server puts",
      "The server calls",
      "The application calls",
      "The application returns",
      "The server sends",
    ]);
    await reader.writes("In the folder of a project", "bakery.wsgi:site");
    await reader.matches("three parts to look after", {
      "The number of workers": "running the framework",
      "Yesterday's orders": "the database",
      "The number of visitors": "the database",
      "The logo": "static files",
    });
    await lesson.passes("Answer the three questions below");
  });
});
