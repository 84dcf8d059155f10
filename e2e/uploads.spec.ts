import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/a-stateful-app/uploads/";
const text = readFileSync(join(import.meta.dirname, "../content/a-stateful-app/uploads/lesson.mdx"), "utf8");

/** What the lesson's here-document adds to the settings. */
function storages(): string {
  const block = /settings\.py <<'END'\n((?:>[^\n]*\n)*?)> END\n/.exec(text);
  if (block?.[1] === undefined) throw new Error("the lesson adds nothing to the settings");
  return block[1].replaceAll(/^> ?/gm, "");
}

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1400 } });

test("a guest's picture is lost by a release, then outlives it, then is seen on two machines", async ({ page }) => {
  test.setTimeout(900_000);
  const lesson = await Lesson.open(page, path);
  const long = 240_000;
  const send = "python3 guest/send.py guest/breakfast.png";

  await test.step("lose a picture", async () => {
    expect(await lesson.run("./release", undefined, long)).toContain("Release 1 is live.");
    expect(await lesson.run(send, undefined, long)).toContain("The wall shows: breakfast.png");
    expect(await lesson.run("./release", undefined, long)).toContain("Release 2 is live.");
    expect(await lesson.run("find releases -name '*.png'")).toContain("releases/1/media/breakfast.png");
    const pane = await lesson.visit("http://web-1:8000/");
    await expect(pane.getByText("0 pictures")).toBeVisible({ timeout: 60_000 });
    await lesson.passes("Lose a picture", 60_000);
  });

  await test.step("a folder outside", async () => {
    await lesson.run("echo MEDIA_ROOT=/home/deploy/media >> wall.env");
    await lesson.run("./release", undefined, long);
    await lesson.run(send, undefined, long);
    await lesson.run("./release", undefined, long);
    await lesson.passes("Keep pictures where no release goes", 120_000);
  });

  await test.step("a bucket", async () => {
    const make = (name: string) => `venv/bin/python -c 'import boto3; boto3.client("s3").create_bucket(Bucket="${name}")'`;
    expect(await lesson.run(make("media"), undefined, long)).toContain("BucketAlreadyExists");
    await lesson.run(make("harbor-bakery-wall-2026"), undefined, long);
    await lesson.run("echo BUCKET=harbor-bakery-wall-2026 >> wall.env");
    await lesson.passes("Make a bucket", 60_000);
    const pane = await lesson.visit("https://console.buckets.test/");
    await expect(pane.getByRole("link", { name: "harbor-bakery-wall-2026" })).toBeVisible({ timeout: 60_000 });
  });

  await test.step("two machines", async () => {
    await lesson.writes("more.py", storages());
    await lesson.run("cat more.py >> code/wall/settings.py; ./release", undefined, long);
    await lesson.run(send, undefined, long);
    await lesson.run("rsync -a code release wall.env web-2:", /\[fingerprint\]\)\?$/);
    await lesson.type("yes\n");
    await lesson.prompt(long);
    expect(await lesson.run("ssh web-2 ./release", undefined, long)).toContain("Release 1 is live.");
    const pane = await lesson.visit("http://web-2:8000/");
    await expect(pane.getByText("1 picture", { exact: true })).toBeVisible({ timeout: 60_000 });
    // The picture comes from the bucket, which is another host, into the page.
    const picture = pane.locator("figure img");
    await expect.poll(() => picture.evaluate((each) => (each instanceof HTMLImageElement ? each.naturalWidth : 0))).toBeGreaterThan(0);
    await lesson.passes("One wall on two machines", long);
  });
});
