import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { commands, guideFiles } from "./lesson.ts";

/** Holds the content that the guide writes; everything else is the repository's own. */
const clone = mkdtempSync(join(tmpdir(), "slipway-guide-"));
mkdirSync(join(clone, "content"));

afterAll(() => rmSync(clone, { recursive: true, force: true }));

/** What `npm run -s lab --` does once packages and engine are there. */
function lab(command: string) {
  const args = command.replace("npm run -s lab -- ", "").split(" ");
  const main = join(process.cwd(), "lib/author/main.ts");
  const env = { ...process.env, SLIPWAY_CONTENT: join(clone, "content") };
  const ran = spawnSync(process.execPath, ["--import", "tsx", main, ...args], {
    cwd: process.cwd(),
    env,
    encoding: "utf8",
    timeout: 280_000,
  });
  return { status: ran.status, said: ran.stdout + ran.stderr };
}

it("leads from an empty folder to a lesson that passes the gate", () => {
  const made = lab(commands.make);
  expect(made.said).toContain("Try it with");
  execFileSync("bash", ["-c", commands.clear], { cwd: clone });
  for (const { path, text } of guideFiles) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  const tried = lab(commands.fullGate);
  expect(tried.said).toMatch(/(\d+) of \1 trials hold\./);
  expect(tried.status).toBe(0);
}, 300_000);

it("shows the mistake that the guide makes on purpose as it says", () => {
  const file = guideFiles.find(({ path }) => path.endsWith("lab.yaml"));
  if (file === undefined) throw new Error("the guide writes no lab.yaml");
  writeFileSync(join(clone, file.path), file.text.replace("image: ubuntu", "image: ubunto"));
  const { status, said } = lab(commands.gate);
  expect(status).toBe(1);
  expect(said).toContain("lab.yaml:2:20: `image: ubunto`: no such image.");
  expect(said).toContain("Did you mean `ubuntu`?");
});
