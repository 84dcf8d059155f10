import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { screenOf, until } from "../../kernel/testing.ts";
import type { Tty } from "../../kernel/types.ts";
import { MarkReader } from "../marks.ts";
import { shellWorld } from "../testing.ts";

let world: Awaited<ReturnType<typeof shellWorld>>;
let tty: Tty;
let screen: ReturnType<typeof screenOf>;

beforeEach(async () => {
  world = await shellWorld();
  tty = world.machine.openTty({ columns: 80, rows: 24 });
  screen = screenOf(tty);
  world.machine.login("ann", tty);
  await screen.until("\x1b]133;B;");
});
afterEach(() => world.kernel.shutdown());

const type = (text: string) => tty.input(new TextEncoder().encode(text));

/** How many prompts have been shown. */
const prompts = () => screen.text().split("\x1b]133;B;").length - 1;

/** Types a line, and waits for the next prompt. What the command showed, and its status. */
async function enter(line: string): Promise<{ output: string; status: number | undefined }> {
  const count = prompts();
  const from = screen.text().length;
  type(`${line}\r`);
  for (let seen = count; seen === count; seen = prompts()) await screen.until(new RegExp(`(?:\\x1b\\]133;B;[\\s\\S]*){${count + 1}}`));
  const pieces = new MarkReader(world.kernel.markKey).read(new TextEncoder().encode(screen.text().slice(from)));
  let output = "";
  let inside = false;
  let status: number | undefined;
  for (const piece of pieces) {
    if (piece.kind === "command-start") inside = true;
    else if (piece.kind === "command-end") {
      inside = false;
      status = piece.status;
    } else if (piece.kind === "bytes" && inside) output += new TextDecoder().decode(piece.bytes);
  }
  return { output, status };
}

describe("an interactive shell", () => {
  it("shows a prompt, runs what is typed, and marks its output", async () => {
    expect(screen.text()).toContain("ann@laptop");
    expect(await enter("echo hello; false")).toEqual({ output: "hello\r\n", status: 1 });
    expect(await enter("echo $?")).toEqual({ output: "1\r\n", status: 0 });
  });

  it("asks for more until a command is complete", async () => {
    type("for i in 1 2\r");
    await screen.until("> ");
    type("do echo n$i\r");
    await screen.until(/(?:133;A;k=s[\s\S]*?133;B;[\s\S]*){2}/);
    expect((await enter("done")).output).toBe("n1\r\nn2\r\n");
  });

  it("ends an endless loop on Ctrl-C, and keeps what follows in line", async () => {
    type("while true; do :; done\r");
    await screen.until("\x1b]133;C;");
    type("\x03");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks around prompts and commands
    await screen.until(/\x1b\]133;D;130;[\s\S]*\x1b\]133;B;/);
    expect((await enter("echo alive")).output).toBe("alive\r\n");
  });

  it("stops a job on Ctrl-Z, continues it in the background, and tells when it is done", async () => {
    type("sleep 1\r");
    await until(() => world.machine.processes().some((process) => process.argv[0] === "sleep"));
    type("\x1a");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks around prompts and commands
    await screen.until(/Stopped[\s\S]*\x1b\]133;B;/);
    expect((await enter("jobs")).output).toMatch(/\[1\]\+ {2}Stopped {17}sleep 1/);
    expect((await enter("bg")).output).toContain("[1]+ sleep 1 &");
    await enter("wait");
    await screen.until(/\[1\]\+ {2}Done/);
  });

  it("completes names of files, and lists them at the second Tab", async () => {
    world.machine.files.writeFile("/home/ann/one two.txt", "");
    world.machine.files.mkdir("/home/ann/things");
    type("cat on\t");
    await screen.until("one\\ two.txt ");
    type("\x15cd th\t");
    await screen.until("things/");
    type("\x15ls \t\t");
    await screen.until(/one two\.txt {2}things\//);
    type("\x03");
  });

  it("keeps history in a file after every command, and finds it again", async () => {
    await enter("echo first");
    await enter(" echo hidden");
    expect(world.machine.files.readText("/home/ann/.bash_history")).toBe("echo first\n");
    expect((await enter("\x1b[A")).output).toBe("first\r\n");
    type("\x12fir");
    await screen.until("(reverse-i-search)`fir'");
    type("\x07");
    expect((await enter("!!")).output).toContain("first");
  });

  // Recorded from bash 5.2: `#!/bin/bash` in a here-document is a line like any other.
  it("takes no exclamation mark for history in here-documents, comments and open single quotes", async () => {
    for (const line of ["cat <<'END'", "#!/bin/bash", "echo bye!now"]) await enter(line);
    expect((await enter("END")).output).toBe("#!/bin/bash\r\necho bye!now\r\n");
    expect((await enter("echo one # !two")).output).toBe("one\r\n");
    await enter("echo 'a");
    expect((await enter("b!c'")).output).toBe("a\r\nb!c\r\n");
    for (const line of ['echo "d', "e!f"]) await enter(line);
    expect((await enter('g"')).output).toBe("d\r\ng\r\n");
    await enter("echo h!i");
    expect(screen.text()).toMatch(/!f: event not found[\s\S]*!i: event not found/);
  });

  it("leaves what is typed ahead to the program that runs", async () => {
    type("read x; echo got $x\rwords for it\r");
    await screen.until("got words for it");
  });

  it("hints at the nearest command when one is not found", async () => {
    expect(await enter("slep 1")).toEqual({ output: "Command 'slep' not found, did you mean:\r\n  command 'sleep'\r\n", status: 127 });
    expect((await enter("nothinglikeit")).output).toBe("-bash: nothinglikeit: command not found\r\n");
  });

  it("ends a builtin that waits, on Ctrl-C", async () => {
    type("read x\r");
    await screen.until("\x1b]133;C;");
    type("\x03");
    await screen.until("\x1b]133;D;130;");
  });

  it("lets a script clean up after Ctrl-C", async () => {
    type(`bash -c 'trap "echo cleaned" EXIT; sleep 100; echo not reached'\r`);
    await until(() => world.machine.processes().some((process) => process.argv[0] === "sleep"));
    type("\x03");
    await screen.until("\x1b]133;D;130;");
    expect(screen.text()).toContain("cleaned\r\n");
    expect(screen.text()).not.toContain("\nnot reached");
  });

  it("edits in the middle, and kills and yanks words", async () => {
    expect((await enter("ho bc\x01ec\x05\x02\x02a\x05 x\x17\x19\x19")).output).toBe("abc xx\r\n");
  });

  it("takes what is pasted as text, not as keys", async () => {
    type("\x1b[200~echo 'a\tb'\recho c\x1b[201~");
    await screen.until("echo c");
    expect((await enter("")).output).toBe("a\tb\r\nc\r\n");
  });

  it("shows the branch in a repository, and the prefix that a virtual environment puts before the prompt", async () => {
    world.machine.files.mkdir("/home/ann/.git");
    world.machine.files.writeFile("/home/ann/.git/HEAD", "ref: refs/heads/main\n");
    await enter("true");
    await screen.until(" (main)$ ");
    await enter('PS1="(.venv) $PS1"');
    await screen.until("(.venv) ");
  });

  it("tells its jobs when the terminal is gone, and ends", async () => {
    type("sleep 100 &\r");
    await until(() => world.machine.processes().some((process) => process.argv[0] === "sleep"));
    tty.hangUp();
    await until(() => world.machine.processes().every((process) => process.pid === 1));
  });

  it("says logout at the end of input", async () => {
    type("\x04");
    await screen.until("logout");
  });
});
