import { afterEach, describe, expect, it } from "vitest";
import type { Machine } from "../../kernel/types.ts";
import { freshMachine } from "../testing.ts";

let machine: Machine;
afterEach(() => machine.destroy());

/** A terminal with `argv` on it: `type` presses keys, `until` waits for what the screen shows. */
async function terminal(argv: readonly string[]) {
  machine = await freshMachine();
  const tty = machine.openTty({ columns: 80, rows: 24 });
  let shown = "";
  let wake = () => {};
  tty.onOutput((bytes, done) => {
    shown += new TextDecoder().decode(bytes);
    done();
    wake();
  });
  let status: number | undefined;
  machine.spawn({
    argv: ["test"],
    env: { PATH: "/usr/bin", TERM: "xterm-256color", HOME: "/home/learner" },
    cwd: "/home/learner",
    credentials: { uid: 1000, gid: 1000, groups: [1000] },
    session: { tty },
    foreground: true,
    fds: new Map([0, 1, 2].map((fd) => [fd, tty.open(2)])),
    run: async (self) => {
      const child = self.spawn({ argv });
      status = (await self.wait(child.pid))?.status;
      wake();
      return 0;
    },
  });
  const waitFor = async (holds: () => boolean) => {
    while (!holds())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return {
    type: (text: string) => {
      shown = "";
      tty.input(new TextEncoder().encode(text));
    },
    until: (text: string) => waitFor(() => shown.includes(text)),
    ended: async () => {
      await waitFor(() => status !== undefined);
      return status;
    },
  };
}

describe("nano", () => {
  it("edits a file, writes it and leaves", async () => {
    const screen = await terminal(["nano", "notes.txt"]);
    await screen.until("New File");
    screen.type("hello\rworld");
    await screen.until("world");
    screen.type("\x0f");
    await screen.until("File Name to Write: notes.txt");
    screen.type("\r");
    await screen.until("Wrote 2 lines");
    screen.type("\x18");
    expect(await screen.ended()).toBe(0);
    expect(machine.files.readText("/home/learner/notes.txt")).toBe("hello\nworld\n");
  });

  it("asks before it throws changes away", async () => {
    const screen = await terminal(["nano", "notes.txt"]);
    await screen.until("New File");
    screen.type("x\x18");
    await screen.until("Save modified buffer?");
    screen.type("n");
    expect(await screen.ended()).toBe(0);
    expect(machine.files.exists("/home/learner/notes.txt")).toBe(false);
  });
});

describe("less", () => {
  it("shows a file by windows, searches and leaves", async () => {
    const screen = await terminal(["less", "/etc/passwd"]);
    await screen.until("root:x:0:0");
    screen.type("/learner\r");
    await screen.until("\x1b[7mlearner\x1b[27m");
    screen.type("q");
    expect(await screen.ended()).toBe(0);
  });
});
