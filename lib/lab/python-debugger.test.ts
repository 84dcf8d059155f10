import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { screenOf } from "../kernel/testing.ts";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

let python: PythonMachine;

beforeAll(async () => {
  python = await pythonMachine();
});
afterAll(() => python.close());

const script = `def double(a):
    import ipdb; ipdb.set_trace()
    b = a + 1
    return b * 2
print(double(3))
`;

describe("ipdb", () => {
  it("is installed without the parts that do not run here, and stops a program on the terminal", async () => {
    expect((await python.sh("pip install ipdb && pip check")).output).toMatch(
      /Successfully installed .*ipdb-.*\nNo broken requirements found\.\n$/,
    );
    python.machine.files.writeFile("/tmp/debugged.py", script);
    const tty = python.machine.openTty({ columns: 100, rows: 30 });
    const screen = screenOf(tty);
    const type = (text: string) => tty.input(new TextEncoder().encode(text));
    // Keys that arrive before the prompt is up would be echoed by the terminal.
    let asked = 0;
    const prompted = async () => {
      await screen.until(new RegExp(`(ipdb>[^]*?\\x1b\\[\\?12l\\x1b\\[\\?25h[^]*?){${++asked}}`));
    };
    python.machine.login("learner", tty);
    await screen.until("$ ");
    type("python /tmp/debugged.py\r");
    await screen.until("\x1b[6n");
    // The terminal tells where the cursor is (DSR 6), as xterm.js does.
    type("\x1b[1;1R");
    await prompted();
    type("n\r");
    await screen.until(/return.* b \* /);
    type("p a + 40\r");
    await screen.until(/43\r\n/);
    type("p b + 500\r");
    await screen.until(/NameError: name 'b'/);
    type("c\r");
    await screen.until(/8\r\n/);
    type("python -m ipdb /tmp/debugged.py; echo ended: $?\r");
    await screen.until(/debugged\.py.*<module>.*ipdb>/s);
    type("q\r");
    await screen.until("ended: 0");
    expect(screen.text()).not.toContain("can't start new thread");
  });

  it("takes commands from a pipe, and stops inside a running loop of asyncio", async () => {
    const running = `import asyncio\nasync def main():\n    x = 5\n    import ipdb; ipdb.set_trace()\n    print("x is", x)\nasyncio.run(main())\n`;
    python.machine.files.writeFile("/tmp/running.py", running);
    expect((await python.sh("printf 'p x + 1\\nc\\n' | python /tmp/running.py")).output).toMatch(/ipdb> 6\nipdb> x is 5\n$/);
  });
});
