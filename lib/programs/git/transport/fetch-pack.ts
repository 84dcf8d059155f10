/** The asking side of a fetch. */
import { concat, decode } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { reachable } from "../history/walk.ts";
import type { Repository } from "../repository/repository.ts";
import type { Connection } from "./connection.ts";
import { FLUSH, GoneAway, packet } from "./packets.ts";
import { Progress } from "./progress.ts";

/** Brings everything that these names need. Returns how many objects came. */
export async function fetchPack(
  git: Git,
  repository: Repository,
  connection: Connection,
  wants: readonly string[],
  options: { quiet: boolean; depth?: number | undefined },
): Promise<number> {
  const { store } = repository;
  const missing = [...new Set(wants)].filter((oid) => !store.has(oid));
  if (missing.length === 0 && options.depth === undefined) {
    await connection.write(FLUSH);
    return 0;
  }
  const asked = missing.length > 0 ? missing : [...new Set(wants)];
  const capabilities = ["multi_ack_detailed", "side-band-64k", "ofs-delta", "agent=git/2.39.5"].filter((each) =>
    connection.capabilities.includes(each.split("=")[0] ?? ""),
  );
  for (const [i, oid] of asked.entries()) await connection.write(packet(`want ${oid}${i === 0 ? ` ${capabilities.join(" ")}` : ""}\n`));
  if (options.depth !== undefined) await connection.write(packet(`deepen ${options.depth}\n`));
  await connection.write(FLUSH);
  const tips = repository.refs.list().flatMap(({ oid }) => (store.typeOf(oid) === "commit" ? [oid] : []));
  const haves = [...reachable(store, tips)].slice(0, 512);
  for (const oid of haves) await connection.write(packet(`have ${oid}\n`));
  await connection.write(packet("done\n"));
  await connection.endInput();
  const { reader } = connection;
  const shallow: string[] = [];
  try {
    if (options.depth !== undefined)
      for (const line of await reader.lines()) {
        const oid = /^shallow ([0-9a-f]{40})$/.exec(line)?.[1];
        if (oid !== undefined) shallow.push(oid);
      }
    for (;;) {
      const line = await reader.line();
      if (line?.startsWith("ERR ")) throw new Fatal(`remote error: ${line.slice(4)}`);
      if (line === "NAK" || (line?.startsWith("ACK ") && !/ (common|ready|continue)$/.test(line))) break;
    }
    const banded = capabilities.includes("side-band-64k");
    const parts: Uint8Array[] = [];
    if (banded) {
      const progress = new Progress(git, options.quiet);
      for (let bytes = await reader.bytes(); bytes !== undefined; bytes = await reader.bytes()) {
        if (bytes[0] === 1) parts.push(bytes.subarray(1));
        else if (bytes[0] === 2) await progress.remote(decode(bytes.subarray(1)));
        else throw new Fatal(`remote error: ${decode(bytes.subarray(1))}`);
      }
      await progress.end();
    } else parts.push(await reader.rest());
    if (shallow.length > 0) repository.writeGitFile("shallow", shallow.map((oid) => `${oid}\n`).join(""));
    const received = store.receive(concat(parts));
    if (!options.quiet && git.self.fds.get(2)?.tty) git.warn(`Receiving objects: 100% (${received.length}/${received.length}), done.\n`);
    return received.length;
  } catch (error) {
    if (error instanceof GoneAway) throw new Fatal("the remote end hung up unexpectedly");
    throw error;
  }
}
