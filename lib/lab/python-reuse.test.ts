import { afterAll, beforeAll, expect, it } from "vitest";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

let python: PythonMachine;
let started = 0;

beforeAll(async () => {
  python = await pythonMachine();
  const { host } = python.kernel;
  const start = host.startWorker;
  Object.assign(host, {
    startWorker: (engine: string) => {
      started++;
      return start(engine);
    },
  });
});
afterAll(() => python.close());

/** What a process can find out about itself. */
const look = `cat > look.py <<'END'
import builtins, gc, os, signal, sys, threading, locale
def opened(fd):
    try: return os.fstat(fd)
    except OSError: return None
print(sorted(os.environ), os.getcwd(), oct(os.umask(0o22)), sorted(sys.modules), len(dir(builtins)), len(gc.get_objects()))
print([signal.getsignal(number) for number in (1, 2, 10, 15)], [fd for fd in range(40) if opened(fd)], threading.active_count(), sys.getrecursionlimit())
print(locale.setlocale(locale.LC_ALL), sys.path, sys.argv, id(None), hasattr(builtins, "left"))
END
`;
const pollute = `cat > pollute.py <<'END'
import builtins, ctypes, decimal, gc, locale, os, signal, sqlite3, sys, tempfile, threading
builtins.left = [bytearray(1000) for _ in range(10_000)]
os.environ["LEFT"] = "here"
os.umask(0o77)
os.chdir("/tmp")
signal.signal(signal.SIGTERM, lambda *args: None)
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
files = [open("/etc/passwd") for _ in range(20)]
sys.setrecursionlimit(50)
locale.setlocale(locale.LC_ALL, "C")
gc.disable()
database = sqlite3.connect(":memory:")
threading.Thread(target=lambda: None).start()
END
`;

it("starts the next process in the worker of the one that has ended", async () => {
  await python.sh("python3 -c pass");
  started = 0;
  await python.sh("for n in $(seq 20); do python3 -c pass; done");
  // On a slow computer a spare may have been wanted in between.
  expect(started).toBeLessThan(5);
});

it.each([
  ["it ends by itself", "python3 pollute.py"],
  ["it calls os._exit", "echo 'os._exit(7)' >> pollute.py; python3 pollute.py"],
  ["it ends with an error", "echo '1 / 0' >> pollute.py; python3 pollute.py"],
  [
    "it ends deep in its own functions",
    "echo 'def deep(n): deep(n - 1) if n else sys.exit(3)\ndeep(20)' >> pollute.py; python3 pollute.py",
  ],
  ["its child goes on", "echo 'os.fork() or os._exit(0)' >> pollute.py; python3 pollute.py"],
])("leaves nothing of a process to the next one: %s", async (_, how) => {
  const before = await python.sh(`${look}python3 look.py`);
  await python.sh(`${pollute}${how}`);
  expect(before.output.split("\n")).toHaveLength(4);
  // At most two spares stand ready: one of the next three processes has the worker of that one.
  for (let next = 0; next < 3; next++) expect((await python.sh("python3 look.py")).output).toBe(before.output);
});

it("does not use a worker again whose memory has grown much, or that was killed", async () => {
  const hungry = "python3 -c 'x = bytearray(200_000_000)'";
  const killed = "python3 -c 'import os; os.kill(os.getpid(), 9)'";
  for (const way of [hungry, killed]) {
    started = 0;
    await python.sh(`for n in 1 2 3; do ${way}; done; python3 -c pass`);
    expect(started, way).toBeGreaterThan(0);
  }
  expect((await python.sh("python3 -c 'print(6 * 7)'")).output).toBe("42\n");
});

it("is ready for signals that come to the next process", async () => {
  await python.sh("python3 -c 'import signal; signal.signal(signal.SIGTERM, lambda *args: None)'");
  const { output } = await python.sh(
    "python3 -c 'import signal, sys, time; signal.signal(signal.SIGTERM, lambda *args: sys.exit(5)); print(1, flush=True); [time.sleep(60) for n in range(9)]' > out & pid=$!; until test -s out; do sleep 0.05; done; kill $pid; wait $pid; echo $?; python3 -c 'import time; time.sleep(60)' & sleep 0.3; kill $!; wait $!; echo $?",
  );
  expect(output).toBe("5\n143\n");
});
