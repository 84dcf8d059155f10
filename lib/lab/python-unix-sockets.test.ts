import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../kernel/testing.ts";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

let python: PythonMachine;

beforeAll(async () => {
  python = await pythonMachine();
});
afterAll(() => python.close());

const server = `import os, socket, struct
listener = socket.socket(socket.AF_UNIX)
os.umask(0o027)
listener.bind("app.sock")
listener.listen(5)
print(listener, flush=True)
while True:
    connection, peer = listener.accept()
    pid, uid, gid = struct.unpack("iii", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    print(repr(peer), uid, gid, socket.socket(fileno=os.dup(connection.fileno())).family, flush=True)
    asked = connection.recv(1000)
    connection.sendall(b"HTTP/1.0 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nhi\\n")
    connection.close()
    if b"/quit" in asked: break
`;

const client = `import asyncio, socket, socketserver
for path in ("none.sock", "/etc/hosts", "x" * 200, "app.sock"):
    connection = socket.socket(socket.AF_UNIX)
    try: connection.bind(path) if path == "app.sock" else connection.connect(path)
    except OSError as error: print(type(error).__name__, error)
print(connection.connect_ex("none.sock"), socketserver.UnixStreamServer.__name__)
one, other = socket.socketpair()
one.sendall(b"x")
one.close()
print(other.recv(3), other.recv(3), repr(other.getpeername()))
async def main():
    async def answer(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()
    async with await asyncio.start_unix_server(answer, "echo.sock"):
        reader, writer = await asyncio.open_unix_connection("echo.sock")
        writer.write(b"hello\\n")
        print(await reader.read())
asyncio.run(main())
`;

it("Python serves and asks on Unix sockets, as curl, ls and ss see them too", async () => {
  const { machine } = python;
  machine.files.writeFile("/home/learner/server.py", server);
  machine.files.writeFile("/home/learner/client.py", client);
  const serving = python.sh("python server.py > server.log");
  await until(() => machine.network.unixSockets().some((socket) => socket.isListening));
  const { output } = await python.sh(
    "ls -l app.sock | cut -c1-10; ss -xlH; curl -s --unix-socket app.sock http://localhost/; python client.py",
  );
  expect(output.replace(/ +/g, " ")).toMatch(/^srwxr-x---\nu_str LISTEN 0 5 app\.sock \d+ \* 0\nhi\n/);
  expect(output.split("\n").slice(3).join("\n")).toBe(
    [
      "FileNotFoundError [Errno 2] No such file or directory",
      "ConnectionRefusedError [Errno 111] Connection refused",
      "OSError AF_UNIX path too long",
      "OSError [Errno 98] Address already in use",
      "2 UnixStreamServer",
      "b'x' b'' ''",
      "b'HELLO\\n'",
      "",
    ].join("\n"),
  );
  await python.sh("curl -s --unix-socket app.sock http://localhost/quit; rm app.sock");
  const named = "<socket.socket fd=3, family=1, type=1, proto=0, laddr=app.sock>";
  await serving;
  expect(machine.files.readText("/home/learner/server.log")).toBe(`${named}\n'' 1000 1000 1\n'' 1000 1000 1\n`);
});
