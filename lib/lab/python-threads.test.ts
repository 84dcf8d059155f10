import { afterAll, beforeAll, expect, it } from "vitest";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

let python: PythonMachine;
beforeAll(async () => {
  python = await pythonMachine();
});
afterAll(() => python.close());

async function said(program: string): Promise<string> {
  python.machine.filesAs({ uid: 1000, gid: 1000, groups: [1000] }, "/home/learner").writeFile("program.py", program);
  return (await python.sh("python program.py")).output;
}

it("a thread that ends does its work where it is started; consumers of a queue go on when something is put", async () => {
  const program = `import queue, threading, time
tasks, done, names = queue.Queue(), [], []
def consume():
    while (item := tasks.get()) is not None:
        done.append(item * 2)
        tasks.task_done()
consumer = threading.Thread(target=consume)
consumer.start()
for item in range(3):
    tasks.put(item)
tasks.join()
tasks.put(None)
consumer.join()
print(done, consumer.is_alive())
class Named(threading.Thread):
    def run(self):
        time.sleep(0.01)
        names.append(threading.current_thread().name)
threads = [Named(name=name) for name in "ab"]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(names, threading.active_count(), threading.current_thread().name)
threading.Thread(target=lambda: 1 / 0, name="broken").start()
`;
  const output = await said(program);
  expect(output).toContain("[0, 2, 4] False\n['a', 'b'] 1 MainThread\n");
  expect(output).toMatch(/Exception in thread broken:\nTraceback.*ZeroDivisionError: division by zero\n/s);
});

it("a thread that waits goes on apart: a loop, a timer, a server; daemons end with their process", async () => {
  const program = `import os, socketserver, threading, time, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
open("ticks", "w").close()
def tick():
    while True:
        with open("ticks", "a") as file:
            file.write("tick\\n")
        time.sleep(0.3)
threading.Thread(target=tick, daemon=True).start()
def say():
    while not os.path.exists("go"):
        time.sleep(0.1)
    print("late")
late = threading.Timer(0.6, say)
late.start()
never = threading.Timer(60, print, ["never"])
never.start()
never.cancel()
print("first", flush=True)
open("go", "w").close()
late.join()
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"served")
    def log_message(self, *args):
        pass
server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(urllib.request.urlopen("http://127.0.0.1:%d/" % server.server_port).read())
server.shutdown()
while open("ticks").read().count("tick") < 4:
    time.sleep(0.1)
`;
  expect(await said(program)).toBe("first\nlate\nb'served'\n");
  const { output } = await python.sh("while pgrep python3; do sleep 0.2; done; wc -l < ticks; sleep 0.7; wc -l < ticks");
  const [before, after] = output.trim().split("\n").slice(-2);
  expect(after).toBe(before);
});

it("a datagram socket tells by which address others reach this machine", async () => {
  const program = `import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    probe.connect(("10.254.254.254", 1))
    print(probe.getsockname()[0])
`;
  expect(await said(program)).toBe(`${python.machine.network.address}\n`);
});

it("who may not write to the machine's packages installs them for itself", async () => {
  const { output } = await python.sh(
    "chmod -w /usr/local/lib/python3.14/site-packages 2>/dev/null; pip install --user idna 2>&1 | tail -3; python -c 'import idna; print(idna.__file__)'; python -m site --user-base",
  );
  expect(output).toMatch(
    /Successfully installed idna-\S+\n\/home\/learner\/\.local\/lib\/python3\.14\/site-packages\/idna\/__init__\.py\n\/home\/learner\/\.local\n$/,
  );
});
