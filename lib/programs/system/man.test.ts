import { expect, it } from "vitest";
import { freshMachine, runScript, runScriptAsRoot } from "../testing.ts";

it("man, whatis and apropos know the programs that are installed, and no others", async () => {
  const machine = await freshMachine();
  try {
    expect((await runScript(machine, "man jq | head -n 4 | tail -n 1")).stdout).toBe("       jq - command-line JSON processor\n");
    await runScriptAsRoot(machine, "apt-get remove -y jq");
    expect(await runScript(machine, "man jq")).toEqual({ stdout: "", stderr: "No manual entry for jq\n", exitCode: 16 });
    expect(await runScript(machine, "whatis jq; man -k JSON")).toMatchObject({
      stdout: "jq: nothing appropriate.\nJSON: nothing appropriate.\n",
      exitCode: 16,
    });
    expect((await runScript(machine, "man ls | head -n 4 | tail -n 1")).stdout).toBe("       ls - list directory contents\n");
  } finally {
    machine.destroy();
  }
});
