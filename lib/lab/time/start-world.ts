/**
 * A world to start from: the end state of another lesson, as a file. gzip (RFC 1952) of: the length of the head in bytes (32 bits, least
 * significant first), the head (JSON), the bytes of files one after the other. Files as an image or a package brought them are only named.
 */
import { disksOf, type SavedLab, type SavedMachine, type SavedServer, type SavedTerminal } from "../saving/saved-lab.ts";
import type { ServicesState } from "../services/services.ts";
import type { SavedDisk } from "../world/create.ts";

export interface StartWorld {
  readonly disks: readonly SavedDisk[];
  readonly services: ServicesState | undefined;
  /** Terminals in which servers ran. */
  readonly terminals: readonly SavedTerminal[];
  readonly servers: readonly SavedServer[];
}

interface Head {
  readonly format: "slipway-world";
  readonly formatVersion: 1;
  readonly machines: readonly SavedMachine[];
  readonly services?: ServicesState;
  readonly terminals: readonly (Omit<SavedTerminal, "screen"> & { readonly screen?: undefined })[];
  readonly servers: readonly SavedServer[];
  readonly bytes: readonly (readonly [key: string, length: number])[];
}

/** What of a saved lab another lesson starts from. */
export function startFrom({ machines, services, terminals, servers }: SavedLab, bytes: ReadonlyMap<string, Uint8Array>): StartWorld {
  const disks = disksOf(machines, bytes);
  return { disks, services, servers, terminals: terminals.filter(({ id }) => servers.some((server) => server.terminal === id)) };
}

export async function packWorld(saved: SavedLab, bytes: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  const { machines, services, servers } = saved;
  const terminals = startFrom(saved, bytes).terminals.map((terminal) => ({ ...terminal, screen: undefined }));
  const head: Head = {
    format: "slipway-world",
    formatVersion: 1,
    machines,
    services,
    terminals,
    servers,
    bytes: [...bytes].map(([key, content]) => [key, content.length]),
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  const packed = new Blob([length, text, ...bytes.values()]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Throws Error for what is no such file. */
export async function unpackWorld(file: Uint8Array): Promise<StartWorld> {
  // A server that says it is compressed has it unpacked by the browser.
  const isPacked = file[0] === 0x1f && file[1] === 0x8b;
  const stream = new Blob([file.slice()]).stream();
  const all = isPacked ? new Uint8Array(await new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer()) : file;
  const length = new DataView(all.buffer, all.byteOffset, 4).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(all.subarray(4, 4 + length))) as Head;
  if (head.format !== "slipway-world" || head.formatVersion !== 1)
    throw new Error("the file of the world to start from is none that can be read");
  const bytes = new Map<string, Uint8Array>();
  let at = 4 + length;
  for (const [key, size] of head.bytes) {
    bytes.set(key, all.subarray(at, at + size));
    at += size;
  }
  return {
    disks: disksOf(head.machines, bytes),
    services: head.services,
    terminals: head.terminals.map((terminal) => ({ ...terminal, screen: new Uint8Array(0) })),
    servers: head.servers,
  };
}
