import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/a-stateful-app/two-setups/";
const text = readFileSync(join(import.meta.dirname, "../content/a-stateful-app/two-setups/lesson.mdx"), "utf8");

/** A here-document of the lesson's text, as the file that it writes. */
function written(target: string): string {
  const block = new RegExp(`\\$ [^\\n]*${target}[^\\n]*<<'?END'?\\n((?:>[^\\n]*\\n)*?)> END\\n`).exec(text);
  if (block?.[1] === undefined) throw new Error(`the lesson writes no ${target}`);
  return block[1].replaceAll(/^> ?/gm, "");
}

const gunicorn = "/home/deploy/shop/.venv/bin/gunicorn shop.wsgi --bind 127.0.0.1:8000 --workers 2";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("the shop on a second, smaller setup, and both machines rebooted", async ({ page }) => {
  test.setTimeout(900_000);
  const lesson = await Lesson.open(page, path);
  const unit = written("shop\\.service");

  await test.step("uWSGI, SQLite and a service", async () => {
    expect(await lesson.run("ssh deploy@web-1 sudo ss -tlnp")).toContain(":80");
    await lesson.run("ssh deploy@web-2 hostname", /\[fingerprint\]\)\?$/);
    await lesson.type("yes\n");
    await lesson.shows(/^web-2$/m);
    await lesson.run("rsync -a --exclude .venv --exclude db.sqlite3 ~/shop deploy@web-2:");
    await lesson.run("ssh deploy@web-2", /deploy@web-2:\S*\$$/);
    await lesson.run("cd ~/shop; python3 -m venv .venv; source .venv/bin/activate", undefined, 120_000);
    await lesson.run("pip install -q django==5.2.17 dj-database-url python-dotenv uwsgi", undefined, 240_000);
    await lesson.writes("~/shop/.env", written("cat > .env").replace("$(openssl rand -hex 32)", "0123456789abcdef".repeat(4)));
    await lesson.run("sudo install -d -o deploy /var/www/shop/static");
    await lesson.run("python manage.py migrate -v 0; python manage.py collectstatic --noinput", undefined, 240_000);
    await lesson.writes("~/shop/uwsgi.ini", written("uwsgi\\.ini"));
    await lesson.writes("~/unit", unit);
    await lesson.run("sudo cp ~/unit /etc/systemd/system/shop.service; sudo systemctl daemon-reload; sudo systemctl start shop");
    await lesson.passes("The same shop, on a small machine", 240_000);
    await lesson.run("exit", /learner@laptop:\S*\$$/);
  });

  await test.step("both are rebooted, and come back for good", async () => {
    await lesson.run("ssh deploy@web-1 sudo reboot");
    await lesson.run("ssh deploy@web-2 sudo reboot");
    await lesson.run("until ssh deploy@web-1 true 2> /dev/null; do sleep 1; done", undefined, 120_000);
    expect(await lesson.run("curl -sI shop.test; echo status $?")).toContain("status 7");
    const own = unit.replace(/ExecStart=.*/, `User=deploy\nWorkingDirectory=/home/deploy/shop\nExecStart=${gunicorn}`);
    await lesson.writes("~/unit", own);
    await lesson.run("scp -q ~/unit deploy@web-1:; ssh deploy@web-1 sudo cp unit /etc/systemd/system/shop.service");
    await lesson.run(
      "ssh deploy@web-1 'sudo systemctl daemon-reload; sudo systemctl enable -q --now nginx postgresql shop'",
      undefined,
      180_000,
    );
    await lesson.run("until ssh deploy@web-2 sudo systemctl enable -q --now shop; do sleep 1; done", undefined, 120_000);
    await lesson.passes("After the reboot", 240_000);
  });
});
