import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("twelve orders move from SQLite to PostgreSQL, which refuses two of them and reads LIKE in another way", async ({ page }) => {
  test.setTimeout(600_000);
  const lesson = await Lesson.open(page, "/courses/foundations/sqlite-and-postgresql/");

  await test.step("a server, an account, a database, a table", async () => {
    expect(await lesson.run("sqlite3 orders.db 'SELECT * FROM orders'")).toContain("5|Ines|roll|a dozen");
    await lesson.run("sudo systemctl start postgresql", undefined, 120_000);
    await lesson.run("sudo -u postgres createuser learner");
    await lesson.run("sudo -u postgres createdb -O learner orders", undefined, 120_000);
    expect(await lesson.run("psql -d orders -f schema.sql")).toContain("CREATE TABLE");
    await lesson.passes("Start a database that is a server", 60_000);
  });

  await test.step("the obvious way is refused, and says why", async () => {
    await lesson.run("sqlite3 -csv orders.db 'SELECT * FROM orders' > orders.csv");
    const copy = 'psql -d orders -c "\\copy orders FROM orders.csv CSV"';
    expect(await lesson.run(copy)).toContain('invalid input syntax for type integer: "a dozen"');
    await lesson.run("sqlite3 orders.db \"UPDATE orders SET quantity = 12 WHERE customer = 'Ines'\"");
    await lesson.run("psql -d orders -c 'ALTER TABLE orders ALTER customer TYPE text'");
    await lesson.run("sqlite3 -csv orders.db 'SELECT * FROM orders' > orders.csv");
    expect(await lesson.run(copy)).toContain("COPY 12");
    await lesson.passes("Bring all twelve orders over", 60_000);
  });

  await test.step("the same question finds two customers, and then four", async () => {
    expect(await lesson.run("psql -d orders -f rye.sql")).toContain("(2 rows)");
    await lesson.run("sed -i \"s/bread LIKE 'rye'/lower(bread) = 'rye'/\" rye.sql");
    expect(await lesson.run("psql -d orders -f rye.sql")).toContain("(4 rows)");
    await lesson.passes("Find everybody who wants rye", 60_000);
  });
});
