import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/a-stateful-app/one-push/";
const hook = `#!/bin/bash
set -e
git --work-tree="$HOME/shop" checkout -f main
cd ~/shop
bash deploy.sh
`;

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("a script learns to stop and to start, and then a push deploys", async ({ page }) => {
  test.setTimeout(900_000);
  const lesson = await Lesson.open(page, path);

  await test.step("a release that says Deployed, and breaks the shop", async () => {
    expect(await lesson.run("curl -s --retry 20 shop.test | grep notice", undefined, 120_000)).toContain("Closed on Mondays.");
    await lesson.run("rsync -a ~/shop deploy@web-1:");
    const said = await lesson.run("ssh deploy@web-1 'cd shop && bash deploy.sh' 2>&1 | tail -n 5", undefined, 180_000);
    expect(said).toMatch(/DataError: value too long for type character varying\(16\)[\s\S]*Deployed\./);
    const broken = "until curl -sI shop.test | grep 'HTTP/1.1 500'; do sleep 1; done";
    expect(await lesson.run(broken, undefined, 120_000)).toMatch(/^HTTP\/1\.1 500/m);
  });

  await test.step("it stops, and the release is mended", async () => {
    await lesson.run("sed -i '2i set -e' deploy.sh");
    await lesson.run("rsync -a ~/shop deploy@web-1:");
    await lesson.passes("A script that stops", 120_000);
    await lesson.run("sed -i 's/max_length=16/max_length=60/' bread/models.py bread/migrations/0003_flour.py");
    await lesson.run("rsync -a ~/shop deploy@web-1:");
    expect(await lesson.run("ssh deploy@web-1 'cd shop && bash deploy.sh'", undefined, 180_000)).toMatch(
      /Applying bread\.0003_flour\.\.\. OK/,
    );
    await lesson.passes("Deploy the release", 120_000);
  });

  await test.step("it starts gunicorn where none runs", async () => {
    const start = "gunicorn shop.wsgi --bind 127.0.0.1:8000 --workers 2 --daemon --pid gunicorn.pid --error-logfile gunicorn.log";
    await lesson.run(`sed -i '/^kill/s/$/ || ${start}/' deploy.sh`);
    await lesson.run("rsync -a ~/shop deploy@web-1:");
    await lesson.passes("A script for any day", 120_000);
  });

  await test.step("a push deploys", async () => {
    await lesson.writes("~/hook", hook);
    await lesson.run("ssh deploy@web-1 'git init --bare -b main ~/shop.git'");
    await lesson.run("scp -q ~/hook deploy@web-1:shop.git/hooks/post-receive");
    await lesson.run("ssh deploy@web-1 'chmod +x ~/shop.git/hooks/post-receive'");
    await lesson.run("git init -q -b main");
    await lesson.run('git config --global user.name "Kim"; git config --global user.email kim@bakery.test');
    await lesson.run("sed -i 's/Closed on Mondays./Rye on Thursdays./' bread/templates/bread/front-page.html");
    await lesson.run("git add .; git commit -qm 'Rye on Thursdays'");
    await lesson.run("git remote add live deploy@web-1:shop.git");
    const said = await lesson.run("git push live main", undefined, 180_000);
    expect(said).toMatch(/remote: Deployed\.[\s\S]*\[new branch\] {6}main -> main/);
    await lesson.passes("One push", 180_000);
    const pane = await lesson.visit("http://shop.test/");
    await expect(pane.getByText("Rye on Thursdays.")).toBeVisible({ timeout: 60_000 });
  });
});
