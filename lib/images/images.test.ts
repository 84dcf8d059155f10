import { describe, expect, it } from "vitest";
import { Kernel } from "../kernel/kernel.ts";
import { testHost } from "../kernel/testing.ts";
import { executables } from "../programs/executables.ts";
import { programPath } from "../programs/packages/catalog.ts";
import { programs } from "../programs/table.ts";
import { fillMachine } from "./images.ts";
import { installEverything } from "./ubuntu.ts";

async function machine() {
  const kernel = new Kernel({ host: testHost(), executables: executables(), fill: fillMachine, seed: 1 });
  return kernel.addMachine({ name: "web-1", image: "ubuntu" });
}

describe("a fresh bare server", () => {
  it("has the directories, modes and owners of Debian's", async () => {
    const { files } = await machine();
    expect(files.stat("/tmp").mode & 0o7777).toBe(0o1777);
    expect(files.stat("/root").mode & 0o7777).toBe(0o700);
    expect(files.stat("/home/learner")).toMatchObject({ uid: 1000, gid: 1000 });
    expect(files.readlink("/bin")).toBe("usr/bin");
    expect(files.readText("/etc/hostname")).toBe("web-1\n");
    expect(files.lstat("/dev/null")).toMatchObject({ kind: "device", rdev: 0x103 });
  });

  it("has every program of the table as an executable file, once every package is installed", async () => {
    const { files } = await machine();
    expect(files.exists("/usr/bin/tree")).toBe(false);
    installEverything(files);
    for (const name of programs.keys()) expect(files.exists(programPath(name)), name).toBe(true);
  });
});
