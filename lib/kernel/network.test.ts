import { expect, test } from "vitest";
import { KernelError } from "./errno.ts";
import { HttpFailure, httpRequest } from "./http-client.ts";
import { parseAddress } from "./machine-network.ts";
import { ann, testWorld } from "./testing.ts";
import { type Machine, POLL, type StreamSocket } from "./types.ts";

const root = { uid: 0, gid: 0, groups: [] };
const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (data: Uint8Array) => new TextDecoder().decode(data);

async function failure(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    if (error instanceof HttpFailure) return error.reason;
    throw error;
  }
  return "none";
}

function listen(machine: Machine, address: string, port: number, backlog = 5): StreamSocket {
  const socket = machine.network.socket();
  socket.bind(address, port, ann);
  socket.listen(backlog);
  return socket;
}

async function pair(machine: Machine) {
  const listener = listen(machine, "127.0.0.1", 8000);
  const client = await machine.network.connect("127.0.0.1", 8000);
  return { listener, client, server: await listener.accept() };
}

test("both ends of a connection know each other, and bytes go both ways", async () => {
  const { machine } = await testWorld();
  const { client, server } = await pair(machine);
  expect(client.remote).toEqual({ address: "127.0.0.1", port: 8000 });
  expect(server.remote).toEqual(client.local);
  expect(client.local?.port).toBeGreaterThanOrEqual(32768);
  await client.write(bytes("ping"));
  expect(textOf(await server.read(100))).toBe("ping");
  await server.write(bytes("pong"));
  expect(textOf(await client.read(100))).toBe("pong");
});

test("an address can be bound once; 0.0.0.0 takes all; ports below 1024 are root's", async () => {
  const { machine } = await testWorld();
  const { network } = machine;
  const first = listen(machine, "127.0.0.1", 8000);
  const bind = (address: string, port: number, who = ann) => failure(() => network.socket().bind(address, port, who));
  expect(await bind("127.0.0.1", 8000)).toBe("EADDRINUSE");
  expect(await bind("0.0.0.0", 8000)).toBe("EADDRINUSE");
  expect(await bind(network.address, 8000)).toBe("none");
  expect(await bind("127.0.0.1", 80)).toBe("EACCES");
  expect(await bind("127.0.0.1", 80, root)).toBe("none");
  expect(await bind("192.0.2.1", 8000)).toBe("EADDRNOTAVAIL");
  expect(network.listening()).toMatchObject([{ address: "127.0.0.1", port: 8000 }]);
  first.release();
  expect(await bind("127.0.0.1", 8000)).toBe("none");
});

test("what listens on the loopback address can't be reached from other machines", async () => {
  const { machine, kernel } = await testWorld();
  const other = await kernel.addMachine({ name: "web-1", image: "test" });
  const { address } = other.network;
  expect(machine.network.resolve("web-1")).toEqual([address]);
  listen(other, "127.0.0.1", 8000);
  listen(other, "0.0.0.0", 8001);
  expect(await failure(() => machine.network.connect(address, 8000))).toBe("ECONNREFUSED");
  const connection = await machine.network.connect(address, 8001);
  expect(connection.local?.address).toBe(machine.network.address);
  expect(await failure(() => machine.network.connect("10.0.0.200", 8001, undefined, { impatient: true }))).toBe("EHOSTUNREACH");
});

test("names come from /etc/hosts first, then from the world", async () => {
  const { machine, kernel } = await testWorld();
  kernel.network.publish("shop.example", "10.0.0.99");
  expect(machine.network.resolve("Shop.Example")).toEqual(["10.0.0.99"]);
  machine.files.writeFile("/etc/hosts", "127.0.0.1 localhost\n10.0.0.5\tshop.example shop # ours\n");
  expect(machine.network.resolve("shop.example")).toEqual(["10.0.0.5"]);
  expect(machine.network.resolve("localhost")).toEqual(["127.0.0.1"]);
  expect(machine.network.resolve("no.such.name")).toEqual([]);
});

test("a half-closed connection can still answer", async () => {
  const { machine } = await testWorld();
  const { client, server } = await pair(machine);
  await client.write(bytes("question"));
  client.shutdown("write");
  expect(await failure(() => client.writeNow(bytes("x")))).toBe("EPIPE");
  expect(textOf(await server.read(100))).toBe("question");
  expect((await server.read(100)).length).toBe(0);
  await server.write(bytes("answer"));
  server.release();
  expect(textOf(await client.read(100))).toBe("answer");
  expect((await client.read(100)).length).toBe(0);
});

test("closing with unread bytes resets the connection; writing to a closed one ends in EPIPE", async () => {
  const { machine } = await testWorld();
  const first = await pair(machine);
  await first.client.write(bytes("unread"));
  first.server.release();
  expect(await failure(() => first.client.read(1))).toBe("ECONNRESET");
  first.listener.release();
  const second = await pair(machine);
  second.server.release();
  expect(second.client.writeNow(bytes("x"))).toBe(1);
  expect(await failure(() => second.client.writeNow(bytes("x")))).toBe("EPIPE");
});

test("a sender waits when the receiver does not read", async () => {
  const { machine } = await testWorld();
  const { client, server } = await pair(machine);
  let isDone = false;
  const writing = client.write(new Uint8Array(1_000_000)).then(() => {
    isDone = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(isDone).toBe(false);
  expect(client.poll() & POLL.OUT).toBe(0);
  let total = 0;
  while (total < 1_000_000) total += (await server.read(1 << 20)).length;
  await writing;
});

test("a full backlog makes further clients wait", async () => {
  const { machine } = await testWorld();
  const listener = listen(machine, "127.0.0.1", 8000, 1);
  await machine.network.connect("127.0.0.1", 8000);
  let isConnected = false;
  const second = machine.network.connect("127.0.0.1", 8000).then((socket) => {
    isConnected = true;
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(isConnected).toBe(false);
  listener.acceptNow();
  await second.catch(() => {});
  expect(listener.acceptNow()).toBeDefined();
});

test("a copy of a machine without network reaches nothing; with it, the original's ports", async () => {
  const { machine } = await testWorld();
  const listener = listen(machine, "127.0.0.1", 8000);
  const alone = machine.clone({ network: false });
  expect(await failure(() => alone.network.connect("127.0.0.1", 8000))).toBe("ECONNREFUSED");
  expect(await failure(() => alone.network.connect("10.0.0.99", 8000))).toBe("ENETUNREACH");
  const joined = machine.clone({ network: true });
  await joined.network.connect("127.0.0.1", 8000);
  expect(listener.acceptNow()).toBeDefined();
});

/** A server for one connection: takes the request's head, writes the pieces, closes. */
async function answer(machine: Machine, pieces: readonly string[]): Promise<string> {
  const listener = listen(machine, "127.0.0.1", 8000);
  const socket = await listener.accept();
  let request = "";
  while (!request.includes("\r\n\r\n")) request += textOf(await socket.read(4096));
  for (const piece of pieces) {
    await socket.write(bytes(piece));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  socket.release();
  listener.release();
  return request;
}

const get = (machine: Machine) => httpRequest(machine, { url: "http://localhost:8000/a?b", by: "test" });

test("an HTTP answer is read by its length, by chunks, or to the end of the connection", async () => {
  const { machine, kernel } = await testWorld();
  const bodies = [
    ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", "X: a\r\nX: b\r\n\r\nhel", "lo, and more"],
    [
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhe",
      "l\r\n2;x=y\r\nlo\r\n0\r\nT: x\r\n",
      "\r\n",
    ],
    ["HTTP/1.0 200 OK\r\n\r\nhe", "llo"],
  ];
  for (const pieces of bodies) {
    const [request, response] = await Promise.all([answer(machine, pieces), get(machine)]);
    expect(request).toBe("GET /a?b HTTP/1.1\r\nHost: localhost:8000\r\nConnection: close\r\n\r\n");
    expect(response).toMatchObject({ status: 200, statusText: "OK" });
    expect(textOf(response.body)).toBe("hello");
  }
  expect(kernel.events.all().filter((event) => event.kind === "http")).toMatchObject(
    bodies.map(() => ({ method: "GET", url: "http://localhost:8000/a?b", status: 200, by: "test", grading: false })),
  );
  // The port that was asked saw the same; a check leaves no trace there.
  const seen = () => kernel.events.all().filter((event) => event.kind === "request");
  expect(seen()).toMatchObject(
    bodies.map(() => ({ machine: machine.name, port: 8000, from: machine.name, by: "test", method: "GET", target: "/a?b", status: 200 })),
  );
  await Promise.all([
    answer(machine, bodies[0] ?? []),
    httpRequest(machine, { url: "http://localhost:8000/", by: "check", grading: true }),
  ]);
  expect(seen()).toHaveLength(bodies.length);
});

test("why there is no HTTP answer is said", async () => {
  const { machine } = await testWorld();
  expect(await failure(() => get(machine))).toBe("refused");
  expect(await failure(() => httpRequest(machine, { url: "http://nowhere.example/", by: "test" }))).toBe("unknown-host");
  for (const [pieces, reason] of [
    [[], "closed"],
    [["HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"], "closed"],
    [["SSH-2.0-OpenSSH\r\n\r\n"], "protocol"],
  ] as const) {
    const [, found] = await Promise.all([answer(machine, pieces), failure(() => get(machine))]);
    expect(found).toBe(reason);
  }
  listen(machine, "127.0.0.1", 8000);
  expect(await failure(() => httpRequest(machine, { url: "http://localhost:8000/", by: "test", timeoutMs: 5 }))).toBe("timeout");
  const stop = new AbortController();
  const waiting = failure(() => httpRequest(machine, { url: "http://localhost:8000/", by: "test", signal: stop.signal }));
  stop.abort();
  expect(await waiting).toBe("aborted");
});

test("a body is sent with its length, even when the server answers before it has read it", async () => {
  const { machine } = await testWorld();
  const listener = listen(machine, "127.0.0.1", 8000);
  const asked = httpRequest(machine, { url: "http://127.0.0.1:8000/", method: "POST", body: new Uint8Array(2_000_000), by: "test" });
  const socket = await listener.accept();
  expect(textOf(await socket.read(200))).toContain("Content-Length: 2000000\r\n");
  await socket.write(bytes("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"));
  expect((await asked).status).toBe(413);
});

test("addresses may be written short, as inet_aton(3) reads them; anything else is a name", () => {
  expect(["0", "127.1", "10.0.513", "127.0.0.1"].map(parseAddress)).toEqual(["0.0.0.0", "127.0.0.1", "10.0.2.1", "127.0.0.1"]);
  expect(["", "localhost", "256.1", "1.2.3.4.5", "1.2.3.256", "a.1"].map(parseAddress)).toEqual(Array(6).fill(undefined));
});
