/** journalctl(1). */
import type { Process } from "../../../kernel/types.ts";
import type { Arguments } from "../../core/options.ts";
import { momentAt, strftime } from "../../core/time.ts";
import { globExpression } from "../systemctl/context.ts";
import { formatBytes } from "../systemctl/status.ts";
import { mangle } from "../unit-name.ts";
import { parseSpan } from "../values.ts";
import { mayReadJournal } from "./access.ts";
import { isOfUnit } from "./query.ts";
import { OUTPUTS, type Output, shown } from "./show.ts";
import { type Entry, journalOf } from "./store.ts";
import { FACILITIES, PRIORITIES } from "./syslog.ts";
import { parseWhen } from "./when.ts";

export async function runJournalctl(self: Process, args: Arguments): Promise<number> {
  const wanted = args.get("output") ?? "short";
  const output = OUTPUTS.find((name) => name === wanted);
  if (wanted === "help") {
    await self.print(`${OUTPUTS.join("\n")}\n`);
    return 0;
  }
  if (output === undefined) return fail(self, `Unknown output format '${wanted}'.`);
  const maintained = await maintain(self, args);
  if (maintained !== undefined) return maintained;
  if (!mayReadJournal(self)) {
    const hint =
      "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\n";
    return fail(self, `${args.has("quiet") ? "" : hint}No journal files were opened due to insufficient permissions.`);
  }
  try {
    return await list(self, args, output);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return fail(self, error.message);
  }
}

/** What journalctl says and ends with. */
class Refusal extends Error {}

async function fail(self: Process, text: string): Promise<number> {
  await self.error(`${text}\n`);
  return 1;
}

/** --disk-usage, --vacuum-…, --rotate: undefined when none of them was asked for. */
async function maintain(self: Process, args: Arguments): Promise<number | undefined> {
  const journal = journalOf(self.machine);
  const { files } = self.machine;
  if (args.has("disk-usage")) {
    const bytes = journal.paths().reduce((sum, path) => sum + files.stat(path).size, 0);
    await self.print(`Archived and active journals take up ${formatBytes(bytes)} in the file system.\n`);
    return 0;
  }
  const vacuums = args.has("vacuum-size", "vacuum-time", "vacuum-files");
  if (!vacuums && !args.has("rotate", "flush", "sync")) return undefined;
  if (self.credentials.uid !== 0)
    return fail(self, vacuums ? "Failed to vacuum: Permission denied" : "Failed to rotate journal: Permission denied");
  if (args.has("rotate")) journal.rotate();
  if (!vacuums) return 0;
  let freed = 0;
  const archives = journal.archives();
  const age = args.get("vacuum-time");
  const maxAge = age === undefined ? undefined : parseSpan(age);
  if (age !== undefined && maxAge === undefined) return fail(self, `Failed to parse vacuum time: ${age}`);
  const keepFiles = args.get("vacuum-files");
  const size = args.get("vacuum-size");
  const maxSize = size === undefined ? undefined : parseSize(size);
  if (size !== undefined && maxSize === undefined) return fail(self, `Failed to parse vacuum size: ${size}`);
  let total = journal.paths().reduce((sum, path) => sum + files.stat(path).size, 0);
  archives.forEach((path, index) => {
    const { size: bytes, mtimeMs } = files.stat(path);
    const old = maxAge !== undefined && mtimeMs < self.machine.kernel.clock.now() - maxAge;
    const many = keepFiles !== undefined && archives.length - index > Math.max(0, Number(keepFiles) - 1);
    const large = maxSize !== undefined && total > maxSize;
    if (!old && !many && !large) return;
    files.unlink(path);
    freed += bytes;
    total -= bytes;
  });
  await self.error(`Vacuuming done, freed ${formatBytes(freed)} of archived journals from ${journal.folder}.\n`);
  return 0;
}

function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)B?$/i.exec(text);
  return match === null ? undefined : Number(match[1]) * 1024 ** " KMGT".indexOf((match[2] ?? "").toUpperCase() || " ");
}

type Test = (entry: Entry) => boolean;

async function list(self: Process, args: Arguments, output: Output): Promise<number> {
  const journal = journalOf(self.machine);
  const zone = args.has("utc") ? "UTC" : (self.env.TZ ?? "UTC");
  if (args.has("list-boots")) return listBoots(self, journal.entries(), zone);
  const tests = filters(self, args, journal);
  const matches: Test = (entry) => tests.every((test) => test(entry));
  const found = journal.entries().filter(matches);
  const field = args.get("field");
  if (field !== undefined) {
    const values = new Set(found.flatMap(({ fields }) => fields[field] ?? []));
    await self.print([...values].map((value) => `${value}\n`).join(""));
    return 0;
  }
  if (args.has("fields")) {
    await self.print([...new Set(found.flatMap(({ fields }) => Object.keys(fields)))].map((name) => `${name}\n`).join(""));
    return 0;
  }
  const follow = args.has("follow");
  const limit = args.has("lines")
    ? args.get("lines") === "all"
      ? undefined
      : args.get("lines") === ""
        ? 10
        : Number(args.get("lines"))
    : follow && !args.has("no-tail")
      ? 10
      : args.has("pager-end")
        ? 1000
        : undefined;
  if (limit !== undefined && !Number.isInteger(limit)) return fail(self, `Failed to parse lines '${args.get("lines")}'`);
  const chosen = limit === undefined ? found : limit === 0 ? [] : found.slice(-limit);
  const ordered = args.has("reverse") ? [...chosen].reverse() : chosen;
  const tty = self.fds.get(1)?.tty !== undefined;
  const paint = tty ? (code: string, text: string) => `\x1b[${code}m${text}\x1b[0m` : undefined;
  const text = render(ordered, { zone, output, noHostname: args.has("no-hostname"), paint }, !args.has("reverse"));
  if (ordered.length === 0 && !follow) {
    if (!args.has("quiet")) await self.print("-- No entries --\n");
    return 0;
  }
  if (tty && !follow && !args.has("no-pager") && text.split("\n").length > (self.fds.get(1)?.tty?.rows ?? 24))
    return page(self, text, args.has("pager-end"));
  await self.print(text);
  if (!follow) return 0;
  return followEntries(self, journal, (entry) =>
    matches(entry) ? shown(entry, { zone, output, noHostname: args.has("no-hostname"), paint }) : "",
  );
}

type RenderOptions = Parameters<typeof shown>[1];

function render(entries: readonly Entry[], options: RenderOptions, forward: boolean): string {
  const plain = options.output?.startsWith("short") || options.output === "with-unit";
  let boot: string | undefined;
  return entries
    .map((entry) => {
      const line = plain && forward && boot !== undefined && boot !== entry.boot ? `-- Boot ${entry.boot} --\n` : "";
      boot = entry.boot;
      return line + shown(entry, options);
    })
    .join("");
}

/** As with `less`, which shows it page by page. */
async function page(self: Process, text: string, atEnd: boolean): Promise<number> {
  const { machine } = self;
  const path = `/tmp/.journal-${self.pid}`;
  machine.files.writeFile(path, text, { mode: 0o600 });
  machine.files.chown(path, self.credentials.uid, self.credentials.gid);
  try {
    const pager = self.env.SYSTEMD_PAGER ?? self.env.PAGER ?? "less";
    if (pager === "" || pager === "cat") {
      await self.print(text);
      return 0;
    }
    const child = self.spawn({ argv: [...pager.split(/\s+/), ...(pager === "less" ? ["-R", ...(atEnd ? ["+G"] : [])] : []), path] });
    await self.wait(child.pid);
    return 0;
  } finally {
    if (machine.files.exists(path)) machine.files.unlink(path);
  }
}

async function followEntries(self: Process, journal: ReturnType<typeof journalOf>, text: (entry: Entry) => string): Promise<number> {
  const waiting: Entry[] = [];
  let wake = () => {};
  const stop = journal.subscribe((entry) => {
    waiting.push(entry);
    wake();
  });
  self.ended.addEventListener("abort", () => wake(), { once: true });
  try {
    for (;;) {
      for (const entry of waiting.splice(0)) {
        const line = text(entry);
        if (line !== "") await self.print(line);
      }
      await self.tick();
      if (waiting.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (self.ended.aborted) resolve();
        });
    }
  } finally {
    stop();
  }
}

function filters(self: Process, args: Arguments, journal: ReturnType<typeof journalOf>): Test[] {
  const tests: Test[] = [];
  const units = args.all("unit").map((name) => mangle(name));
  if (units.length > 0) {
    const patterns = units.map(globExpression);
    tests.push((entry) => {
      const names = [entry.fields._SYSTEMD_UNIT, entry.fields.UNIT].filter((name): name is string => name !== undefined);
      return names.some((name) => patterns.some((pattern) => pattern.test(name)) && isOfUnit(entry, name));
    });
  }
  const identifiers = args.all("identifier");
  if (identifiers.length > 0) tests.push(({ fields }) => identifiers.includes(fields.SYSLOG_IDENTIFIER ?? ""));
  const priority = args.get("priority");
  if (priority !== undefined) {
    const [from, to] = priority.includes("..") ? priority.split("..") : ["0", priority];
    const low = level(from ?? "");
    const high = level(to ?? "");
    if (low === undefined || high === undefined) throw new Refusal(`Unknown log level ${priority}`);
    tests.push(({ fields }) => Number(fields.PRIORITY ?? 6) <= Math.max(low, high) && Number(fields.PRIORITY ?? 6) >= Math.min(low, high));
  }
  const facilities = args.all("facility").flatMap((text) => text.split(","));
  if (facilities.length > 0)
    tests.push(({ fields }) => facilities.includes(FACILITIES.find((_, index) => String(index) === fields.SYSLOG_FACILITY) ?? ""));
  for (const [key, sign] of [
    ["since", 1],
    ["until", -1],
  ] as const) {
    const text = args.get(key);
    if (text === undefined) continue;
    const when = parseWhen(text, self.machine.kernel.clock.now());
    if (when === undefined) throw new Refusal(`Failed to parse timestamp: ${text}`);
    tests.push(({ realtime }) => (sign === 1 ? realtime >= when * 1000 : realtime <= when * 1000));
  }
  const pattern = args.get("grep");
  if (pattern !== undefined) {
    const sensitive = args.has("case-sensitive") ? !/^(0|no|false)$/.test(args.get("case-sensitive") ?? "") : /[A-Z]/.test(pattern);
    const expression = new RegExp(pattern, sensitive ? "u" : "iu");
    tests.push(({ fields }) => expression.test(fields.MESSAGE ?? ""));
  }
  const boot = args.has("dmesg") && !args.has("boot") ? "" : args.has("boot") ? (args.get("boot") ?? "") : undefined;
  if (boot !== undefined && boot !== "all") {
    const id = findBoot(journal.entries(), boot);
    if (id === undefined) throw new Refusal(`Data from the specified boot (${boot}) is not available: No such boot ID in journal`);
    tests.push((entry) => entry.boot === id);
  }
  if (args.has("dmesg")) tests.push(({ fields }) => fields._TRANSPORT === "kernel");
  const groups = matchGroups(self, args.operands);
  if (groups.length > 0)
    tests.push((entry) => groups.some((group) => [...group].every(([name, values]) => values.includes(entry.fields[name] ?? ""))));
  return tests;
}

function level(text: string): number | undefined {
  if (/^[0-7]$/.test(text)) return Number(text);
  const names = [...PRIORITIES] as string[];
  const index = names.indexOf(text);
  return index < 0 ? undefined : index;
}

/** FIELD=VALUE: several of one field are alternatives, "+" begins another group; a path stands for the program. */
function matchGroups(self: Process, operands: readonly string[]): Map<string, string[]>[] {
  const groups: Map<string, string[]>[] = [];
  let current = new Map<string, string[]>();
  for (const word of operands) {
    if (word === "+") {
      groups.push(current);
      current = new Map();
      continue;
    }
    const match = /^([A-Z_0-9]+)=(.*)$/s.exec(word);
    const isPath = word.includes("/");
    if (match === null && !isPath) throw new Refusal(`Failed to add match '${word}': Invalid argument`);
    const name = match === null ? "_COMM" : (match[1] ?? "");
    const value = match === null ? self.files.absolute(word).replace(/^.*\//, "") : (match[2] ?? "");
    current.set(name, [...(current.get(name) ?? []), value]);
  }
  if (current.size > 0) groups.push(current);
  return groups;
}

function boots(entries: readonly Entry[]): { id: string; first: number; last: number }[] {
  const found = new Map<string, { id: string; first: number; last: number }>();
  for (const { boot, realtime } of entries) {
    const known = found.get(boot);
    if (known === undefined) found.set(boot, { id: boot, first: realtime, last: realtime });
    else known.last = realtime;
  }
  return [...found.values()];
}

/** "": this one; "-1": the one before; "1": the first one; or an id. */
function findBoot(entries: readonly Entry[], text: string): string | undefined {
  const all = boots(entries);
  if (/^[0-9a-f]{32}$/.test(text)) return all.find(({ id }) => id === text)?.id;
  const offset = Number(text === "" ? 0 : text);
  return (offset > 0 ? all[offset - 1] : all[all.length - 1 + offset])?.id;
}

async function listBoots(self: Process, entries: readonly Entry[], zone: string): Promise<number> {
  const all = boots(entries);
  const at = (realtime: number) => strftime("%a %Y-%m-%d %H:%M:%S %Z", momentAt(Math.floor(realtime / 1000), zone));
  const rows = all.map(({ id, first, last }, index) => [String(index - all.length + 1), id, at(first), at(last)]);
  const width = Math.max(3, ...rows.map((row) => row[0]?.length ?? 0));
  const header = `${"IDX".padStart(width)} ${"BOOT ID".padEnd(32)} ${"FIRST ENTRY".padEnd(27)} LAST ENTRY                 `.trimEnd();
  await self.print(
    `${[header, ...rows.map(([index = "", id, first = "", last]) => `${index.padStart(width)} ${id} ${first.padEnd(27)} ${last}`)].join("\n")}\n`,
  );
  return 0;
}
