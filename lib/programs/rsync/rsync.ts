/** rsync(1): makes one tree like another, and sends only what differs. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { program } from "../core/program.ts";
import { parsePlace } from "../ssh/scp.ts";
import { startSsh } from "../ssh/subprocess.ts";
import { type FileList, type ListEntry, listFiles } from "./file-list.ts";
import { Broken, Frames } from "./frames.ts";
import { type FilterRule, parseFilter } from "./patterns.ts";
import { type Plan, Receiver, type Refusal } from "./receiver.ts";
import { changeLines, statistics, summary, type Telling, type Totals } from "./report.ts";
import type { Settings } from "./settings.ts";

const VERSION = "3.2.7";
/** rsync's name for each of its statuses (errcode.h, log.c), and where its own source says so. */
const STATUS: Readonly<Record<number, { readonly text: string; readonly where: string }>> = {
  1: { text: "syntax or usage error", where: "main.c(1795)" },
  3: { text: "errors selecting input/output files, dirs", where: "main.c(784)" },
  11: { text: "error in file IO", where: "main.c(791)" },
  12: { text: "error in rsync protocol data stream", where: "io.c(231)" },
  23: { text: "some files/attrs were not transferred (see previous errors)", where: "main.c(1338)" },
  255: { text: "unexplained error", where: "io.c(231)" },
};

const USAGE = `rsync  version ${VERSION}  protocol version 31
Usage: rsync [OPTION]... SRC [SRC]... DEST
  or   rsync [OPTION]... SRC [SRC]... [USER@]HOST:DEST
  or   rsync [OPTION]... [USER@]HOST:SRC [DEST]
The ':' usages connect via remote shell.

Use "rsync --help" to see the options.
Please see the rsync(1) manpage for full documentation.
`;

export const rsync = program({
  name: "rsync",
  summary: "a fast, versatile, remote (and local) file-copying tool",
  section: "network",
  origin: `rsync  version ${VERSION}  protocol version 31`,
  usageStatus: 1,
  usageMessage: (message) =>
    message.replace(/^unrecognized option '(.*)'$/, "$1: unknown option").replace(/^invalid option -- '(.)'$/, "-$1: unknown option"),
  usageHint: () => errorLine(1, "client"),
  synopsis: ["[OPTION...] SRC... [DEST]", "[OPTION...] SRC... [USER@]HOST:DEST", "[OPTION...] [USER@]HOST:SRC... [DEST]"],
  options: [
    "-v, --verbose  increase verbosity",
    "-q, --quiet  suppress non-error messages",
    "-c, --checksum  skip based on checksum, not mod-time & size",
    "-a, --archive  archive mode is -rlptgoD",
    "-r, --recursive  recurse into directories",
    "-R, --relative  use relative path names",
    "-u, --update  skip files that are newer on the receiver",
    "-l, --links  copy symlinks as symlinks",
    "-L, --copy-links  transform symlink into referent file/dir",
    "-p, --perms  preserve permissions",
    "-o, --owner  preserve owner (super-user only)",
    "-g, --group  preserve group",
    "-D  (accepted)",
    "-t, --times  preserve modification times",
    "-n, --dry-run  perform a trial run with no changes made",
    "-W, --whole-file  (accepted)",
    "-e, --rsh=COMMAND  specify the remote shell to use",
    "--rsync-path=PROGRAM  specify the rsync to run on remote machine",
    "--existing  skip creating new files on receiver",
    "--ignore-existing  skip updating files that exist on receiver",
    "--delete  delete extraneous files from dest dirs",
    "--delete-before  as --delete",
    "--delete-during  as --delete",
    "--del  as --delete",
    "--delete-after  as --delete",
    "--delete-delay  as --delete",
    "--delete-excluded  also delete excluded files from dest dirs",
    "--partial  (accepted)",
    "-P  same as --partial --progress",
    "--progress  show progress during transfer",
    "-z, --compress  (accepted)",
    "-I, --ignore-times  don't skip files that match size and time",
    "--size-only  skip files that match in size",
    "--mkpath  create the destination's path component",
    "--exclude=PATTERN  exclude files matching PATTERN",
    "--exclude-from=FILE  read exclude patterns from FILE",
    "--include=PATTERN  don't exclude files matching PATTERN",
    "-f, --filter=RULE  add a file-filtering RULE",
    "--stats  give some file-transfer stats",
    "-h, --human-readable  output numbers in a human-readable format",
    "-i, --itemize-changes  output a change-summary for all updates",
    "-x, --one-file-system  (accepted)",
    "--no-perms  turn off an implied option",
    "--no-owner  turn off an implied option",
    "--no-group  turn off an implied option",
    "--no-times  turn off an implied option",
    "--server  (the far end of a copy)",
    "--sender  (the far end that sends)",
  ],
  unmodeled: [
    "--inplace",
    "--append",
    "--backup",
    "-b",
    "--chmod",
    "--chown",
    "--compare-dest",
    "--link-dest",
    "--copy-dest",
    "--files-from",
    "--include-from",
    "--info",
    "--log-file",
    "--max-size",
    "--min-size",
    "--numeric-ids",
    "--password-file",
    "--port",
    "--remove-source-files",
    "--bwlimit",
    "-H",
    "-A",
    "-X",
    "-S",
    "-C",
    "-F",
    "-d",
    "-k",
    "-K",
    "-E",
    "-y",
    "-s",
    "-m",
  ],
  limits:
    "Whole files are sent, not their differences. Copies between two other machines and rsync's own daemon (rsync://) are not modeled.",
  run: async (self, args) => {
    if (args.has("server")) return farEnd(self, args);
    return new Client(self, args).run();
  },
});

function errorLine(code: number, side: string): string {
  const { text, where } = STATUS[code] ?? { text: "unexplained error", where: "io.c(231)" };
  return `rsync error: ${text} (code ${code}) at ${where} [${side}=${VERSION}]\n`;
}

function readSettings(self: Process, args: Arguments): Settings {
  const archive = args.has("archive");
  const on = (name: string) => (archive || args.has(name)) && !args.has(`no-${name}`);
  const filters = args.given.flatMap(({ key, value }): FilterRule[] => {
    if (key === "exclude" || key === "include") return [parseFilter(value, key === "include")].flatMap((rule) => rule ?? []);
    if (key === "filter")
      return [parseFilter(value.replace(/^(?:exclude|-),?\s*/, "- ").replace(/^(?:include|\+),?\s*/, "+ "))].flatMap((rule) => rule ?? []);
    if (key === "exclude-from")
      return self.files
        .readText(value)
        .split("\n")
        .flatMap((line) => parseFilter(line) ?? []);
    return [];
  });
  const deletes = ["delete", "delete-before", "delete-during", "del", "delete-after", "delete-delay", "delete-excluded"];
  return {
    recursive: archive || args.has("recursive"),
    links: on("links"),
    perms: on("perms"),
    times: on("times"),
    owner: on("owner"),
    group: on("group"),
    devices: archive || args.has("D"),
    copyLinks: args.has("copy-links"),
    dryRun: args.has("dry-run"),
    delete: args.has(...deletes),
    deleteExcluded: args.has("delete-excluded"),
    checksum: args.has("checksum"),
    sizeOnly: args.has("size-only"),
    ignoreTimes: args.has("ignore-times"),
    update: args.has("update"),
    existing: args.has("existing"),
    ignoreExisting: args.has("ignore-existing"),
    makePath: args.has("mkpath"),
    relative: args.has("relative"),
    filters,
  };
}

/** Splits `ssh -p 2222` as rsync does: at spaces, with quotes. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain ?? "");
}

class Client {
  readonly #settings: Settings;
  readonly #telling: Telling;
  readonly #began: number;
  readonly #quiet: boolean;

  constructor(
    private readonly self: Process,
    private readonly args: Arguments,
  ) {
    this.#settings = readSettings(self, args);
    this.#quiet = args.has("quiet");
    const verbose = args.given.filter(({ key }) => key === "verbose").length;
    const progress = args.has("progress", "P");
    this.#telling = {
      verbose: this.#quiet ? 0 : verbose + (progress && verbose === 0 ? 1 : 0),
      itemize: args.has("itemize-changes"),
      stats: args.has("stats"),
      human: args.has("human-readable"),
      dryRun: this.#settings.dryRun,
    };
    this.#began = self.machine.kernel.clock.monotonic();
  }

  async run(): Promise<number> {
    const { self, args } = this;
    const places = args.operands.map(parsePlace);
    if (places.length === 0) {
      await self.error(USAGE + errorLine(1, "client"));
      return 1;
    }
    if (this.#settings.delete && !this.#settings.recursive) {
      await self.error(`rsync: --delete does not work without --recursive (-r) or --dirs (-d).\n${errorLine(1, "client")}`);
      return 1;
    }
    if (places.length === 1) return this.#list(args.operands[0] ?? "");
    const target = places.pop();
    const [first] = places;
    if (target === undefined || first === undefined) return 1;
    if (args.operands.some((each) => each.includes("::") || each.startsWith("rsync://"))) {
      await self.error(
        `rsync: the rsync daemon is real, but this machine does not model it; see /reference/machine\n${errorLine(1, "client")}`,
      );
      return 1;
    }
    if (target.host !== undefined && first.host !== undefined) {
      await self.error(`The source and destination cannot both be remote.\n${errorLine(1, "Receiver")}`);
      return 1;
    }
    try {
      if (target.host !== undefined)
        return await this.#upload(
          places.map(({ path }) => path),
          target.host,
          target.path,
        );
      if (first.host !== undefined)
        return await this.#download(
          first.host,
          places.map(({ path }) => path),
          target.path,
        );
      return await this.#local(
        places.map(({ path }) => path),
        target.path,
      );
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      const side = target.host === undefined ? "Receiver" : "sender";
      const status = this.#farStatus ?? 12;
      const known = status === 255 || status === 127 ? status : 12;
      await self.error(
        `rsync: connection unexpectedly closed (${error.received} bytes received so far) [${side}]\n${errorLine(known, side)}`,
      );
      return known;
    }
  }

  #farStatus: number | undefined;

  async #list(source: string): Promise<number> {
    const list = await listFiles(this.self, [source], { ...this.#settings, links: true });
    for (const entry of list.entries.filter(({ name }) => !name.includes("/"))) {
      const date = new Date(entry.mtimeMs).toISOString();
      const kind = entry.kind === "directory" ? "d" : entry.kind === "symlink" ? "l" : "-";
      const mode = [6, 3, 0]
        .map((shift) => ["r", "w", "x"].map((letter, bit) => (((entry.mode >> shift) & (4 >> bit)) !== 0 ? letter : "-")).join(""))
        .join("");
      await this.self.print(
        `${kind}${mode} ${entry.size.toLocaleString("en-US").padStart(14)} ${date.slice(0, 10).replaceAll("-", "/")} ${date.slice(11, 19)} ${entry.name}\n`,
      );
    }
    return this.#end(list.errors, "sender");
  }

  async #say(text: string): Promise<void> {
    if (!this.#quiet) await this.self.print(text);
  }

  async #begin(how: "sending" | "receiving", list: Pick<FileList, "remarks">): Promise<void> {
    if (this.#telling.verbose > 0 && this.#settings.recursive) await this.#say(`${how} incremental file list\n`);
    for (const remark of list.remarks) await this.#say(`${remark}\n`);
  }

  async #tell(plan: Plan, entries: readonly ListEntry[], destination: string): Promise<void> {
    if (plan.created && (this.#telling.verbose > 0 || this.#telling.itemize))
      await this.#say(`created directory ${destination.replace(/(?<=.)\/+$/, "")}\n`);
    const lines = changeLines(plan, entries, this.#telling);
    if (lines.length > 0) await this.#say(`${lines.join("\n")}\n`);
  }

  async #close(entries: readonly ListEntry[], plan: Plan, traffic: Pick<Totals, "sent" | "received">): Promise<void> {
    const totals = { ...traffic, seconds: (this.self.machine.kernel.clock.monotonic() - this.#began) / 1000 };
    if (this.#telling.stats) await this.#say(statistics(entries, plan, totals));
    if (this.#telling.verbose > 0 || this.#telling.stats) await this.#say(summary(entries, totals, this.#telling));
  }

  async #refused(refusal: Refusal): Promise<number> {
    await this.self.error(`${refusal.message}\n${errorLine(refusal.code, "Receiver")}`);
    return refusal.code;
  }

  async #end(errors: readonly string[], side: string): Promise<number> {
    if (errors.length === 0) return 0;
    await this.self.error(`${errors.join("\n")}\n${errorLine(23, side)}`);
    return 23;
  }

  async #local(sources: readonly string[], destination: string): Promise<number> {
    const list = await listFiles(this.self, sources, this.#settings);
    await this.#begin("sending", list);
    const receiver = new Receiver(this.self, this.#settings);
    const plan = await receiver.plan(list.entries, destination, list.isSingleFile);
    if ("message" in plan) return this.#refused(plan);
    await this.#tell(plan, list.entries, destination);
    let sent = JSON.stringify(list.entries).length;
    const errors = [...list.errors];
    if (!this.#settings.dryRun) {
      for (const index of plan.wanted) {
        const bytes = await readWanted(this.self, list.paths[index] ?? "", errors);
        if (bytes !== undefined) receiver.take(index, bytes);
        sent += bytes?.length ?? 0;
      }
      receiver.finish();
    }
    await this.#close(list.entries, plan, { sent, received: JSON.stringify(plan.wanted).length });
    return this.#end([...errors, ...receiver.errors], "sender");
  }

  #connect(host: string, side: readonly string[], paths: readonly string[]) {
    const rsh = words(this.args.get("rsh") ?? this.self.env.RSYNC_RSH ?? "ssh");
    const quoted = paths.map((path) => (path === "" ? "." : path.replace(/[^\w@%+=:,./~*?[\]-]/g, "\\$&")));
    const command = [this.args.get("rsync-path") ?? "rsync", "--server", ...side, ".", ...quoted].join(" ");
    const remote = startSsh(this.self, [...rsh, host, command]);
    return { remote, frames: new Frames(this.self, remote) };
  }

  async #upload(sources: readonly string[], host: string, destination: string): Promise<number> {
    const list = await listFiles(this.self, sources, this.#settings);
    const { remote, frames } = this.#connect(host, [], [destination]);
    try {
      await frames.send({ kind: "receive", settings: this.#settings, entries: list.entries, isSingleFile: list.isSingleFile });
      const answer = await frames.receive();
      await this.#begin("sending", list);
      if (answer.kind === "refusal") return await this.#refused(answer.refusal);
      if (answer.kind !== "plan") throw new Broken(frames.received);
      await this.#tell(answer.plan, list.entries, destination);
      const errors = [...list.errors];
      if (!this.#settings.dryRun) {
        for (const index of answer.plan.wanted)
          await frames.sendBytes((await readWanted(this.self, list.paths[index] ?? "", errors)) ?? new Uint8Array(0));
      }
      const end = await frames.receive();
      await this.#close(list.entries, answer.plan, frames);
      return await this.#end([...errors, ...(end.kind === "done" ? end.errors : [])], "sender");
    } finally {
      this.#farStatus = await remote.finish();
    }
  }

  async #download(host: string, sources: readonly string[], destination: string): Promise<number> {
    const { remote, frames } = this.#connect(host, ["--sender"], sources);
    try {
      await frames.send({ kind: "send", settings: this.#settings });
      const list = await frames.receive();
      if (list.kind !== "list") throw new Broken(frames.received);
      await this.#begin("receiving", list);
      const receiver = new Receiver(this.self, this.#settings);
      const plan = await receiver.plan(list.entries, destination, list.isSingleFile);
      if ("message" in plan) return await this.#refused(plan);
      await this.#tell(plan, list.entries, destination);
      const wanted = this.#settings.dryRun ? [] : plan.wanted;
      await frames.send({ kind: "want", indexes: wanted });
      for (const index of wanted) receiver.take(index, await frames.receiveBytes());
      receiver.finish();
      const end = await frames.receive();
      await this.#close(list.entries, plan, frames);
      return await this.#end([...list.errors, ...(end.kind === "done" ? end.errors : []), ...receiver.errors], "generator");
    } finally {
      this.#farStatus = await remote.finish();
    }
  }
}

/** A file's bytes; undefined, and why among the errors, when it can't be read. */
async function readWanted(self: Process, path: string, errors: string[]): Promise<Uint8Array | undefined> {
  await self.tick();
  try {
    return self.files.readFile(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    errors.push(`rsync: [sender] send_files failed to open "${self.files.absolute(path)}": ${reason(error)} (13)`);
    return undefined;
  }
}

/** What ssh starts on the other machine. */
async function farEnd(self: Process, args: Arguments): Promise<number> {
  const input = self.fds.get(0);
  const output = self.fds.get(1);
  if (input === undefined || output === undefined) return 1;
  const frames = new Frames(self, { input: output, output: input });
  const [, ...paths] = args.operands;
  try {
    const request = await frames.receive();
    if (request.kind === "receive") return await farReceiver(self, frames, request, paths[0] ?? ".");
    if (request.kind !== "send") return 12;
    const { entries, paths: from, errors, remarks, isSingleFile } = await listFiles(self, paths, request.settings);
    await frames.send({ kind: "list", entries, errors, remarks, isSingleFile });
    const wants = await frames.receive();
    const late: string[] = [];
    for (const index of wants.kind === "want" ? wants.indexes : [])
      await frames.sendBytes((await readWanted(self, from[index] ?? "", late)) ?? new Uint8Array(0));
    await frames.send({ kind: "done", errors: late });
    return 0;
  } catch (error) {
    if (error instanceof Broken || error instanceof SyntaxError) return 12;
    throw error;
  }
}

async function farReceiver(
  self: Process,
  frames: Frames,
  request: { settings: Settings; entries: readonly ListEntry[]; isSingleFile: boolean },
  destination: string,
): Promise<number> {
  const receiver = new Receiver(self, request.settings);
  const plan = await receiver.plan(request.entries, destination, request.isSingleFile);
  if ("message" in plan) {
    await frames.send({ kind: "refusal", refusal: plan });
    return plan.code;
  }
  await frames.send({ kind: "plan", plan });
  if (!request.settings.dryRun) for (const index of plan.wanted) receiver.take(index, await frames.receiveBytes());
  receiver.finish();
  await frames.send({ kind: "done", errors: receiver.errors });
  return 0;
}
