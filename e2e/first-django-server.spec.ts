import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/a-stateful-app/first-django-server/";

// Tall enough that what a server says when it starts stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("the lesson can be done from pip install to the admin, and survives a closed tab", async ({ page, context }) => {
  test.setTimeout(600_000);
  const lesson = await Lesson.open(page, path);

  await test.step("Django is not there before it is installed", async () => {
    expect(await lesson.run("python -c 'import django'")).toContain("ModuleNotFoundError: No module named 'django'");
    expect(await lesson.run("pip install django", /Successfully installed [\s\S]*\n.*\$$/)).toMatch(/Successfully installed .*django-5\.2/);
  });

  await test.step("a project appears", async () => {
    await lesson.run("django-admin startproject shop");
    await lesson.run("cd shop");
    const listing = await lesson.run("ls -R");
    expect(listing).toMatch(/\.:\nmanage\.py {2}shop\n\n\.\/shop:\n__init__\.py {2}asgi\.py {2}settings\.py {2}urls\.py {2}wsgi\.py/);
    await lesson.passes("Make the project");
  });

  await test.step("runserver warns of migrations and shows the rocket", async () => {
    const started = await lesson.run("python manage.py runserver", /Quit the server with CONTROL-C/);
    expect(started).toContain("You have 18 unapplied migration(s)");
    const pane = await lesson.visit("http://localhost:8000/");
    await expect(pane.getByText("The install worked successfully! Congratulations!")).toBeVisible();
    await lesson.shows(/"GET \/ HTTP\/1\.1" 200/);
    await lesson.passes("See the rocket");
    await lesson.interrupt();
  });

  await test.step("migrate makes the database", async () => {
    expect(await lesson.run("python manage.py migrate")).toContain("Applying sessions.0001_initial... OK");
    expect(await lesson.run("ls -R")).toContain("db.sqlite3");
    await lesson.passes("Create the tables");
  });

  await test.step("createsuperuser asks its questions", async () => {
    await lesson.run("python manage.py createsuperuser", /Username \(leave blank to use 'learner'\):/);
    await lesson.type("ann\n");
    await lesson.shows(/Email address:/);
    await lesson.type("ann@example.com\n");
    await lesson.shows(/Password:/);
    await lesson.type("half past six ferry\n");
    await lesson.shows(/Password \(again\):/);
    await lesson.type("half past six ferry\n");
    await lesson.shows(/Superuser created successfully\./);
    expect(await lesson.screen()).not.toContain("half past six");
    await lesson.passes("Make yourself an account");
  });

  await test.step("the admin can be used, with its styles", async () => {
    const started = await lesson.run("python manage.py runserver", /Quit the server with CONTROL-C/);
    expect(started).not.toContain("unapplied");
    const pane = await lesson.visit("http://localhost:8000/admin/");
    await pane.getByLabel("Username:").fill("ann");
    await pane.getByLabel("Password:").fill("half past six ferry");
    await pane.getByRole("button", { name: "Log in" }).click();
    await expect(pane.getByRole("heading", { name: "Site administration" })).toBeVisible();
    const background = await pane.locator("#header").evaluate((header) => getComputedStyle(header).backgroundColor);
    expect(background, "the header has the admin's color").toBe("rgb(65, 118, 144)");
    await lesson.passes("Log in to the admin");
  });

  await test.step("the server reloads itself after a change in the editor", async () => {
    await lesson.show("Files");
    const tree = page.getByRole("tree");
    await tree.getByText("urls.py").click();
    const editor = page.locator(".cm-content:visible");
    await editor.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type('\nadmin.site.site_header = "Harbor Bakery"\n');
    await page.keyboard.press("Control+s");
    await lesson.shows(/urls\.py changed, reloading\./);
    await lesson.passes("Put your own name over the admin");
  });

  await test.step("everything is there after the tab was closed, and the server runs again", async () => {
    await expect(page.getByText("Saved", { exact: true })).toBeVisible();
    await page.close();
    const again = await context.newPage();
    await again.goto(path);
    const back = new Lesson(again);
    // The screen of before is there as well; the server that counts comes after this note.
    await back.shows(/started again[\s\S]*Quit the server with CONTROL-C/);
    await back.passes("Put your own name over the admin");
    const pane = await back.visit("http://localhost:8000/admin/login/");
    await expect(pane.getByText("Harbor Bakery").first()).toBeVisible();
    await back.interrupt();
    await again.keyboard.press("ArrowUp");
    await back.shows(/\$ python manage\.py runserver$/);
    await again.keyboard.press("Control+c");
  });
});

test("DEBUG = False without ALLOWED_HOSTS gives Django's own error", async ({ page }) => {
  const lesson = await Lesson.open(page, path);
  await lesson.run("pip install django", /Successfully installed [\s\S]*\n.*\$$/);
  await lesson.run("django-admin startproject shop && cd shop");
  await lesson.run("sed -i 's/^DEBUG = True/DEBUG = False/' shop/settings.py");
  const refused = await lesson.run("python manage.py runserver --noreload");
  expect(refused).toContain("CommandError: You must set settings.ALLOWED_HOSTS if DEBUG is False.");
});
