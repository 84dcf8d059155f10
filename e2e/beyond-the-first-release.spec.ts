import { expect, test } from "playwright/test";
import { hereDocument } from "./support/here-documents.ts";
import { Lesson } from "./support/lab.ts";

const id = "a-stateful-app/beyond-the-first-release";
const answers = "curl -s --retry 60 --retry-delay 1 http://shop.test/ | grep '<li>'";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("a shop is kept running: a service, an incident found in the logs, a watch, a restore that was rehearsed", async ({ page }) => {
  test.setTimeout(900_000);
  const lesson = await Lesson.open(page, `/courses/${id}/`);
  const install = async (unit: string): Promise<void> => {
    await lesson.writes(`~/${unit}`, hereDocument(id, `/etc/systemd/system/${unit}`));
    await lesson.run(`sudo cp ~/${unit} /etc/systemd/system/`);
  };

  await test.step("systemd looks after gunicorn", async () => {
    expect(await lesson.run(answers, undefined, 180_000)).toContain("Lighthouse rye");
    await lesson.run("ssh deploy@web-1", /deploy@web-1:\S*\$$/);
    await lesson.run("kill $(cat ~/shop/gunicorn.pid)");
    await install("shop.service");
    await lesson.run("sudo systemctl enable --now shop");
    expect(await lesson.run(answers, undefined, 180_000)).toContain("Lighthouse rye");
    await lesson.passes("Let systemd look after gunicorn", 120_000);
  });

  await test.step("the logs say where and why", async () => {
    const log = "until sudo grep ' 500 ' /var/log/nginx/access.log > ~/found; do sleep 1; done; grep -o 'GET /[^ ]*' ~/found | tail -n 1";
    expect(await lesson.run(log, undefined, 120_000)).toContain("GET /loaves/3/");
    expect(await lesson.run("sudo journalctl -u shop --no-pager | grep -o 'IndexError.*' | tail -n 1")).toContain(
      "list index out of range",
    );
    await lesson.run("sed -i 's/)\\[0\\]$/).first()/' ~/shop/bread/views.py; sudo systemctl reload shop");
    await lesson.passes("Some customers see an error", 120_000);
    await lesson.run("exit", /learner@laptop:\S*\$$/);
  });

  await test.step("a watch that barks", async () => {
    const look = 'curl -sf -m 20 -o /dev/null http://shop.test/ || echo "$(date) the shop is down" >> ~/alerts.log\n';
    await lesson.writes("~/watch.sh", look);
    await install("watch.service");
    await install("watch.timer");
    await lesson.run("sudo systemctl enable --now watch.timer");
    await lesson.run("ssh deploy@web-1 sudo systemctl stop shop");
    await lesson.run("until grep down ~/alerts.log; do sleep 1; done 2> /dev/null", /the shop is down/, 120_000);
    await lesson.run("ssh deploy@web-1 sudo systemctl start shop");
    await lesson.passes("Let a program watch the shop", 180_000);
  });

  await test.step("a backup is restored", async () => {
    await lesson.run("mkdir -p ~/backups; ssh deploy@web-1 'sudo -u postgres pg_dump shop' > ~/backups/shop.sql", undefined, 120_000);
    await lesson.run("ssh deploy@web-1 sudo -u postgres createdb rehearsal", undefined, 120_000);
    await lesson.run("ssh deploy@web-1 sudo -u postgres psql -q rehearsal < ~/backups/shop.sql", undefined, 120_000);
    await lesson.passes("Make a backup that you have seen working", 120_000);
  });
});
