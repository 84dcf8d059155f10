import type { Machine, StreamSocket } from "../../../kernel/types.ts";
import { catalog } from "../../../programs/packages/catalog.ts";
import { install } from "../../../programs/packages/database.ts";
import { programs } from "../../../programs/table.ts";
import { bareWorld, eventually, type Measurement, NotMeasured, repeat } from "./measurement.ts";

const MACHINE = "machine-1";
/** Requests in one go, fewer than nginx lets one connection ask (keepalive_requests). */
export const WEB_REQUESTS = 400;
const CLIENTS = 8;

/** A file, and a server behind nginx that answers at once; the native nginx gets the same. */
export const WEB_SITE = `server { listen 8080; access_log off; root /var/www/html; location /app { proxy_pass http://127.0.0.1:8081; } }
server { listen 8081; access_log off; return 200 "hi\\n"; }
`;
export const FILE_PATH = "/index.nginx-debian.html";

async function ask(socket: StreamSocket, path: string): Promise<void> {
  await socket.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`));
  const answer = new TextDecoder().decode(await socket.read(65_536));
  if (!answer.startsWith("HTTP/1.1 200 ")) throw new NotMeasured(`nginx answered: ${answer.slice(0, 100)}`);
}

async function perSecond(machine: Machine, path: string, clients: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: clients }, () => machine.network.connect("127.0.0.1", 8080)));
  const began = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let count = 0; count < WEB_REQUESTS / clients; count++) await ask(socket, path);
    }),
  );
  const took = performance.now() - began;
  for (const socket of sockets) socket.release();
  return (WEB_REQUESTS * 1000) / took;
}

/** nginx as root's service, asked over connections that are kept: one after the other, and by eight clients at once. */
const nginx: Measurement = async (bench) => {
  const world = await bareWorld(bench, "ubuntu");
  try {
    const machine = world.machine(MACHINE);
    const all = catalog(programs.keys());
    for (const name of ["nginx-common", "nginx"]) {
      const found = all.get(name);
      if (found !== undefined) install(machine.files, found);
    }
    machine.files.writeFile("/etc/nginx/conf.d/bench.conf", WEB_SITE);
    machine.spawn({ argv: ["nginx"], path: "/usr/sbin/nginx", env: {}, cwd: "/", credentials: { uid: 0, gid: 0, groups: [0] } });
    await eventually(() => machine.network.listening().some(({ port }) => port === 8080), "nginx");
    return {
      file: await repeat(5, 1, () => perSecond(machine, FILE_PATH, 1)),
      fileAtOnce: await repeat(5, 1, () => perSecond(machine, FILE_PATH, CLIENTS)),
      upstream: await repeat(5, 1, () => perSecond(machine, "/app", 1)),
      upstreamAtOnce: await repeat(5, 1, () => perSecond(machine, "/app", CLIENTS)),
    };
  } finally {
    world.dispose();
  }
};

export const webMeasurements: Readonly<Record<string, Measurement>> = { nginx };
