import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/a-stateful-app/the-four-commands/";
const site = readFileSync(join(import.meta.dirname, "../content/a-stateful-app/the-four-commands/lesson.mdx"), "utf8");

/** A here-document of the lesson's text, as the file that it writes. */
function written(target: string): string {
  const block = new RegExp(`\\$ [^\\n]*${target}[^\\n]*<<'?END'?\\n((?:>[^\\n]*\\n)*?)> END\\n`).exec(site);
  if (block?.[1] === undefined) throw new Error(`the lesson writes no ${target}`);
  return block[1].replaceAll(/^> ?/gm, "");
}

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("a shop goes to a server with PostgreSQL, gunicorn and nginx, and a release under traffic loses nothing", async ({ page }) => {
  test.setTimeout(900_000);
  const lesson = await Lesson.open(page, path);
  const there = /deploy@web-1:\S*\$$/;

  await test.step("copy", async () => {
    await lesson.run("ssh deploy@web-1 hostname", /\[fingerprint\]\)\?$/);
    await lesson.type("yes\n");
    await lesson.shows(/^web-1$/m);
    await lesson.run("rsync -a --exclude .venv --exclude db.sqlite3 ~/shop deploy@web-1:");
    await lesson.passes("Copy the code to web-1");
    await lesson.run("ssh deploy@web-1", there);
    await lesson.run("cd ~/shop; python3 -m venv .venv");
    await lesson.run("source .venv/bin/activate; pip install -q -r requirements.txt", undefined, 180_000);
  });

  await test.step("a database", async () => {
    await lesson.run("sudo systemctl start postgresql", undefined, 120_000);
    expect(await lesson.run("pg_isready")).toContain("accepting connections");
    await lesson.run("sudo -u postgres createuser -P shop", /Enter password for new role:$/);
    await lesson.type("ferry-at-dawn\n");
    await lesson.shows(/Enter it again:$/);
    await lesson.type("ferry-at-dawn\n");
    await lesson.shows(there);
    await lesson.run("sudo -u postgres createdb -O shop shop", undefined, 120_000);
    const secret = "0123456789abcdef".repeat(4);
    await lesson.writes("~/shop/.env", written("cat > .env").replace("$(openssl rand -hex 32)", secret));
    await lesson.run("chmod 600 .env");
    await lesson.passes("Give the shop a database", 120_000);
  });

  await test.step("migrate, collect, start", async () => {
    expect(await lesson.run("python manage.py migrate", undefined, 180_000)).toMatch(/Applying bread\.0002_first_loaves\.\.\. OK/);
    await lesson.passes("Create the tables", 120_000);
    await lesson.run("sudo mkdir -p /var/www/shop/static; sudo chown deploy: /var/www/shop/static");
    expect(await lesson.run("python manage.py collectstatic --noinput", undefined, 120_000)).toContain("static files copied");
    await lesson.run("gunicorn shop.wsgi -b 127.0.0.1:8000 -w 2 --daemon --pid gunicorn.pid --error-logfile gunicorn.log");
    await lesson.passes("Start gunicorn", 180_000);
  });

  await test.step("nginx before it", async () => {
    await lesson.writes("~/site", written("sites-available/shop"));
    await lesson.run("sudo cp ~/site /etc/nginx/sites-available/shop");
    await lesson.run("sudo ln -s /etc/nginx/sites-available/shop /etc/nginx/sites-enabled/");
    expect(await lesson.run("sudo nginx -t")).toContain("test is successful");
    await lesson.run("sudo systemctl start nginx");
    const pane = await lesson.visit("http://shop.test/");
    await expect(pane.getByRole("heading", { level: 1 })).toContainText("Harbor Bakery", { timeout: 60_000 });
    await expect(pane.getByText("Lighthouse rye")).toBeVisible();
    await lesson.passes("Put nginx before it", 120_000);
  });

  await test.step("a release under traffic", async () => {
    await page.getByRole("button", { name: "Open another terminal" }).click();
    await page.getByRole("menuitem", { name: "On laptop" }).click();
    await lesson.prompt();
    await lesson.run("sed -i 's/Open from seven, every day./Closed on Mondays./' bread/templates/bread/front-page.html");
    await lesson.run("rsync -a ~/shop deploy@web-1:");
    await lesson.run("ssh deploy@web-1 'kill -HUP $(cat shop/gunicorn.pid)'");
    await lesson.passes("Release under traffic", 180_000);
  });
});
