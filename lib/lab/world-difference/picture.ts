import type { Machine } from "../../kernel/types.ts";
import type { LabWorld } from "../world/create.ts";
import { type Fact, factId, type WorldPicture } from "./facts.ts";
import { readPostgres } from "./postgres-rows.ts";
import { readFiles } from "./read-files.ts";
import { readRunning } from "./read-running.ts";
import { readSqlite } from "./sqlite-rows.ts";

export interface PictureOptions {
  /** Process ids of the shells of terminals, which are nobody's work. */
  readonly terminals?: ReadonlySet<number>;
}

/**
 * A world at one moment, as data: files, rows of SQLite and PostgreSQL, processes, ports, units, settings, git refs, records of names.
 * It changes nothing: databases are asked read-only, from copies. Two pictures are compared by `worldDifference`.
 */
export async function takePicture(world: LabWorld, { terminals = new Set() }: PictureOptions = {}): Promise<WorldPicture> {
  const facts: Fact[] = [];
  const unread: string[] = [];
  const { clock } = world.kernel;
  const trees = world.captureFiles(() => true);
  const read = trees.map(({ name, manifest }) => ({ machine: world.machine(name), files: readFiles(world.machine(name), manifest) }));
  for (const { machine, files } of read) facts.push(...files.facts, ...readRunning(machine, terminals));
  facts.push(...recordsOf(world));
  for (const { machine, files } of read) {
    facts.push(...(await refsOf(machine, files.repositories)));
    const databases = [
      ...(await Promise.all(files.sqlite.map((path) => readSqlite(machine, path, clock)))),
      await readPostgres(machine, clock),
    ];
    for (const each of databases) {
      facts.push(...each.facts);
      unread.push(...each.unread);
    }
  }
  return { facts: new Map(facts.map((fact) => [factId(fact), fact])), unread };
}

async function refsOf(machine: Machine, repositories: readonly string[]): Promise<Fact[]> {
  if (repositories.length === 0) return [];
  // git's reader is loaded with the first repository.
  const { Refs } = await import("../../programs/git/repository/refs.ts");
  return repositories.flatMap((gitDir) => {
    const refs = new Refs(machine.files, gitDir, gitDir);
    const fact = (name: string, commit: string): Fact => ({
      kind: "ref",
      machine: machine.name,
      place: `${gitDir} ${name}`,
      aspects: { commit },
    });
    const head = refs.head;
    return [...refs.list().map(({ name, oid }) => fact(name, oid)), fact("HEAD", head ?? refs.resolve("HEAD") ?? "")];
  });
}

/** What the learner's names say at the registrar. */
function recordsOf(world: LabWorld): Fact[] {
  const domains = world.servicesState?.registrar.domains ?? [];
  return domains.flatMap(({ name: domain, records, nameservers }) => [
    { kind: "record" as const, machine: "", place: `${domain} nameservers`, aspects: { value: nameservers.join(" ") } },
    ...records.map(
      ({ name, type, value, ttl }): Fact => ({
        kind: "record",
        machine: "",
        place: `${name === "@" ? domain : `${name}.${domain}`} ${type} ${value}`,
        aspects: { ttl: String(ttl) },
      }),
    ),
  ]);
}
