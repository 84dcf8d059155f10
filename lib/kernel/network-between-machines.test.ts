import { expect, test } from "vitest";
import { KernelError } from "./errno.ts";
import { testWorld } from "./testing.ts";
import type { Firewall, Machine, StreamSocket } from "./types.ts";

const root = { uid: 0, gid: 0, groups: [0] };
const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (data: Uint8Array) => new TextDecoder().decode(data);

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
  return "none";
}

function listen(machine: Machine, port: number): StreamSocket {
  const socket = machine.network.socket();
  socket.bind("0.0.0.0", port, root);
  socket.listen(5);
  return socket;
}

async function twoMachines() {
  const { machine: laptop, kernel } = await testWorld();
  const web = await kernel.addMachine({ name: "web-1", image: "test" });
  return { laptop, web, kernel };
}

const only = (port: number, otherwise: "drop" | "reject"): Firewall => ({
  verdict: (packet) => (packet.direction === "out" || packet.port === port ? "accept" : otherwise),
});

test("a packet filter lets through what it accepts, refuses what it rejects, and never answers what it drops", async () => {
  const { laptop, web, kernel } = await twoMachines();
  listen(web, 8000);
  listen(web, 22);
  web.network.firewall = only(22, "reject");
  expect(await codeOf(laptop.network.connect(web.network.address, 22))).toBe("none");
  expect(await codeOf(laptop.network.connect(web.network.address, 8000))).toBe("ECONNREFUSED");
  web.network.firewall = only(22, "drop");
  const attempt = codeOf(laptop.network.connect(web.network.address, 8000));
  const began = kernel.clock.monotonic();
  await kernel.clock.advance(127_000);
  expect(await attempt).toBe("ETIMEDOUT");
  expect(kernel.clock.monotonic() - began).toBeGreaterThanOrEqual(127_000);
  expect(await codeOf(laptop.network.connect(web.network.address, 8000, undefined, { impatient: true }))).toBe("ETIMEDOUT");
});

test("a machine reaches itself, whatever its packet filter says; connections that stand go on", async () => {
  const { laptop, web } = await twoMachines();
  const listener = listen(web, 8000);
  const client = await laptop.network.connect("10.0.0.11", 8000);
  const server = await listener.accept();
  web.network.firewall = only(22, "drop");
  expect(await codeOf(web.network.connect("127.0.0.1", 8000))).toBe("none");
  expect(await codeOf(web.network.connect(web.network.address, 8000))).toBe("none");
  await client.write(bytes("still here"));
  expect(textOf(await server.read(100))).toBe("still here");
});

test("an address that nobody has is given up after three seconds", async () => {
  const { laptop, kernel } = await twoMachines();
  const attempt = codeOf(laptop.network.connect("10.0.0.200", 80));
  const began = kernel.clock.monotonic();
  await kernel.clock.advance(3_000);
  expect(await attempt).toBe("EHOSTUNREACH");
  expect(kernel.clock.monotonic() - began).toBeGreaterThanOrEqual(3_000);
});

test("with a long way between machines, connecting takes a round trip, and bytes and the end take half of one", async () => {
  const { laptop, web, kernel } = await twoMachines();
  kernel.network.roundTripMs = 200;
  const listener = listen(web, 8000);
  const connecting = laptop.network.connect(web.network.address, 8000);
  const began = kernel.clock.monotonic();
  await kernel.clock.advance(200);
  const client = await connecting;
  expect(kernel.clock.monotonic() - began).toBeGreaterThanOrEqual(200);
  const server = await listener.accept();
  await client.write(bytes("one "));
  await client.write(bytes("two"));
  client.shutdown("write");
  expect(server.readNow(100)).toBeUndefined();
  await kernel.clock.advance(100);
  expect(textOf(await server.read(100))).toBe("one two");
  expect((await server.read(100)).length).toBe(0);
  expect(await codeOf(Promise.resolve().then(() => laptop.network.connect("127.0.0.1", 1)))).toBe("ECONNREFUSED");
});

test("nothing is lost and nothing changes places on a long way, however much is sent", async () => {
  const { laptop, web, kernel } = await twoMachines();
  kernel.network.roundTripMs = 4;
  const listener = listen(web, 8000);
  const client = await laptop.network.connect(web.network.address, 8000);
  const server = await listener.accept();
  const all = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 251);
  const sending = client.write(all).then(() => client.release());
  let at = 0;
  for (let part = await server.read(65536); part.length > 0; part = await server.read(65536)) {
    for (const byte of part) if (byte !== all[at++]) throw new Error(`byte ${at} is another`);
  }
  await sending;
  expect(at).toBe(all.length);
});

test("names are asked of the name server in /etc/resolv.conf, and nothing answers anywhere else", async () => {
  const { laptop, web, kernel } = await twoMachines();
  kernel.network.publish("shop.example", web.network.address);
  expect(laptop.network.resolve("shop.example")).toEqual([web.network.address]);
  expect(laptop.network.reverse(web.network.address)).toBe("web-1");
  laptop.files.writeFile("/etc/resolv.conf", "nameserver 10.0.0.250\n");
  expect(laptop.network.resolve("shop.example")).toEqual([]);
  expect(laptop.network.query("shop.example", "10.0.0.1")).toBe(web.network.address);
});

test("a machine knows its connections, as long as they stand", async () => {
  const { laptop, web } = await twoMachines();
  const listener = listen(web, 8000);
  const client = await laptop.network.connect(web.network.address, 8000);
  const server = await listener.accept();
  expect(web.network.established()).toEqual([{ local: client.remote, remote: client.local }]);
  client.release();
  server.release();
  expect(web.network.established()).toEqual([]);
  expect(laptop.network.established()).toEqual([]);
});
