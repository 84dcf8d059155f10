/** The packages that pip can install: fetched one by one, when a command names them. */

import type { KernelMachine } from "../../kernel/machine.ts";
import type { Host } from "../../kernel/types.ts";
import { type FilePack, readPack } from "./packs.ts";

/** Where pip finds them (pip.conf's find-links). */
export const WHEELS = "/usr/local/share/slipway/wheels";
const ROOT = { uid: 0, gid: 0 } as const;

interface OfferedWheel {
  readonly name: string;
  readonly version: string;
  /** Names of the packages it needs. */
  readonly needs: readonly string[];
  /** And those that each extra asks for besides: `uvicorn[standard]`. */
  readonly extras: Readonly<Record<string, readonly string[]>>;
}

export class Wheels {
  private index: Promise<readonly OfferedWheel[]> | undefined;
  private readonly packs = new Map<string, Promise<FilePack>>();
  /** Those that are here. */
  readonly loaded = new Map<string, FilePack>();

  /** Puts what this command line may install into the machine's folder of wheels. */
  async provide(host: Host, machine: KernelMachine, argv: readonly string[], cwd: string): Promise<void> {
    const offered = await this.offered(host);
    const { files } = machine;
    const list = `${WHEELS}/offered.json`;
    const versions = JSON.stringify(Object.fromEntries(offered.map(({ name, version }) => [name, version])));
    files.mkdir(WHEELS, { recursive: true });
    // A disk that was saved may tell what an earlier build offered.
    if (!files.exists(list) || files.readText(list) !== versions) files.writeFile(list, versions);
    const wanted = closure(offered, namesIn(textOf(machine, argv, cwd)));
    for (const pack of await Promise.all([...wanted].map((name) => this.load(host, name)))) {
      if (!pack.paths.every((path) => files.exists(path))) pack.installOn(machine, ROOT);
    }
  }

  /** `name` is that of the pack, as keys of saved files begin with it. */
  async loadNamed(host: Host, packs: ReadonlySet<string>): Promise<FilePack[]> {
    const names = [...packs].filter((pack) => pack.startsWith("python-wheels-"));
    if (names.length === 0) return [];
    const offered = await this.offered(host);
    const wanted = offered.filter(({ name }) => names.some((pack) => pack.slice(0, pack.lastIndexOf("-")) === `python-wheels-${name}`));
    return Promise.all(wanted.map(({ name }) => this.load(host, name)));
  }

  private offered(host: Host): Promise<readonly OfferedWheel[]> {
    this.index ??= host.asset("python/wheels.json").then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as OfferedWheel[]);
    this.index.catch(() => {
      this.index = undefined;
    });
    return this.index;
  }

  private load(host: Host, name: string): Promise<FilePack> {
    const known = this.packs.get(name) ?? readPack(host, `wheels/${name}`);
    this.packs.set(name, known);
    known.then(
      (pack) => this.loaded.set(name, pack),
      // A download that failed is tried again next time.
      () => this.packs.delete(name),
    );
    return known;
  }
}

/** The words of the command line, and of the files of requirements it names. */
function textOf(machine: KernelMachine, argv: readonly string[], cwd: string): string {
  const { files } = machine;
  const texts = [...argv];
  for (const word of argv) {
    const path = word.replace(/^(-r|-c|--requirement=|--constraint=)/, "");
    const absolute = path.startsWith("/") ? path : `${cwd}/${path}`;
    if (path !== "" && /\.(txt|in|toml|cfg)$/.test(path) && files.exists(absolute)) texts.push(files.readText(absolute));
    if (path === "." || path.startsWith("./"))
      texts.push(
        ...["pyproject.toml", "setup.cfg", "setup.py"]
          .map((name) => `${absolute}/${name}`)
          .filter((each) => files.exists(each))
          .map((each) => files.readText(each)),
      );
  }
  return texts.join("\n");
}

/** Everything that could be the name of a package, as names are compared (PEP 503). */
function namesIn(text: string): Set<string> {
  // What an extra of a package asks for bears both names: psycopg[binary] needs psycopg-binary.
  const extras = [...text.matchAll(/([A-Za-z0-9._-]+)\[([\w.,\s-]+)\]/g)].flatMap(([, name, list = ""]) =>
    list.split(",").map((extra) => `${name}-${extra.trim()}`),
  );
  return new Set(
    [...extras, ...(text.match(/[A-Za-z0-9][A-Za-z0-9._-]*/g) ?? [])].map((word) => word.replace(/[-_.]+/g, "-").toLowerCase()),
  );
}

function closure(offered: readonly OfferedWheel[], names: ReadonlySet<string>): Set<string> {
  const needs = new Map(
    offered.flatMap((wheel) => [
      [wheel.name, wheel.needs] as const,
      ...Object.entries(wheel.extras).map(([extra, more]) => [`${wheel.name}-${extra}`, more] as const),
    ]),
  );
  // psycopg2-binary is a package, and so are some others that look like a name and its extra.
  for (const { name, needs: own } of offered) needs.set(name, own);
  const wanted = new Set<string>();
  const add = (name: string) => {
    const found = needs.get(name);
    if (!found || wanted.has(name)) return;
    wanted.add(name);
    found.forEach(add);
  };
  names.forEach(add);
  return new Set(offered.map(({ name }) => name).filter((name) => wanted.has(name)));
}
