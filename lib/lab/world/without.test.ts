import { expect, test } from "vitest";
import { machineOf, testLab } from "../several-machines-testing.ts";

test("a package that a machine lacks is not there, and apt brings it", async () => {
  const lab = await testLab([machineOf("web-1", { image: "python", without: ["zip"] }), machineOf("laptop", { image: "python" })]);
  try {
    expect(await lab.open("laptop").run("which zip")).toBe("/usr/bin/zip\n");
    const terminal = lab.open("web-1");
    expect(await terminal.run("which zip; dpkg -s zip 2>&1 | head -1")).toContain("is not installed");
    await terminal.run("sudo apt-get update && sudo apt-get install -y zip");
    expect(await terminal.run("which zip")).toBe("/usr/bin/zip\n");
  } finally {
    lab.close();
  }
});
