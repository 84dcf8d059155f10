/** git-upload-pack(1): what a clone or fetch talks to (gitprotocol-pack(5), version 0). */
import { encode } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { makePack } from "../objects/pack.ts";
import type { Repository } from "../repository/repository.ts";
import { missingObjects, objectsOf } from "./objects.ts";
import { FLUSH, GoneAway, type PacketReader, packet, sideband } from "./packets.ts";

const CAPABILITIES = "multi_ack_detailed side-band-64k ofs-delta no-progress include-tag shallow agent=git/2.39.5";

export interface Advertised {
  readonly name: string;
  readonly oid: string;
}

/** HEAD, then all names, annotated tags with what they name. */
export function advertised(repository: Repository): Advertised[] {
  const { refs, store } = repository;
  const found: Advertised[] = [];
  const head = refs.resolve("HEAD");
  if (head !== undefined) found.push({ name: "HEAD", oid: head });
  for (const { name, oid } of refs.list()) {
    found.push({ name, oid });
    if (store.typeOf(oid) === "tag") found.push({ name: `${name}^{}`, oid: store.peel(oid).oid });
  }
  return found;
}

export async function advertise(
  repository: Repository,
  service: "upload-pack" | "receive-pack",
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const head = repository.refs.head;
  const own =
    service === "upload-pack"
      ? `${CAPABILITIES}${head !== undefined ? ` symref=HEAD:${head}` : ""}`
      : "report-status delete-refs side-band-64k quiet atomic ofs-delta agent=git/2.39.5";
  const list = advertised(repository).filter(({ name }) => service === "upload-pack" || (name !== "HEAD" && !name.endsWith("^{}")));
  if (list.length === 0) await write(packet(`${"0".repeat(40)} capabilities^{}\0${own}\n`));
  for (const [i, { name, oid }] of list.entries()) await write(packet(`${oid} ${name}${i === 0 ? `\0${own}` : ""}\n`));
  await write(FLUSH);
}

/** The conversation after the advertisement. `stateless`: over HTTP, one request at a time. */
export async function serveFetch(
  git: Git,
  repository: Repository,
  reader: PacketReader,
  write: (bytes: Uint8Array) => Promise<void>,
  stateless: boolean,
): Promise<void> {
  const wants: string[] = [];
  let depth: number | undefined;
  let capabilities = "";
  let first: string[];
  try {
    first = await reader.lines();
  } catch (error) {
    if (error instanceof GoneAway) return;
    throw error;
  }
  for (const line of first) {
    const want = /^want ([0-9a-f]{40})(?: (.*))?$/.exec(line);
    if (want) {
      wants.push(want[1] ?? "");
      capabilities ||= want[2] ?? "";
    }
    const deepen = /^deepen (\d+)$/.exec(line)?.[1];
    if (deepen !== undefined) depth = Number(deepen);
  }
  if (wants.length === 0) return;
  const offered = new Set(advertised(repository).map(({ oid }) => oid));
  const stranger = wants.find((oid) => !offered.has(oid));
  if (stranger !== undefined) {
    await write(packet(`ERR upload-pack: not our ref ${stranger}`));
    return;
  }
  if (depth !== undefined) {
    const edges = shallowEdges(repository, wants, depth);
    for (const oid of edges) await write(packet(`shallow ${oid}`));
    await write(FLUSH);
  }
  const detailed = capabilities.includes("multi_ack_detailed");
  const common: string[] = [];
  for (;;) {
    let line: string | undefined;
    try {
      line = await reader.line();
    } catch (error) {
      if (error instanceof GoneAway) return;
      throw error;
    }
    if (line === undefined) {
      await write(packet("NAK\n"));
      if (stateless) return;
      continue;
    }
    if (line === "done") break;
    const have = /^have ([0-9a-f]{40})$/.exec(line)?.[1];
    if (have === undefined || !repository.store.has(have)) continue;
    common.push(have);
    if (detailed) await write(packet(`ACK ${have} common\n`));
  }
  const last = common.at(-1);
  await write(packet(last === undefined ? "NAK\n" : `ACK ${last}\n`));
  const list = missingObjects(repository.store, wants, common, depth);
  const banded = capabilities.includes("side-band-64k");
  const tell = async (text: string) => {
    if (banded && !capabilities.includes("no-progress")) await write(sideband(2, encode(text)));
  };
  await tell(`Enumerating objects: ${list.length}, done.\nCounting objects: 100% (${list.length}/${list.length}), done.\n`);
  const pack = makePack(objectsOf(repository.store, list));
  await git.self.tick();
  await tell(`Total ${list.length} (delta 0), reused 0 (delta 0), pack-reused 0\n`);
  if (banded) {
    await write(sideband(1, pack));
    await write(FLUSH);
  } else await write(pack);
}

/** The commits at which a shallow clone ends. */
function shallowEdges(repository: Repository, wants: readonly string[], depth: number): string[] {
  const edges: string[] = [];
  let level = new Set(wants.map((oid) => repository.store.peel(oid).oid));
  for (let i = 1; i < depth; i++) level = new Set([...level].flatMap((oid) => repository.store.commit(oid).parents));
  for (const oid of level) if (repository.store.commit(oid).parents.length > 0) edges.push(oid);
  return edges;
}
