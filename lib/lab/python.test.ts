import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpRequest } from "../kernel/http-client.ts";
import { screenOf, until } from "../kernel/testing.ts";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

let python: PythonMachine;

beforeAll(async () => {
  python = await pythonMachine();
});
afterAll(() => python.close());

async function output(command: string): Promise<string> {
  return (await python.sh(command)).output;
}

describe("a Python process", () => {
  it("reads its command line as CPython does", async () => {
    expect(await output("python3 -V")).toBe("Python 3.14.2\n");
    expect(await output(`python -c 'import sys; print(sys.argv, sys.executable)' a b`)).toBe("['-c', 'a', 'b'] /usr/local/bin/python\n");
    expect(await output(`echo 'print(input())' > in.py; echo hello | python in.py`)).toBe("hello\n");
    expect(await python.sh("python -c 'import sys; sys.exit(3)'")).toMatchObject({ status: 3 });
    expect(await python.sh("python nosuch.py")).toMatchObject({
      status: 2,
      output: "/usr/local/bin/python: can't open file '/home/learner/nosuch.py': [Errno 2] No such file or directory\n",
    });
  });

  it("shows tracebacks without a frame of ours, and Linux's numbers of errors", async () => {
    expect(await output(`python -c 'open("/nowhere")'`)).toBe(
      [
        "Traceback (most recent call last):",
        '  File "<string>", line 1, in <module>',
        '    open("/nowhere")',
        "    ~~~~^^^^^^^^^^^^",
        "FileNotFoundError: [Errno 2] No such file or directory: '/nowhere'",
        "",
      ].join("\n"),
    );
    const numbers = `import errno, os, socket
print(errno.ENOENT, errno.EADDRINUSE, os.strerror(98), errno.errorcode[13])
for attempt in (lambda: os.mkdir("/root/x"), lambda: os.mkdir("/tmp"), lambda: os.kill(99999, 0), lambda: open("/tmp"),
                lambda: socket.create_connection(("127.0.0.1", 1))):
    try: attempt()
    except OSError as error: print(type(error).__name__, error.errno)`;
    python.machine.files.writeFile("/tmp/numbers.py", numbers);
    expect(await output("python /tmp/numbers.py")).toBe(
      "2 98 Address already in use EACCES\nPermissionError 13\nFileExistsError 17\nProcessLookupError 3\nIsADirectoryError 21\nConnectionRefusedError 111\n",
    );
  });

  it("starts other programs with pipes, directories and environments", async () => {
    const script = `import subprocess
print(subprocess.run("pwd; echo $A; cat", shell=True, cwd="/tmp", env={"A": "b", "PATH": "/bin:/usr/bin"}, input="in", text=True, capture_output=True).stdout)
print(subprocess.run(["sh", "-c", "exit 7"]).returncode)
try: subprocess.run(["sleep", "9"], timeout=0.1)
except subprocess.TimeoutExpired as error: print(error)
try: subprocess.run(["nosuch"])
except FileNotFoundError as error: print(error)`;
    python.machine.files.writeFile("/tmp/sub.py", script);
    expect(await output("python /tmp/sub.py")).toBe(
      "/tmp\nb\nin\n7\nCommand '['sleep', '9']' timed out after 0.1 seconds\n[Errno 2] No such file or directory: 'nosuch'\n",
    );
  });

  it("takes programs from its standard input, runs modules, and derives keys as OpenSSL does", async () => {
    expect(await output("python - a <<'EOF'\nimport sys\nprint(sys.argv)\nEOF")).toBe("['-', 'a']\n");
    expect(await output(`echo '{"b": [1]}' | python -m json.tool --compact; echo '{' | python -m json.tool; echo $?`)).toBe(
      '{"b":[1]}\nExpecting property name enclosed in double quotes: line 2 column 1 (char 2)\n1\n',
    );
    const keys = `import hashlib
print(hashlib.scrypt(b"a", salt=b"b", n=32768, r=8, p=1, maxmem=132 * 32768 * 8, dklen=16).hex())
print(hashlib.pbkdf2_hmac("sha256", b"a", b"b", 10).hex()[:32])
try: hashlib.scrypt(b"a", salt=b"b", n=3, r=8, p=1)
except ValueError as error: print(error)`;
    python.machine.files.writeFile("/tmp/keys.py", keys);
    expect(await output("python /tmp/keys.py")).toBe(
      "7be7bcca7726bec29a68419d72bbd632\n8035ce8e3b671cc36ec2cc1cb7a42b34\nn must be a power of 2.\n",
    );
  });

  it("runs signal handlers, and ends as a signal says", async () => {
    const handler = `import signal, sys, time
signal.signal(signal.SIGTERM, lambda *a: sys.exit(5))
print("up", flush=True)
open("/tmp/ready", "w").close()
time.sleep(300)`;
    python.machine.files.writeFile("/tmp/handler.py", handler);
    expect(await output("python /tmp/handler.py & until [ -e /tmp/ready ]; do sleep 0.05; done; kill $!; wait $!; echo $?")).toBe(
      "up\n5\n",
    );
  });

  it("keeps SQLite's data apart from another process by locks", async () => {
    const script = `import sqlite3, subprocess, sys
db = sqlite3.connect("locked.db", timeout=0.1)
db.execute("create table t (x)")
print(db.execute("pragma journal_mode=wal").fetchone())
db.execute("begin exclusive")
print(subprocess.run([sys.executable, "-c", "import sqlite3; sqlite3.connect('locked.db', timeout=0.1).execute('select * from t').fetchall()"], capture_output=True, text=True).stderr.splitlines()[-1])`;
    python.machine.files.writeFile("/tmp/lock.py", script);
    expect(await output("python /tmp/lock.py")).toBe("('delete',)\nsqlite3.OperationalError: database is locked\n");
  });

  it("uses a module of the learner's instead of one of the snapshot, and drops what would stand on the other", async () => {
    expect(await output("mkdir own; cd own; echo 'print(\"mine\")' > random.py; python -c 'import random'")).toBe("mine\n");
    expect(await output("cd own; python -c 'import tempfile' 2>&1 >/dev/null | tail -1")).toContain(
      "cannot import name 'Random' from 'random'",
    );
    expect(await output("python -c 'import random; print(random.__file__)'")).toBe("/usr/local/lib/python3.14/random.py\n");
  });

  it("runs asyncio's servers and clients", async () => {
    const script = `import asyncio
async def main():
    async def handle(reader, writer):
        writer.write(await reader.read(3)); await writer.drain(); writer.close()
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"abc")
    print(await reader.read())
asyncio.run(main())`;
    python.machine.files.writeFile("/tmp/aio.py", script);
    expect(await output("python /tmp/aio.py")).toBe("b'abc'\n");
  });
});

describe("a terminal with Python", () => {
  it("has CPython's own prompt, hides passwords, and takes Ctrl-C", async () => {
    const tty = python.machine.openTty({ columns: 100, rows: 30 });
    const screen = screenOf(tty);
    const type = (text: string) => tty.input(new TextEncoder().encode(text));
    python.machine.login("learner", tty);
    await screen.until("$ ");
    // Each prompt switches bracketed paste on, once it reads keys one by one.
    const prompts = () => screen.text().split("\x1b[?2004h").length;
    const enter = async (keys: string) => {
      const before = prompts();
      type(keys);
      await until(() => prompts() > before);
    };
    await enter("python3\r");
    await enter("6*7\r");
    expect(screen.text()).toContain("\x1b>42\r\n");
    // PyREPL asks the terminal for its application keys: the arrow up brings back the line before.
    await enter("\x1bOA*2\r");
    expect(screen.text()).toContain("\x1b>84\r\n");
    await enter("def f():\rreturn 5\r\r");
    await enter("f() + 1000\r");
    expect(screen.text()).toContain("\x1b>1005\r\n");
    await enter("x = input('name? ')\r");
    await enter("boc\x7fb\r");
    await enter("x * 2\r");
    expect(screen.text()).toContain("'bobbob'");
    type("'unfinished");
    await screen.until("'unfinished\x1b[0m");
    await enter("\x03");
    expect(screen.text()).toContain("\nKeyboardInterrupt");
    type("import time; print('asleep'); time.sleep(50)\r");
    await screen.until("\x1b>asleep\r\n");
    await enter("\x03");
    expect(screen.text()).toMatch(/(KeyboardInterrupt.*){2}/s);
    await enter("exit()\r");
    expect(screen.text()).not.toMatch(/can't use pyrepl|Inappropriate ioctl/);
    type(`python3 -c 'import getpass; print(len(getpass.getpass()))'\r`);
    await screen.until("Password: ");
    type("secret\r");
    await screen.until(/\r\n6\r\n/);
    expect(screen.text()).not.toContain("secret");
    type('python3 -c \'print("busy"+"!", flush=True)\rwhile True: pass\'\r');
    await screen.until("busy!");
    type("\x03");
    await screen.until("KeyboardInterrupt");
    type("echo ended: $?\r");
    await screen.until("ended: 130");
  });
});

describe("pip and venv", () => {
  it("installs from what is offered, and says what that is", async () => {
    expect(await output("python -c 'import django' 2>&1 | tail -1")).toBe("ModuleNotFoundError: No module named 'django'\n");
    const missing = await output("pip install nosuch");
    expect(missing).toContain("ERROR: No matching distribution found for nosuch");
    expect(missing).toMatch(/django 5\.\S+, /);
    expect(await output("pip install django")).toMatch(/Successfully installed asgiref-\S+ django-5\.2\.\d+ sqlparse-\S+\n$/);
    expect(await output("pip freeze")).toMatch(/^asgiref==.*\nDjango==5\.2\.\d+\nsqlparse==.*\n$/);
    expect(await output("pip check")).toBe("No broken requirements found.\n");
  });

  it("runs Django's migrations, and its server", async () => {
    expect(
      await output("pip install -q django && django-admin startproject shop && cd shop && python manage.py migrate | tail -1"),
    ).toContain("sessions.0001_initial... OK");
    const server = python.sh("cd shop && { python manage.py runserver --noreload 8100 & echo $! > /tmp/server.pid; wait; }");
    const page = await retried(() => httpRequest(python.machine, { method: "GET", url: "http://localhost:8100/", by: "browser" }));
    expect(page.status).toBe(200);
    expect(new TextDecoder().decode(page.body)).toContain("The install worked successfully!");
    const { machine } = python;
    machine.find(Number(machine.files.readText("/tmp/server.pid")))?.deliver("SIGTERM");
    await server;
  });

  it("keeps an environment apart", async () => {
    const commands =
      "python -m venv .venv && source .venv/bin/activate && python -c 'import sys; print(sys.prefix)' && pip install -q itsdangerous && pip list";
    expect(await output(commands)).toMatch(/^\/home\/learner\/\.venv\nPackage +Version\n-+ -+\nitsdangerous \S+\npip +\S+\n$/);
    expect(await output("python -c 'import itsdangerous' 2>&1 | tail -1")).toContain("No module named");
  });

  it("uninstalls", async () => {
    expect(await output("pip install -q django; pip uninstall -y django | tail -1")).toMatch(/Successfully uninstalled Django/);
    expect(await output("python -c 'import django' 2>&1 | tail -1")).toBe("ModuleNotFoundError: No module named 'django'\n");
  });
});

describe("what a learner's code can reach", () => {
  it("is no other user's rights", async () => {
    const script = `import os
for name, wanted in (("setuid", (0,)), ("seteuid", (0,)), ("setreuid", (0, 0)), ("setgid", (0,)), ("setegid", (0,)), ("setgroups", ([0],))):
    try: getattr(os, name)(*wanted); print(name, "worked")
    except PermissionError as error: print(error.errno, end=" ")
os.setuid(os.getuid())
print(os.getuid())
try: open("/etc/shadow")
except PermissionError as error: print(error)`;
    python.machine.files.writeFile("/tmp/rights.py", script);
    expect(await output("python /tmp/rights.py")).toBe("1 1 1 1 1 1 1000\n[Errno 13] Permission denied: '/etc/shadow'\n");
  });

  it("is nothing of JavaScript", async () => {
    const script = `import ctypes, gc, importlib, sys
found = []
for name in ("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core", "pyodide.code", "pyodide.ffi"):
    for load in (__import__, importlib.import_module):
        try: load(name); found.append(name)
        except ModuleNotFoundError: pass
found += [name for name in sys.modules if "pyodide" in name or name == "js"]
found += [name for name in sys.builtin_module_names if "pyodide" in name]
found += [kind for kind in map(type, gc.get_objects()) if "JsProxy" in kind.__name__ or "pyodide" in (kind.__module__ or "")]
frame = sys._getframe()
while frame: found += [frame.f_code.co_filename] if "pyodide" in frame.f_code.co_filename else []; frame = frame.f_back
for name in ("PyInit__pyodide_core", "raw_call_js", "emscripten_run_script", "init_pyodide_proxy", "JsProxy_create"):
    try: getattr(ctypes.pythonapi, name); found.append(name)
    except AttributeError: pass
try: ctypes.CDLL("libc.so.6"); found.append("dlopen")
except OSError: pass
try:
    import sqlite3; sqlite3.connect(":memory:").enable_load_extension(True); found.append("load_extension")
except (AttributeError, sqlite3.Error): pass
print(found)`;
    python.machine.files.writeFile("/tmp/hostile.py", script);
    expect(await output("python /tmp/hostile.py")).toBe("[]\n");
  });
});

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
