import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";
import { Reader } from "./support/reader.ts";

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("a shop loses its style, gets it back through nginx, under names that follow the content, and keeps its guests' pictures", async ({
  page,
}) => {
  test.setTimeout(900_000);
  const lesson = await Lesson.open(page, "/courses/a-stateful-app/static-files/");
  const reader = new Reader(lesson);

  await test.step("with DEBUG on, and off", async () => {
    await reader.does("python3 -m venv .venv", undefined, 120_000);
    await reader.does("source .venv/bin/activate");
    await reader.does("pip install -r requirements.txt", undefined, 180_000);
    await reader.hears("python manage.py findstatic", "/home/deploy/shop/bread/static/bread/style.css");
    await reader.opensTerminal();
    await reader.does("source .venv/bin/activate");
    await reader.does("python manage.py runserver", /Quit the server/, 120_000);
    await reader.goesTo(0);
    await reader.hears("curl -sI localhost:8000/static/bread/style.css", "HTTP/1.1 200 OK");
    await reader.does("sed -i 's/^DEBUG = True/DEBUG = False/'");
    await expect
      .poll(() => lesson.run("curl -sI localhost:8000/static/bread/style.css | head -n 1"), { timeout: 60_000 })
      .toContain("404 Not Found");
    await lesson.passes("See the shop without its style", 120_000);
  });

  await test.step("one folder", async () => {
    await reader.hears("python manage.py collectstatic --noinput", "STATIC_ROOT");
    await reader.does("sudo mkdir -p /var/www/shop");
    await reader.does("sudo chown deploy:");
    await reader.does("echo 'STATIC_ROOT =");
    await reader.hears("python manage.py collectstatic --noinput", "128 static files copied");
    await lesson.passes("Collect them in one folder", 120_000);
  });

  await test.step("a static server, and nginx", async () => {
    await reader.opensTerminal();
    await reader.does("python3 -m http.server 9000", /Serving HTTP/, 120_000);
    await reader.goesTo(0);
    await reader.hears("curl -s --retry 5 --retry-connrefused localhost:9000", "body {");
    await reader.goesTo(1);
    await lesson.interrupt();
    await reader.does("gunicorn shop.wsgi", undefined, 120_000);
    await reader.hears("curl -sI --retry 9 --retry-connrefused localhost:8000 |", "HTTP/1.1 200 OK");
    await reader.goesTo(0);
    await reader.does("sudo tee /etc/nginx/sites-available/shop");
    await reader.does("sudo ln -s");
    await reader.hears("sudo nginx -t", "test is successful");
    await reader.does("sudo systemctl start nginx");
    // The hint's `location`, written in nano.
    const [nano = "", location = "", , check = "", reload = ""] = await reader.hinted("Let nginx hand the folder out");
    await lesson.run(nano, /GNU nano/);
    for (let line = 0; line < 4; line += 1) await page.keyboard.press("ArrowDown");
    await lesson.type(`${location}\n`);
    await page.keyboard.press("Control+s");
    await lesson.shows(/\[ Wrote 10 lines \]/);
    await page.keyboard.press("Control+x");
    await lesson.prompt();
    expect(await lesson.run(check)).toContain("test is successful");
    await lesson.run(reload);
    await lesson.passes("Let nginx hand the folder out", 120_000);
  });

  await test.step("a guest who comes back", async () => {
    await reader.hears("python3 ~/visitor/visit.py", "may keep it for 30 days");
    await reader.hears("python3 ~/visitor/visit.py", "did not ask");
    await reader.does("sed -i 's/sienna/seagreen/'");
    await reader.does("python manage.py collectstatic --noinput", undefined, 120_000);
    await reader.hears("curl -s http://shop.test/static/bread/style.css", "color: seagreen;");
    await reader.hears("python3 ~/visitor/visit.py | tail", "sienna");
    const [, address = "", hup = ""] = await reader.hinted("Show the new color to a regular guest");
    await reader.opens("front-page.html");
    await reader.changes("{% static 'bread/style.css' %}", address);
    await lesson.run(hup);
    await lesson.passes("Show the new color to a regular guest", 120_000);
  });

  await test.step("names made from the content", async () => {
    await reader.does("cat >> shop/settings.py");
    await reader.hears("python manage.py collectstatic --noinput", "128 post-processed");
    await reader.does("kill -HUP $(cat gunicorn.pid)");
    await lesson.passes("Let each change have an address of its own", 180_000);
    expect(await reader.does("python3 ~/visitor/visit.py | tail")).not.toBe("");
    expect(await reader.does("sleep 4; python3 ~/visitor/visit.py")).toMatch(/style\.80ad6203d383\.css[\s\S]*seagreen/);
  });

  await test.step("what guests bring", async () => {
    await reader.does("python3 ~/visitor/visit.py ~/visitor/breakfast.png");
    await reader.hears("curl -s http://shop.test/ | grep '<img'", "/media/breakfast.png");
    await reader.does("mkdir /var/www/shop/static/guests");
    await reader.does("cp guests/breakfast.png");
    await reader.hears("python manage.py collectstatic --clear", "Deleting 'guests/breakfast.png'");
    const [folder = "", root = "", location = "", reload = "", hup = "", send = ""] = await reader.hinted(
      "Give guests' pictures a safe place",
    );
    await lesson.run(folder);
    await lesson.run(root);
    await lesson.run("sudo nano /etc/nginx/sites-available/shop", /GNU nano/);
    for (let line = 0; line < 4; line += 1) await page.keyboard.press("ArrowDown");
    await lesson.type(`${location}\n`);
    await page.keyboard.press("Control+s");
    await lesson.shows(/\[ Wrote 11 lines \]/);
    await page.keyboard.press("Control+x");
    await lesson.prompt();
    await lesson.run(reload);
    await lesson.run(hup);
    await expect
      .poll(async () => `${await lesson.run(send)}\n${await lesson.run("ls /var/www/shop/media")}`, { timeout: 60_000 })
      .toContain("breakfast");
    await lesson.passes("Give guests' pictures a safe place", 120_000);
  });

  await test.step("the questions", async () => {
    await reader.matches("Which kind of asset is each", {
      "A logo and a style sheet": "simple asset",
      "200 GB of films": "cloud storage",
      "A breakfast that a guest": "upload",
      "Sass and TypeScript": "compiled asset",
    });
    await reader.orders("A changed style sheet goes live", [
      "The changed style sheet",
      "collectstatic makes",
      "gunicorn starts",
      "A guest's browser",
      "The browser asks",
    ]);
    await reader.chooses("a colleague brings the styles back", "Files are the job of a web server");
    await lesson.passes("Answer the three questions below");
  });
});
