import { expect, test } from "vitest";
import { KernelError } from "./errno.ts";
import type { KernelMachine } from "./machine.ts";
import { ann, testWorld } from "./testing.ts";
import { type Credentials, O, POLL, type SocketUser, type UnixSocket } from "./types.ts";

const root = { uid: 0, gid: 0, groups: [] };
const bob = { uid: 1001, gid: 1001, groups: [1001] };
const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (data: Uint8Array) => new TextDecoder().decode(data);

async function failure(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
  return "none";
}

function user(machine: KernelMachine, credentials: Credentials, pid: number, umask = 0o022): SocketUser {
  return { pid, credentials, files: machine.filesAs(credentials, "/tmp", () => umask) };
}

function serve(machine: KernelMachine, who: SocketUser, path: string, backlog = 5): UnixSocket {
  const socket = machine.network.unixSocket();
  socket.bind(who, path);
  socket.listen(who, backlog);
  return socket;
}

test("bytes go both ways between a client and the server at a path, which know each other's process and user", async () => {
  const { machine } = await testWorld();
  const server = serve(machine, user(machine, ann, 40), "app.sock");
  const client = await machine.network.connectUnix(user(machine, bob, 41, 0), "/tmp/app.sock").catch((error: unknown) => error);
  expect(client).toMatchObject({ code: "EACCES" });
  machine.files.chmod("/tmp/app.sock", 0o777);
  const second = await machine.network.connectUnix(user(machine, bob, 41), "/tmp/app.sock");
  const accepted = await server.accept();
  expect(accepted.peer).toEqual({ pid: 41, uid: 1001, gid: 1001 });
  expect(second.peer).toEqual({ pid: 40, uid: 1000, gid: 1000 });
  expect([accepted.path, second.peerPath, second.path]).toEqual(["app.sock", "app.sock", ""]);
  await second.write(bytes("ping"));
  expect(textOf(await accepted.read(100))).toBe("ping");
  await accepted.write(bytes("pong"));
  accepted.release();
  expect(textOf(await second.read(100))).toBe("pong");
  expect(await second.read(100)).toHaveLength(0);
  expect(await failure(() => second.writeNow(bytes("late")))).toBe("EPIPE");
  expect(second.poll() & POLL.HUP).toBe(POLL.HUP);
});

test("bind makes a file of the kind socket with the umask, and never takes a path that exists", async () => {
  const { machine } = await testWorld();
  const who = user(machine, ann, 40, 0o007);
  const server = serve(machine, who, "/tmp/app.sock");
  expect(machine.files.stat("/tmp/app.sock")).toMatchObject({ kind: "socket", mode: 0o140770, uid: 1000 });
  expect(await failure(() => serve(machine, who, "/tmp/app.sock"))).toBe("EADDRINUSE");
  expect(await failure(() => serve(machine, who, "/etc/hosts"))).toBe("EADDRINUSE");
  expect(await failure(() => serve(machine, who, "/etc/app.sock"))).toBe("EACCES");
  expect(await failure(() => serve(machine, who, "/tmp/none/app.sock"))).toBe("ENOENT");
  expect(await failure(() => serve(machine, who, `/tmp/${"x".repeat(120)}`))).toBe("EINVAL");
  server.release();
  expect(machine.files.exists("/tmp/app.sock")).toBe(true);
  expect(await failure(() => serve(machine, who, "/tmp/app.sock"))).toBe("EADDRINUSE");
  expect(await failure(() => machine.network.connectUnix(who, "/tmp/app.sock"))).toBe("ECONNREFUSED");
  who.files.unlink("/tmp/app.sock");
  serve(machine, who, "/tmp/app.sock");
  expect(await failure(() => machine.network.connectUnix(who, "/tmp/app.sock"))).toBe("none");
});

test("who may not write to the file, or finds no server behind it, is refused as connect(2) says", async () => {
  const { machine } = await testWorld();
  serve(machine, user(machine, root, 40), "/tmp/root.sock");
  const other = user(machine, ann, 41);
  const connect = (path: string) => failure(() => machine.network.connectUnix(other, path));
  expect(await connect("/tmp/root.sock")).toBe("EACCES");
  expect(await connect("/tmp/nothing.sock")).toBe("ENOENT");
  expect(await connect("/etc/hosts")).toBe("ECONNREFUSED");
  machine.files.unlink("/tmp/root.sock");
  expect(await connect("/tmp/root.sock")).toBe("ENOENT");
  expect(await failure(() => other.files.open("/tmp/root.sock", O.RDONLY))).toBe("ENOENT");
});

test("a client waits while the backlog is full, and those who wait are reset when the server closes", async () => {
  const { machine } = await testWorld();
  const who = user(machine, ann, 40);
  const server = serve(machine, who, "/tmp/app.sock", 0);
  const first = await machine.network.connectUnix(who, "/tmp/app.sock");
  let connected = false;
  const second = machine.network.connectUnix(who, "/tmp/app.sock").then((socket) => {
    connected = true;
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(connected).toBe(false);
  const accepted = await server.accept();
  const late = await second;
  await first.write(bytes("unread"));
  accepted.release();
  // What the server had not read is lost, and its client learns it.
  expect(await failure(() => first.read(10))).toBe("ECONNRESET");
  server.release();
  expect(await failure(() => late.read(10))).toBe("ECONNRESET");
});

test("abstract names need no file and are free again when their socket is closed", async () => {
  const { machine } = await testWorld();
  const who = user(machine, ann, 40);
  const server = serve(machine, who, "\0lab");
  expect(await failure(() => serve(machine, who, "\0lab"))).toBe("EADDRINUSE");
  expect(await failure(() => machine.network.connectUnix(who, "\0lab"))).toBe("none");
  server.release();
  expect(await failure(() => machine.network.connectUnix(who, "\0lab"))).toBe("ECONNREFUSED");
});

test("a throw-away copy with a network reaches its original's sockets, one without does not", async () => {
  const { machine } = await testWorld();
  const server = serve(machine, user(machine, ann, 40), "/tmp/app.sock");
  const connect = (network: boolean) => {
    const copy = machine.clone({ network });
    return failure(() => copy.network.connectUnix(user(copy, ann, 41), "/tmp/app.sock"));
  };
  expect(await connect(false)).toBe("ECONNREFUSED");
  expect(await connect(true)).toBe("none");
  expect(server.queue.waiting).toBe(1);
});

test("the history hears requests at a socket, with both processes, and not those of throw-away copies", async () => {
  const { machine, kernel } = await testWorld();
  const server = serve(machine, user(machine, ann, 40), "/tmp/app.sock");
  const ask = async (on: KernelMachine) => {
    const client = await on.network.connectUnix(user(on, ann, 41), "/tmp/app.sock");
    await client.write(bytes("GET /a HTTP/1.1\r\nHost: shop.test\r\n\r\n"));
    await (await server.accept()).write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  };
  await ask(machine);
  await ask(machine.clone({ network: true }));
  const requests = kernel.events.all().filter((event) => event.kind === "request");
  expect(requests).toMatchObject([{ path: "/tmp/app.sock", port: 0, pid: 40, fromPid: 41, host: "shop.test", target: "/a", status: 200 }]);
});

test("a pair is connected from the start", async () => {
  const { machine } = await testWorld();
  const [one, other] = machine.network.unixPair(user(machine, ann, 40));
  await one.write(bytes("hello"));
  expect(textOf(await other.read(10))).toBe("hello");
  one.shutdown("write");
  expect(await other.read(10)).toHaveLength(0);
  expect(machine.network.unixSockets()).toHaveLength(2);
  one.release();
  other.release();
  expect(machine.network.unixSockets()).toHaveLength(0);
});
