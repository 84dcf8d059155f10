import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";
import { Reader } from "./support/reader.ts";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("two secrets leave a repository, are made worthless, and check --deploy is answered", async ({ page }) => {
  test.setTimeout(600_000);
  const lesson = await Lesson.open(page, "/courses/a-stateful-app/settings-and-secrets/");
  const reader = new Reader(lesson);

  await test.step("a shop that anybody can enter", async () => {
    await reader.does("git clone https://github.test/bakery/shop");
    await reader.does("cd ~/shop");
    await reader.does("pip install -r requirements.txt", undefined, 180_000);
    await lesson.passes("Get the shop", 120_000);
    await reader.hears("python ~/guest.py", "200 Good morning, Rosa. The safe is 4711.");
    await reader.hears("grep -nE", "django-insecure-w7rye");
  });

  await test.step("settings from the environment, in the editor", async () => {
    expect(await reader.does("DEBUG=off python -c")).toMatch(/^True$/m);
    const [os = "", key = "", debug = "", hosts = "", password = ""] = await reader.hinted("Let the settings come from outside");
    const editor = await reader.opens("settings.py");
    await expect(editor).toContainText("SECRET_KEY");
    await reader.changes("from pathlib import Path", `${os}\nfrom pathlib import Path`);
    await reader.changes('SECRET_KEY = "django-insecure-w7rye2loaf9kneads4hours6rest1bake8cool3slice5"', key);
    await reader.changes("DEBUG = True", debug);
    await reader.changes("ALLOWED_HOSTS = []", hosts);
    await reader.changes('"PASSWORD": "sourdough-1987",', password);
    await lesson.passes("Let the settings come from outside", 180_000);
    await reader.hears("python manage.py check", "KeyError: 'SECRET_KEY'");
  });

  await test.step("a file that git never sees", async () => {
    await reader.does("cat > .env <<'END'");
    await reader.does("chmod 600 .env");
    await reader.does("echo .env >> .gitignore");
    expect(await reader.does("git status --short")).not.toMatch(/\?\? \.env$/m);
    await reader.opens("settings.py");
    await reader.changes("from pathlib import Path", "from pathlib import Path\n\nfrom dotenv import load_dotenv");
    await reader.changes("parent.parent", 'parent.parent\nload_dotenv(BASE_DIR / ".env")');
    await reader.does("git config --global user.name");
    await reader.does("git config --global user.email");
    await reader.hears("git commit -am", "2 files changed");
    await lesson.passes("Keep the values in a file that git never sees", 180_000);
  });

  await test.step("what was pushed is known, until it is worth nothing", async () => {
    await reader.hears("python ~/guest.py", "200 Good morning, Rosa.");
    expect((await reader.does("git --no-pager log --oneline -S")).match(/^[0-9a-f]{7} /gm)).toHaveLength(2);
    expect(await lesson.run("cat ~/from-rosa.txt")).toContain("quiet-harbor-41");
    const [key = "", password = "", guest = ""] = await reader.hinted("Make the leaked secrets worthless");
    await lesson.run(key);
    await lesson.run(password);
    expect(await lesson.run(guest, undefined, 120_000)).toContain("403 Bakers only.");
    await lesson.passes("Make the leaked secrets worthless", 180_000);
  });

  await test.step("what check --deploy asks", async () => {
    await reader.hears("DEBUG=off HTTPS=on", "security.W008");
    const [https = "", secure = "", hsts = "", silenced = "", origins = "", hosts = ""] = await reader.hinted("Answer the warnings");
    const list = (await reader.hinted("Let the settings come from outside"))[3] ?? "";
    expect([origins, hosts]).toEqual(["CSRF_TRUSTED_ORIGINS", "ALLOWED_HOSTS"]);
    const lines = [https, secure, hsts, silenced, list.replaceAll(hosts, origins)];
    await reader.opens("settings.py");
    await reader.changes("USE_TZ = True", `USE_TZ = True\n${lines.join("\n")}`);
    await reader.hears("DEBUG=off HTTPS=on", "System check identified no issues (2 silenced).");
    await reader.hears("CSRF_TRUSTED_ORIGINS=shop.test", "4_0.E001");
    await lesson.passes("Answer the warnings", 180_000);
  });

  await test.step("the questions", async () => {
    await reader.orders("At nine you pushed", ["Replace the password", "Look into the logs", "Take it out of the code", "Let a scanner"]);
    await reader.writes("A server has", "True");
    await reader.matches("where nobody minds the warning", {
      "DEBUG set to True": "strangers read its code on error pages",
      "SESSION_COOKIE_SECURE is not True": "somebody in the same café takes over a session",
      "ALLOWED_HOSTS must not be empty": "every visitor gets status 400",
      "SECRET_KEY is generated automatically": "strangers make up sessions of their own",
    });
    await lesson.passes("Answer the three questions below");
  });
});
