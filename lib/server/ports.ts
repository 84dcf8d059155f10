import { createServer } from "node:net";

/** So many ports are tried after the first. */
const MOST_PORTS = 20;

/** The first port from `first` on at which nobody listens. Throws when there is none near it. `host`: undefined for every address. */
export async function freePort(first: number, host?: string): Promise<number> {
  for (let port = first; port <= first + MOST_PORTS; port++) if (await isFree(port, host)) return port;
  throw new Error(`The ports ${first} to ${first + MOST_PORTS} are all in use.`);
}

/** Whether one could listen there. Port 0 is any that is free. */
export function isFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
