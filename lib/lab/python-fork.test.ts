import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../kernel/testing.ts";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

let python: PythonMachine;

beforeAll(async () => {
  python = await pythonMachine();
});
afterAll(() => python.close());

async function run(source: string): Promise<{ output: string; status: number }> {
  python.machine.files.writeFile("/home/learner/program.py", source);
  const { output, status } = await python.sh("python program.py");
  return { output, status };
}

describe("os.fork()", () => {
  it("goes on in both processes where it was called, through every frame, try and finally", async () => {
    const source = `import os
seen = []
def inner(value):
    pid = os.fork()
    seen.append(value)
    return pid
def outer():
    try:
        pid = inner("both")
        if pid == 0:
            seen.append("child")
            raise SystemExit(7)
        return pid
    finally:
        who = "child" if "child" in seen else "parent"
        print(who, seen, os.getppid() == PARENT, flush=True)
PARENT = os.getpid()
pid = outer()
print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), pid != os.getpid(), seen, flush=True)
if os.fork() == 0:
    print("to the end of the module")
else:
    os.wait()
    print("parent last")`;
    const { output, status } = await run(source);
    expect(output.split("\n").sort()).toEqual(
      [
        "",
        "parent ['both'] False",
        "child ['both', 'child'] True",
        "status 7 True ['both']",
        "to the end of the module",
        "parent last",
      ].sort(),
    );
    expect(status).toBe(0);
  });

  it("can be done again by the child, which outlives whoever began it", async () => {
    const source = `import os, time
def daemonize():
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
def main():
    daemonize()
    while os.getppid() != 1: time.sleep(0.01)
    if os.fork() == 0:
        return "grandchild"
    os.wait()
    return "daemon"
print(main(), os.getpid() != os.getsid(0), flush=True)`;
    await run(`open("log", "w").close()`);
    python.machine.files.writeFile("/home/learner/program.py", source);
    await python.sh("python program.py > log");
    await until(() => python.machine.files.readText("/home/learner/log").includes("daemon"));
    expect(python.machine.files.readText("/home/learner/log")).toBe("grandchild True\ndaemon True\n");
  });

  it("gives the child its parent's descriptors, handlers and memory, and nothing goes back", async () => {
    const source = `import os, signal, socket, tempfile
kept = tempfile.TemporaryFile()
reader, writer = os.pipe()
listener = socket.create_server(("127.0.0.1", 0))
signal.signal(signal.SIGUSR1, lambda *args: os.write(writer, b"handled "))
data = {"n": 1}
if os.fork() == 0:
    data["n"] = 2
    kept.write(b"child was here")
    kept.flush()
    os.kill(os.getpid(), signal.SIGUSR1)
    connection, _ = listener.accept()
    os.write(writer, connection.recv(100))
    os._exit(data["n"])
client = socket.create_connection(listener.getsockname())
client.sendall(b"asked")
print(os.wait()[1] >> 8, data, os.read(reader, 100), os.pread(kept.fileno(), 100, 0))`;
    expect((await run(source)).output).toBe("2 {'n': 1} b'handled asked' b'child was here'\n");
  });

  it("ends a child as Python ends: with a traceback, a status, a signal", async () => {
    const source = `import os, signal, sys
for ending in ("1/0", "sys.exit('said')", "sys.exit(3)", "os.kill(os.getpid(), 15)", "os.kill(os.getpid(), signal.SIGINT)"):
    if os.fork() == 0:
        if ending.startswith("1"): 1/0
        elif "said" in ending: sys.exit("said")
        elif "3" in ending: sys.exit(3)
        elif "15" in ending: os.kill(os.getpid(), 15)
        else: os.kill(os.getpid(), signal.SIGINT)
    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)`;
    const { output } = await run(source);
    expect(output.match(/^-?\d+$/gm)).toEqual(["1", "1", "3", "-15", "-2"]);
    expect(output).toMatch(/line 4, in <module>\n.*1\/0\n.*\nZeroDivisionError: division by zero\n1\nsaid\n/);
  });

  it("says so where the child can't go on", async () => {
    const source = `import os
def numbers():
    yield os.fork()
try: next(numbers())
except OSError as error: print(error, flush=True)
list(map(lambda _: os.fork(), [1]))
print("parent", os.waitstatus_to_exitcode(os.wait()[1]))`;
    expect((await run(source)).output).toBe(
      "[Errno 38] Function not implemented\npython: the child of a fork() came back to a function written in C, and can't go on there on this machine; see /reference/machine\nparent 1\n",
    );
  });
});

describe("waiting for a lock without threads", () => {
  it("sleeps until its time or a signal, and takes no processor time", async () => {
    const source = `import queue, signal, threading, time
waits = [lambda: queue.SimpleQueue().get(timeout=0.2), lambda: queue.Queue().get(timeout=0.2), lambda: threading.Event().wait(0.2)]
for wait in waits:
    began = time.monotonic()
    try: wait()
    except queue.Empty: pass
    assert 0.2 <= time.monotonic() - began
items = queue.SimpleQueue()
signal.signal(signal.SIGALRM, lambda *args: items.put("rang"))
signal.setitimer(signal.ITIMER_REAL, 0.1)
print(items.get(timeout=60))`;
    expect((await run(source)).output).toBe("rang\n");
  });
});
