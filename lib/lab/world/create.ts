import type { TreeCapture, TreeManifest } from "../../kernel/files/capture.ts";
import type { KeptTree } from "../../kernel/files/kept-trees.ts";
import { Kernel } from "../../kernel/kernel.ts";
import type { Account } from "../../kernel/login.ts";
import type { Executable, Host, Machine } from "../../kernel/types.ts";
import type { Engine } from "../../kernel/workers/engine.ts";
import { remove } from "../../programs/packages/database.ts";
import { domainOf, Services, type ServicesState } from "../services/services.ts";
import { siteNamed } from "../services/sites.ts";
import type { StartWorld } from "../time/start-world.ts";
import type { LabDefinition, LabState, MachineDefinition } from "../types.ts";
import { accountOn } from "./account.ts";
import { askOverHttp } from "./http.ts";
import { INTERNET, Outsiders } from "./outsiders.ts";
import { type KeyNow, withPresentPacks } from "./present-packs.ts";
import { SEED } from "./seed.ts";
import type { HttpAnswer, HttpRequest, HttpFailure as NoAnswer, World } from "./world.ts";

/** What machines can run and hold: put together where programs, images and engines are known. */
export interface Installed {
  readonly executables: ReadonlyMap<string, Executable>;
  readonly engines: ReadonlyMap<string, Engine>;
  /** Fetches what programs are made of, which otherwise comes when one is first run. */
  fetchPrograms?(): Promise<void>;
  /** Puts the files of an image on a new machine. */
  fill(machine: Machine, image: string): void | Promise<void>;
  /** Makes what a lab wants beyond the image: the machine's user, who may log in. Machines come in the lab's order, all filled. */
  prepare?(machine: Machine, definition: MachineDefinition, others: ReadonlyMap<string, Machine>, lab: LabDefinition): void;
  /** Starts what a machine starts by itself: its packet filter, its services. With `units`, those that were up when it was saved. */
  boot?(machine: Machine, units?: readonly string[]): Promise<void>;
  /** Ends what a machine does by itself, before it is taken away. */
  shutDown?(machine: Machine): void;
  /** Makes the packs of files known that saved disks name; resolves when they are there, with what the files are called now. */
  importPacks?(kernel: Kernel, names: ReadonlySet<string>): Promise<KeyNow>;
}

export interface WorldOptions {
  readonly host: Host;
  readonly installed: Installed;
  /** Hears of the engines' bytes as they come; `done` once a worker of each stands ready. */
  readonly onDownload?: (download: LabState["download"]) => void;
  /** Start spare workers at once. */
  readonly warm: boolean;
  /** Disks that were saved, for machines that come back. */
  readonly disks?: readonly SavedDisk[];
  /** What was saved with them of what lies beyond the machines. */
  readonly services?: ServicesState;
  /** What the lab starts from instead of the world that it names (`continues`). */
  readonly start?: StartWorld;
}

/** Saved disks that can't be brought back; nothing helps but a fresh start. */
export class DiskError extends Error {
  override readonly name = "DiskError";
}

/** The files of a machine as they were saved. */
export interface SavedDisk {
  readonly name: string;
  readonly files: TreeManifest;
  /** Units that were up; undefined where the machine was not. */
  readonly units?: readonly string[];
  /** Pids up to this one have been given; files may name them. */
  readonly lastPid?: number;
  readonly bytes: (key: string) => Uint8Array | undefined;
}

/** The disk of a machine as it was, in this world's own memory. */
export interface KeptDisk {
  readonly tree: KeptTree;
  /** Units that were up; undefined where the machine was not. */
  readonly units: readonly string[] | undefined;
}

/** So long a lab's start waits for the services of its machines, in milliseconds. */
const BOOT_PATIENCE_MS = 5000;

/** Builds the world of a lab afresh: machines from their images, with the lesson's files on them. */
export async function createWorld(lab: LabDefinition, options: WorldOptions): Promise<LabWorld> {
  const world = new LabWorld(lab, options);
  try {
    const start = options.disks === undefined ? (options.start ?? (await world.loadStart())) : undefined;
    if (start !== undefined) await world.startFrom(start);
    else if (options.disks === undefined) await world.addFreshMachines();
    else await world.bringBack(options.disks);
  } catch (error) {
    world.dispose();
    throw error;
  }
  if (options.warm) world.warm();
  return world;
}

export class LabWorld implements World {
  readonly kernel: Kernel;
  readonly definitions: LabDefinition["machines"];
  private readonly lab: LabDefinition;
  private readonly options: WorldOptions;
  private readonly downloads = new Map<string, { loaded: number; total: number }>();
  private readonly outsiders: Outsiders;
  /** What the lab was started from, where it continues another lesson. */
  startedFrom: StartWorld | undefined;
  private running: Services | undefined;
  private disposed = false;
  private ready = false;

  constructor(lab: LabDefinition, options: WorldOptions) {
    this.lab = lab;
    this.options = options;
    this.definitions = lab.machines;
    const { host, installed } = options;
    this.kernel = new Kernel({
      host: { ...host, asset: (name, progress) => this.asset(name, progress) },
      executables: installed.executables,
      engines: installed.engines,
      fill: (machine, image) => installed.fill(machine, image),
      seed: SEED,
      // Programs of TypeScript have it at hand; a worker's is fetched when one asks.
      secure: async (...request) => (await import("../../programs/tls/secure.ts")).secure(...request),
    });
    this.outsiders = new Outsiders(this.kernel);
    if (lab.latencyMs !== undefined) this.kernel.network.roundTripMs = lab.latencyMs;
  }

  /** The lab's machines, filled from their images, with the lesson's files. */
  async addFreshMachines(): Promise<void> {
    for (const { name, image, address, hostname, without } of this.addressesFirst()) {
      await this.kernel.addMachine({ name, image, address, hostname });
      for (const each of without ?? []) remove(this.machine(name).files, each, true);
    }
    this.publishNames();
    this.furnish(this.definitions);
    // Who logs in to a fresh machine finds its ssh server up; a service that takes its time is not waited for.
    const patience = new Promise<void>((resolve) => this.options.host.setTimeout(resolve, BOOT_PATIENCE_MS));
    await Promise.race([this.boot(), patience]);
    await this.running?.wake(this.lab, () => undefined);
  }

  /** The folder in which terminals begin: an author who names one that no file is in wants it empty. */
  private makeFolder({ name, user, cwd }: MachineDefinition): void {
    const machine = this.machine(name);
    const account = accountOn(machine, user);
    if (!machine.files.exists(cwd)) this.makeFolders(machine, account, cwd);
    if (machine.files.stat(cwd).kind === "directory") return;
    throw new Error(`lab.yaml: the \`cwd\` of \`${name}\`, ${cwd}, is a file. Name a folder there.`);
  }

  /** Folders that are missing on the way to `path`, and this one; in a user's home they are the user's own. */
  private makeFolders({ files }: Machine, account: Account, path: string): void {
    const folders = path
      .split("/")
      .slice(1)
      .map((_, index, all) => `/${all.slice(0, index + 1).join("/")}`);
    for (const folder of folders.filter((each) => !files.exists(each))) {
      files.mkdir(folder);
      if (folder.startsWith(`${account.home}/`)) files.chown(folder, account.uid, account.gid);
    }
  }

  /** Addresses that are given go first, so that no other machine takes them; then each gets the same one every time. */
  private addressesFirst(): readonly MachineDefinition[] {
    const given = this.definitions.filter(({ address }) => address !== undefined);
    return [...given, ...this.definitions.filter((other) => !given.includes(other))];
  }

  private async boot(disks: readonly Pick<SavedDisk, "name" | "units">[] = []): Promise<void> {
    const { boot } = this.options.installed;
    await Promise.all(this.definitions.map(({ name }) => boot?.(this.machine(name), disks.find((disk) => disk.name === name)?.units)));
  }

  /** Names of machines and those that the lab gives. */
  private publishNames(services = this.options.services): void {
    for (const { name } of this.definitions) this.kernel.network.publish(name, this.machine(name).network.address);
    const owned = this.lab.registrar?.domains ?? [];
    for (const [name, target] of Object.entries(this.lab.dns ?? {})) {
      if (owned.includes(domainOf(name))) continue;
      const { to, ttl } = typeof target === "string" ? { to: target, ttl: undefined } : target;
      this.kernel.network.publish(name, this.kernel.machines.get(to)?.network.address ?? to, ttl);
    }
    this.running = new Services(this.kernel, this.lab, services);
  }

  /** The files of all machines at one instant; of bytes only those whose keys the saver does not have. */
  captureFiles(isSaved: (key: string) => boolean): readonly ({ readonly name: string } & TreeCapture)[] {
    const { worldFiles, machines } = this.kernel;
    return worldFiles.frozen(() =>
      [...machines.values()].map(({ name, rootInode }) => ({ name, ...worldFiles.capture(rootInode, isSaved) })),
    );
  }

  /** The world that the lab continues; undefined where it continues none. */
  async loadStart(): Promise<StartWorld | undefined> {
    if (this.lab.continues === undefined) return undefined;
    const [file, { unpackWorld }] = await Promise.all([this.asset(this.lab.continues.world), import("../time/start-world.ts")]);
    return unpackWorld(file);
  }

  /** The machines of another lesson's end, with this lesson's files on them, and whatever machines this one has more. */
  async startFrom(start: StartWorld): Promise<void> {
    this.startedFrom = start;
    const kept = start.disks.filter(
      ({ name }) => siteNamed(name) !== undefined || this.definitions.some((machine) => machine.name === name),
    );
    await this.bringBack(kept, start.services, BOOT_PATIENCE_MS);
    this.copyFiles(this.definitions);
  }

  /** The lab's machines, with the disks they had; those of which there is none are new. Throws DiskError. */
  async bringBack(disks: readonly SavedDisk[], services = this.options.services, patienceMs = 0): Promise<void> {
    const keyNow = await this.packsOf(disks);
    this.kernel.skipPids(Math.max(0, ...disks.map(({ lastPid = 0 }) => lastPid)));
    for (const { name, image, address, hostname } of this.addressesFirst()) {
      const disk = disks.find((each) => each.name === name);
      const rootInode = disk === undefined ? undefined : this.restoreTree(disk, keyNow);
      await this.kernel.addMachine({ name, image, address, hostname, rootInode });
    }
    this.publishNames(services);
    this.furnish(this.definitions.filter(({ name }) => !disks.some((disk) => disk.name === name)));
    await this.running?.wake(this.lab, (site) => {
      const disk = disks.find(({ name }) => name === site);
      return disk === undefined ? undefined : this.restoreTree(disk, keyNow);
    });
    const booted = this.boot(disks);
    if (patienceMs === 0) return;
    const patience = new Promise<void>((resolve) => this.options.host.setTimeout(resolve, patienceMs));
    await Promise.race([booted, patience]);
  }

  /** Trees of saved disks, which belong to no machine: root inodes. Throws DiskError. */
  async restoreTrees(
    disks: readonly SavedDisk[],
  ): Promise<readonly { name: string; root: number; units: readonly string[] | undefined }[]> {
    const keyNow = await this.packsOf(disks);
    return disks.map((disk) => ({ name: disk.name, units: disk.units, root: this.restoreTree(disk, keyNow) }));
  }

  /** Loads the packs of files that the disks name. */
  private async packsOf(disks: readonly SavedDisk[]): Promise<KeyNow | undefined> {
    const pristine = disks.flatMap(({ files }) => files.inodes.flatMap((inode) => (inode.pristine === undefined ? [] : [inode.pristine])));
    const names = new Set(pristine.map((key) => key.slice(0, key.lastIndexOf("#"))));
    return this.options.installed.importPacks?.(this.kernel, names);
  }

  /** What the lab wants on new machines beyond their images: users, the lesson's files, the folder in which terminals begin. */
  private furnish(machines: readonly MachineDefinition[]): void {
    const { prepare } = this.options.installed;
    for (const each of machines) prepare?.(this.machine(each.name), each, this.kernel.machines, this.lab);
    this.copyFiles(machines);
    for (const definition of machines) this.makeFolder(definition);
  }

  /**
   * Takes every machine away and puts those of an earlier moment in their places; engines stay loaded. `trees` are the machines' disks,
   * which are copied and stay as they are. Resolves when the machines are there; their services are starting then.
   */
  async rewind(trees: ReadonlyMap<string, KeptDisk>, services: ServicesState | undefined, aheadMs: number): Promise<void> {
    const { network, worldFiles, clock } = this.kernel;
    this.running?.stop();
    network.names.forgetZones();
    const addresses = new Map([...this.kernel.machines.values()].map((machine) => [machine.name, machine.network.address]));
    for (const machine of [...this.kernel.machines.values()]) {
      this.options.installed.shutDown?.(machine);
      machine.destroy();
    }
    clock.takeBackTo(aheadMs);
    for (const { name, image, address = addresses.get(name), hostname } of this.addressesFirst()) {
      const disk = trees.get(name);
      if (disk === undefined) throw new DiskError(`Nothing was kept of ${name}.`);
      await this.kernel.addMachine({ name, image, address, hostname, rootInode: worldFiles.kept.restore(disk.tree) });
    }
    this.publishNames(services);
    await this.running?.wake(this.lab, (site) => {
      const disk = trees.get(site);
      return disk === undefined ? undefined : worldFiles.kept.restore(disk.tree);
    });
    void this.boot([...trees].map(([name, { units }]) => ({ name, units })));
  }

  private restoreTree({ files, bytes }: SavedDisk, keyNow: KeyNow = (_path, key) => key): number {
    try {
      return this.kernel.worldFiles.restore(withPresentPacks(files, keyNow), bytes);
    } catch (error) {
      throw new DiskError(error instanceof Error ? error.message : String(error));
    }
  }

  machine(name: string): Machine {
    const machine = this.kernel.machines.get(name);
    if (machine === undefined) throw new Error(`The lab has no machine ${name}.`);
    return machine;
  }

  definition(name: string): LabDefinition["machines"][number] {
    const definition = siteNamed(name)?.machine ?? this.definitions.find((each) => each.name === name);
    if (definition === undefined) throw new Error(`The lab has no machine ${name}.`);
    return definition;
  }

  http(machine: string, request: HttpRequest): Promise<HttpAnswer | NoAnswer> {
    const asker = machine === INTERNET ? this.outsiders.next() : this.machine(machine);
    return askOverHttp(asker, request);
  }

  /** Copies the lesson's files; those in the home of the machine's user are the user's own, the others root's. */
  private copyFiles(machines: readonly MachineDefinition[]): void {
    for (const { machine: name, path, mode, base64 } of this.lab.files) {
      // Those of a site, which is none of these, become commits or objects.
      if (!machines.some((each) => each.name === name)) continue;
      const machine = this.machine(name);
      const account = accountOn(machine, this.definition(name).user);
      const own = path.startsWith(`${account.home}/`);
      const { files } = machine;
      this.makeFolders(machine, account, path.slice(0, path.lastIndexOf("/")));
      files.writeFile(path, fromBase64(base64));
      files.chmod(path, mode);
      if (own) files.chown(path, account.uid, account.gid);
    }
  }

  warm(): void {
    void this.options.installed.fetchPrograms?.();
    const engines = [...this.options.installed.engines.keys()];
    this.downloads.clear();
    this.ready = false;
    void Promise.all(engines.map((engine) => this.kernel.workers.warm(engine))).then(
      () => {
        this.ready = true;
        this.report();
      },
      (error: unknown) => {
        // It is tried again on demand, and when a program needs it.
        const reason = error instanceof Error ? error.message : String(error);
        this.report(reason);
        if (!this.disposed) this.options.host.log("warn", `an engine is not ready: ${reason}`);
      },
    );
  }

  /** The registrar and the authorities, for saving. */
  get servicesState(): ServicesState | undefined {
    return this.running?.state;
  }

  dispose(): void {
    this.disposed = true;
    this.running?.stop();
    this.kernel.shutdown();
  }

  private async asset(name: string, progress?: (loaded: number, total: number) => void): Promise<Uint8Array> {
    return this.options.host.asset(name, (loaded, total) => {
      this.downloads.set(name, { loaded, total });
      this.report();
      progress?.(loaded, total);
    });
  }

  private report(failed?: string): void {
    const all = [...this.downloads.values()];
    const loaded = all.reduce((sum, each) => sum + each.loaded, 0);
    const total = all.reduce((sum, each) => sum + each.total, 0);
    // Packages come later than the engine, when pip first runs: then there is a download again.
    const done = this.ready && loaded >= total;
    if (!this.disposed) this.options.onDownload?.({ loaded, total, done, failed });
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
