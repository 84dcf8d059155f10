import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/a-stateful-app/migrations-in-steps/";
const reload = "kill -HUP $(cat gunicorn.pid)";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1600, height: 1400 } });

test("a column gets another name under traffic, and a migration that waits for a report is freed", async ({ page }) => {
  test.setTimeout(900_000);
  const lesson = await Lesson.open(page, path);
  const live = (release: number) =>
    lesson.run(`until curl -s localhost:8000 | grep 'release ${release}'; do sleep 0.5; done`, /^Harbor Bakery \(release \d\)$/m, 120_000);

  await test.step("a column that release 1 can live with", async () => {
    await lesson.run("bash ~/set-up.sh", /Harbor Bakery \(release 1\)[\s\S]*\$$/, 240_000);
    await lesson.run("source .venv/bin/activate");
    await lesson.run(
      `sed -i 's/^    loaf = .*/&\\n    note = models.CharField(max_length=200, blank=True, db_default="")/' orders/models.py`,
    );
    await lesson.run("python manage.py makemigrations", /\+ Add field note to order[\s\S]*\$$/, 60_000);
    await lesson.run("python manage.py migrate", /Applying orders\.0003_order_note\.\.\. OK[\s\S]*\$$/, 60_000);
    expect(await lesson.run("curl -s -d name=Otto -d loaf=Gull localhost:8000/order")).toContain("Thank you, Otto.");
    await lesson.passes("Add a column that the running release can live with", 60_000);
  });

  await test.step("expand, migrate, contract", async () => {
    const field = "models.CharField(max_length=60, null=True)";
    await lesson.run(`sed -i 's/^    buyer = .*/    buyer = ${field}\\n    customer = ${field}/' orders/models.py`);
    await lesson.run("python manage.py makemigrations; python manage.py migrate", /OK[\s\S]*\$$/, 90_000);
    await lesson.run(`cp ~/releases/2/views.py orders/; ${reload}`);
    await live(2);
    await lesson.run('psql shop -c "UPDATE orders_order SET customer = buyer WHERE customer IS NULL"', /UPDATE \d+[\s\S]*\$$/);
    await lesson.run(`sed -i /buyer/d orders/models.py; cp ~/releases/3/views.py orders/; ${reload}`);
    await live(3);
    await lesson.run("python manage.py makemigrations; python manage.py migrate", /OK[\s\S]*\$$/, 90_000);
    await lesson.passes("Rename buyer to customer while people order", 60_000);
  });

  await test.step("Friday, five past five", async () => {
    await lesson.run("bash ~/friday.sh", /The phone rings[\s\S]*\$$/, 120_000);
    expect(await lesson.run("psql shop -Atc \"SELECT application_name FROM pg_stat_activity WHERE state LIKE 'idle in%'\"")).toContain(
      "monthly-report",
    );
    await lesson.run("pkill -f report.py");
    await lesson.passes("Bring the shop back", 120_000);
    await lesson.run(`psql shop -c "ALTER ROLE deploy SET lock_timeout = '2s'"`, /ALTER ROLE[\s\S]*\$$/);
    await lesson.passes("Let nobody wait so long again", 60_000);
  });
});
