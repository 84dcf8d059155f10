import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/your-own-servers/first-server-over-ssh/";

// Tall enough that a whole login stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("a site is put on a server over ssh, seen through its firewall, and stays up after the last logout", async ({ page, context }) => {
  test.setTimeout(600_000);
  const lesson = await Lesson.open(page, path);
  const there = /debian@web-1:\S*\$$/;

  await test.step("a key, and the first login with its question", async () => {
    await lesson.run("ssh-keygen -t ed25519", /id_ed25519\):$/);
    await lesson.type("\n");
    await lesson.shows(/no passphrase\):$/);
    await lesson.type("\n");
    await lesson.shows(/again:$/);
    await lesson.type("\n");
    await lesson.shows(/\+----\[SHA256\]-----\+/);
    await lesson.prompt();
    await lesson.passes("Make a key pair on the laptop");
    await lesson.run("ssh-copy-id debian@web-1", /\[fingerprint\]\)\?$/);
    await lesson.type("yes\n");
    await lesson.shows(/password:$/);
    await lesson.type("seagull-ferry-lantern\n");
    await lesson.shows(/Number of key\(s\) added: 1/);
    await lesson.prompt();
    expect(await lesson.screen()).not.toContain("seagull-ferry");
    await lesson.run("ssh debian@web-1", there);
    await lesson.passes("Log in to web-1 with the key");
    await lesson.type("exit\n");
    await lesson.shows(/Connection to web-1 closed\.[\s\S]*learner@laptop:\S*\$$/);
  });

  await test.step("the site is copied and served", async () => {
    expect(await lesson.run("scp -r site debian@web-1:")).toMatch(/index\.html +100%/);
    await lesson.passes("Copy the site to web-1");
    await lesson.run("ssh debian@web-1", there);
    await lesson.type("cd site && python3 -m http.server 8000\n");
    await lesson.shows(/Serving HTTP on 0\.0\.0\.0 port 8000/);
    await lesson.passes("Serve it on port 8000");
  });

  await test.step("the firewall drops visitors until the port is opened", async () => {
    await page.getByRole("button", { name: "Open another terminal" }).click();
    await page.getByRole("menuitem", { name: "On laptop" }).click();
    await lesson.prompt();
    expect(await lesson.run("curl -m 1 http://web-1:8000/")).toContain("curl: (28) Connection timed out");
    expect(await lesson.run("ssh debian@web-1 sudo ufw allow 8000/tcp")).toContain("Rule added");
    const pane = await lesson.visit("http://web-1:8000/");
    await expect(pane.getByRole("heading", { level: 1 })).toContainText("Harbor Bakery");
    await lesson.passes("Let visitors in, and only where you mean to");
  });

  await test.step("it stays up when nobody is logged in", async () => {
    await page.getByRole("tablist", { name: "Terminals" }).getByRole("tab").first().click();
    await lesson.interrupt();
    await lesson.type("nohup python3 -m http.server 8000 > ~/site.log 2>&1 &\n");
    await lesson.shows(/\[1\] \d+/);
    await lesson.type("exit\n");
    await lesson.shows(/Connection to web-1 closed\.[\s\S]*learner@laptop:\S*\$$/);
    await lesson.passes("Keep it running without you");
  });

  await test.step("the server on the other machine is there again after the tab was closed", async () => {
    await expect(page.getByText("Saved", { exact: true })).toBeVisible();
    await page.close();
    const again = await context.newPage();
    const back = await Lesson.open(again, path);
    await back.passes("Keep it running without you");
    await expect.poll(() => back.run("curl -s -m 2 http://web-1:8000/ | grep -c 'Harbor Bakery'"), { timeout: 60_000 }).toMatch(/^[1-9]/m);
    expect(await back.run("ssh debian@web-1 hostname")).toMatch(/^web-1$/m);
  });
});
