import { expect, test } from "vitest";
import { screenOf, testWorld, until } from "./testing.ts";
import { O } from "./types.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (data: Uint8Array | undefined) => (data === undefined ? undefined : new TextDecoder().decode(data));

async function terminal() {
  const { machine } = await testWorld();
  const tty = machine.openTty();
  const file = tty.open(O.RDWR);
  return { tty, file, screen: screenOf(tty), type: (text: string) => tty.input(bytes(text)), read: () => textOf(file.readNow(4096)) };
}

test("a line is read when it is complete, and echoed as it is typed", async () => {
  const { screen, type, read } = await terminal();
  type("ls");
  expect(read()).toBeUndefined();
  type(" -l\r");
  expect(read()).toBe("ls -l\n");
  await screen.until("ls -l\r\n");
});

test("each read gives one line, in pieces when the buffer is small", async () => {
  const { file, type, read } = await terminal();
  type("one\rtwo\r");
  expect(textOf(file.readNow(2))).toBe("on");
  expect(read()).toBe("e\n");
  expect(read()).toBe("two\n");
  expect(read()).toBeUndefined();
});

test("erase takes back whole characters, ^W a word, ^U the line", async () => {
  const { screen, type, read } = await terminal();
  type("aä€😀\x7f\x7f\x08b\r");
  expect(read()).toBe("ab\n");
  type("one two  \x17three\r");
  expect(read()).toBe("one three\n");
  type("nothing\x15\x7frest\r");
  expect(read()).toBe("rest\n");
  await screen.until("aä€😀\b \b\b \b\b \bb\r\n");
});

test("control characters are echoed as ^X and take two columns back; ^V takes the next key literally", async () => {
  const { screen, type, read } = await terminal();
  type("\x01\x7f\x16\x03\r");
  expect(read()).toBe("\x03\n");
  await screen.until("^A\b \b\b \b^C\r\n");
});

test("^D ends the input on an empty line, and otherwise hands over what was typed", async () => {
  const { type, read } = await terminal();
  type("abc\x04");
  expect(read()).toBe("abc");
  type("\x04");
  expect(read()).toBe("");
  expect(read()).toBeUndefined();
});

test("in raw mode every key is read at once, without echo or signals when those are off", async () => {
  const { tty, screen, type, read } = await terminal();
  type("typed ahead");
  tty.settings = { ...tty.settings, canonical: false, echo: false, signals: false, crToNl: false };
  expect(read()).toBe("typed ahead");
  type("\x03\r\x1b[A");
  expect(read()).toBe("\x03\r\x1b[A");
  tty.settings = { ...tty.settings, outputProcessing: false };
  tty.open(O.WRONLY).writeNow(bytes("a\nb"));
  expect(await screen.until("b")).toBe("typed aheada\nb");
});

test("Ctrl-C throws away what was typed and what was not shown yet", async () => {
  const { screen, type, read } = await terminal();
  type("half a line\x03");
  type("whole\r");
  expect(read()).toBe("whole\n");
  await screen.until("^Cwhole\r\n");
});

test("output waits for the screen: 256 KiB may be unacknowledged, then writers wait", async () => {
  const { machine } = await testWorld();
  const tty = machine.openTty();
  let shown = 0;
  let acknowledge: (() => void)[] = [];
  tty.onOutput((data, done) => {
    shown += data.length;
    acknowledge.push(done);
  });
  const file = tty.open(O.WRONLY);
  let written = false;
  const writing = file.write(new Uint8Array(1_000_000).fill(120)).then(() => {
    written = true;
  });
  await until(() => shown === 256 * 1024);
  expect(written).toBe(false);
  expect(file.poll()).toBe(0);
  while (!written) {
    for (const done of acknowledge.splice(0)) done();
    await until(() => acknowledge.length > 0 || written);
  }
  await writing;
  for (const done of acknowledge) done();
  acknowledge = [];
  await until(() => shown === 1_000_000);
});

test("what is written before there is a screen is shown when there is one", async () => {
  const { machine } = await testWorld();
  const tty = machine.openTty();
  tty.open(O.WRONLY).writeNow(bytes("early\n"));
  await screenOf(tty).until("early\r\n");
});

test("a new size is told to the foreground", async () => {
  const { machine } = await testWorld({
    sh: async (self) => {
      const { columns } = await new Promise<{ columns: number }>((resolve) => {
        self.signals.set("SIGWINCH", () => resolve(self.fds.get(0)?.tty ?? { columns: 0 }));
      });
      return columns;
    },
  });
  const tty = machine.openTty();
  const shell = machine.login("ann", tty);
  await until(() => shell.signals.get("SIGWINCH") !== "default");
  tty.resize(132, 50);
  await until(() => shell.end !== undefined);
  expect(shell.end?.status).toBe(132);
});

test("keys are echoed within 16 ms while programs are busy", async () => {
  const busy = async (self: { tick(): Promise<void>; print(text: string): Promise<void> }) => {
    for (;;) await self.tick();
  };
  const { machine } = await testWorld({ sh: busy });
  const tty = machine.openTty();
  const screen = screenOf(tty);
  const shells = [machine.login("ann", tty)];
  for (let count = 0; count < 5; count++)
    shells.push(machine.spawn({ argv: ["sh"], env: { PATH: "/bin" }, cwd: "/", credentials: shells[0]!.credentials, fds: new Map() }));
  const delays: number[] = [];
  for (let round = 0; round < 20; round++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const before = performance.now();
    const length = screen.text().length;
    tty.input(bytes("x"));
    await screen.until(new RegExp(`^[^]{${length + 1}}`));
    delays.push(performance.now() - before);
  }
  for (const shell of shells) shell.deliver("SIGKILL");
  delays.sort((left, right) => left - right);
  expect(delays[10]).toBeLessThan(16);
});
