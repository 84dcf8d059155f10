import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/foundations/what-deploying-means/";

test("static and dynamic are seen by asking two servers", async ({ page }) => {
  const lesson = await Lesson.open(page, path);

  await test.step("a static server hands out files", async () => {
    await lesson.run("cd ~/site && python -m http.server 8000", /Serving HTTP on 0\.0\.0\.0 port 8000/);
    const pane = await lesson.visit("http://localhost:8000/");
    await expect(pane.locator("body")).toContainText(/\w/);
    await lesson.shows(/"GET \/ HTTP\/1\.1" 200 -/);
  });

  await test.step("curl in a second terminal sees the same bytes as the file", async () => {
    await page.getByRole("button", { name: "Open another terminal" }).click();
    await lesson.prompt();
    const same = await lesson.run("curl -s http://localhost:8000/ | cmp - ~/site/index.html && echo the same");
    expect(same).toContain("the same");
  });

  await test.step("Flask answers with what it computes", async () => {
    await lesson.run("pip install flask", /Successfully installed [\s\S]*\n.*\$$/);
    await lesson.run("cd ~/app && flask --app app run", /Running on http:\/\/127\.0\.0\.1:5000/);
    const pane = await lesson.visit("http://localhost:5000/");
    await expect(pane.locator("body")).toContainText(/\w/);
  });

  await test.step("a stopped server refuses the connection", async () => {
    await lesson.interrupt();
    const answer = await lesson.run("curl http://localhost:5000/");
    expect(answer).toMatch(/curl: \(7\) Failed to connect to localhost port 5000/);
  });
});
