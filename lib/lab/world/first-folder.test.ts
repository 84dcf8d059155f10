import { expect, test } from "vitest";
import { machineOf, testLab } from "../several-machines-testing.ts";

test("the folder where terminals begin is made when no file of the lesson is in it, and belongs to the user", async () => {
  const lab = await testLab([machineOf("laptop", { cwd: "/home/learner/new/site" }), machineOf("web-1", { cwd: "/srv/app" })]);
  try {
    expect(await lab.open("laptop").run("pwd; stat -c '%U %a' ~/new .; ls -A")).toBe("/home/learner/new/site\nlearner 755\nlearner 755\n");
    expect(await lab.open("web-1").run("pwd; stat -c '%U %a' .")).toBe("/srv/app\nroot 755\n");
    expect(
      lab.session
        .editor("laptop")
        .list("/home/learner/new")
        .map(({ name }) => name),
    ).toEqual(["site"]);
    await lab.open("laptop").run("rm -r ~/new");
    expect(
      lab.session
        .editor("laptop")
        .list("/home/learner")
        .map(({ name }) => name),
    ).not.toContain("new");
  } finally {
    lab.close();
  }
});

test("a file where terminals should begin is the author's mistake, and is said so", async () => {
  await expect(testLab([machineOf("laptop", { cwd: "/etc/passwd" })])).rejects.toThrow(
    "lab.yaml: the `cwd` of `laptop`, /etc/passwd, is a file. Name a folder there.",
  );
});
