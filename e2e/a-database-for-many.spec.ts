import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/a-stateful-app/a-database-for-many/";
const line = "postgresql://shop:seven-gulls-at-dawn@db.tidewater.test:5432/shop";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1600, height: 1400 } });

test("three tills are locked out of SQLite, and lose bread on PostgreSQL, until the database counts", async ({ page }) => {
  test.setTimeout(600_000);
  const lesson = await Lesson.open(page, path);

  await test.step("database is locked", async () => {
    await lesson.run("python3 -m venv .venv; source .venv/bin/activate; pip install -q -r requirements.txt", undefined, 180_000);
    await lesson.run("python manage.py migrate", /Applying bread\.0002_first_loaves\.\.\. OK[\s\S]*\$$/, 90_000);
    expect(await lesson.run("python rush.py", undefined, 120_000)).toContain("refused: database is locked");
    await lesson.run(
      `sed -i 's|"db.sqlite3",|"db.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE"},|' shop/settings.py; python rush.py`,
      /The book \(sqlite\) holds 30 of 30 orders\.[\s\S]*\$$/,
      120_000,
    );
    await lesson.passes("Get thirty orders into SQLite", 60_000);
  });

  await test.step("somebody else's database", async () => {
    expect(await lesson.run(`psql ${line} -c 'SELECT current_user, current_database()'`)).toMatch(/shop\s+\| shop/);
    await lesson.run(`echo DATABASE_URL=${line} > .env; chmod 600 .env`);
    // Its end is awaited by a word: the command itself holds a dollar sign, as a prompt does.
    await lesson.run("sed -i '/^DATABASES/,$d' shop/settings.py; echo replaced", /^replaced$/m);
    await lesson.prompt();
    await lesson.run("echo 'import dj_database_url' >> shop/settings.py");
    await lesson.run(`echo 'DATABASES = {"default": dj_database_url.config()}' >> shop/settings.py`);
    await lesson.run("python manage.py migrate", /Applying bread\.0002_first_loaves\.\.\. OK[\s\S]*\$$/, 90_000);
    await lesson.passes("Move to PostgreSQL", 60_000);
  });

  await test.step("an update is lost, and then none", async () => {
    const before = await lesson.run("python rush.py", undefined, 120_000);
    expect(before).toContain("The book (postgresql) holds 30 of 30 orders.");
    expect(before).not.toContain("Stock: 70 of 100");
    await lesson.run(
      "sed -i 's/Loaf.objects.get/Loaf.objects.select_for_update().get/' bread/sale.py; python rush.py",
      /Stock: 70 of 100[\s\S]*\$$/,
      120_000,
    );
    await lesson.passes("Count right on PostgreSQL", 60_000);
  });

  await test.step("words instead of letters", async () => {
    await lesson.run("sed -i s/__icontains/__search/ find.py");
    await lesson.run(`sed -i 's/= \\["bread"\\]/= ["django.contrib.postgres", "bread"]/' shop/settings.py`);
    expect(await lesson.run("python find.py seeds")).toContain("Gull");
    await lesson.passes("Find the bread with seeds", 60_000);
  });
});
