import type { OpenPort } from "../../../lib/lab/types.ts";

/** What was typed into the address bar: an address, or why it is none. */
export type Typed = { readonly url: string } | { readonly problem: string };

/** Reads an address as a browser does that has no search engine: `localhost:8000`, `shop.test/a`, `https://…`. */
export function readAddress(text: string): Typed {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: "Type an address, like http://localhost:8000/." };
  const scheme = /^([a-z][a-z0-9+.-]*):(?!\d)/i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    return { problem: `The lab’s browser opens http and https addresses only, not ${scheme}:.` };
  }
  if (/\s/.test(trimmed)) return { problem: "An address has no spaces in it; this browser does not search." };
  const whole = /^https?:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(whole)) return { problem: `“${trimmed}” is no address. One looks like http://localhost:8000/.` };
  return { url: new URL(whole).href };
}

/** Addresses to offer: what listens, as it is called from that machine. */
export function suggestions(ports: readonly OpenPort[], from: string): readonly string[] {
  const reachable = ports.filter(({ machine, ownMachineOnly }) => machine === from || ownMachineOnly === undefined);
  const web = reachable.filter(({ port }) => port !== 22 && port !== 53 && port !== 5432);
  const urls = web.map(({ machine, port }) => {
    const host = machine === from ? "localhost" : machine;
    if (port === 80) return `http://${host}/`;
    return port === 443 ? `https://${host}/` : `http://${host}:${port}/`;
  });
  return [...new Set(urls)];
}

export function withoutHash(url: string): string {
  return url.split("#")[0] ?? url;
}
