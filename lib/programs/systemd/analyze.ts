/** systemd-analyze(1). */
import type { Process } from "../../kernel/types.ts";
import type { Arguments } from "../core/options.ts";
import { nextElapse, normalized, parseCalendar } from "./calendar.ts";
import { findUnitFile, type LoadedUnit, loadUnit, UNIT_PATHS } from "./loader.ts";
import { managerOf } from "./manager.ts";
import { Service } from "./service.ts";
import { EXEC_KINDS } from "./settings.ts";
import { timestamp } from "./systemctl/status.ts";
import { mangle, parseUnitName } from "./unit-name.ts";
import { formatRelative, formatSpan, parseSpan } from "./values.ts";

export async function runSystemdAnalyze(self: Process, args: Arguments): Promise<number> {
  const [verb = "time", ...rest] = args.operands;
  switch (verb) {
    case "time": {
      const manager = managerOf(self.machine);
      const target = ["graphical.target", "multi-user.target"].map((name) => manager.known(name)).find((unit) => unit?.isActive);
      const took = formatSpan(Math.max(1, (target?.times.activeEnter ?? self.machine.bootedMs) - self.machine.bootedMs) * 1000, 1000);
      await self.print(
        `Startup finished in ${took} (userspace) \n${target === undefined ? "" : `${target.id} reached after ${took} in userspace.\n`}`,
      );
      return 0;
    }
    case "blame": {
      const rows = managerOf(self.machine)
        .units.filter((unit) => unit instanceof Service && unit.times.activeEnter > 0)
        .map((unit) => ({ id: unit.id, took: unit.times.activeEnter - unit.times.inactiveExit }))
        .filter(({ took }) => took > 0)
        .sort((a, b) => b.took - a.took)
        .map(({ id, took }) => ({ id, text: formatSpan(took * 1000, 1000) }));
      const width = Math.max(0, ...rows.map(({ text }) => text.length));
      await self.print(rows.map(({ id, text }) => `${text.padStart(width)} ${id}\n`).join(""));
      return 0;
    }
    case "unit-paths":
      await self.print(UNIT_PATHS.map((path) => `${path}\n`).join(""));
      return 0;
    case "verify":
      return verify(self, rest);
    case "calendar":
      return calendar(self, rest, Number(args.get("iterations") ?? 1));
    case "timespan":
      return timespan(self, rest);
    case "critical-chain":
    case "dump":
    case "dot":
    case "plot":
    case "security":
    case "cat-config":
    case "unit-files":
    case "condition":
    case "syscall-filter":
    case "exit-status":
    case "capability":
    case "timestamp":
    case "inspect-elf":
    case "compare-versions":
      await self.error(`systemd-analyze: '${verb}' is real, but this machine does not model it; see /reference/machine\n`);
      return 1;
  }
  await self.error(`Unknown command verb ${verb}.\n`);
  return 1;
}

/** Reads units and says what is odd about them, without starting anything. */
async function verify(self: Process, words: readonly string[]): Promise<number> {
  if (words.length === 0) {
    await self.error("Too few arguments.\n");
    return 1;
  }
  let status = 0;
  for (const word of words) {
    const name = mangle(word.slice(word.lastIndexOf("/") + 1));
    const loaded = word.includes("/") ? loadFrom(self, word, name) : loadUnit(self.machine, name);
    for (const { path, line, text } of loaded.remarks) await self.error(`${path}:${line}: ${text}\n`);
    for (const text of loaded.complaints) await self.error(`${text}\n`);
    if (loaded.state !== "loaded") {
      await self.error(`${loaded.reason}\n`);
      status = 1;
      continue;
    }
    if (!(await commandsExist(self, loaded))) status = 1;
  }
  return status;
}

/** A file that may lie anywhere: its folder is looked at first. */
function loadFrom(self: Process, word: string, name: string): LoadedUnit {
  const path = self.files.absolute(word);
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (findUnitFile(self.machine.files, name, [folder]) === undefined) return loadUnit(self.machine, name);
  return loadUnit(self.machine, name, [folder, ...UNIT_PATHS]);
}

async function commandsExist(self: Process, { id, settings }: LoadedUnit): Promise<boolean> {
  if (parseUnitName(id)?.type !== "service") return true;
  const { files } = self.machine;
  let fine = true;
  for (const kind of EXEC_KINDS) {
    for (const { path } of settings.service.exec[kind]) {
      const candidates = path.startsWith("/")
        ? [path]
        : ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"].map((folder) => `${folder}/${path}`);
      const present = candidates.find((each) => files.exists(each) && files.stat(each).kind === "file");
      if (present !== undefined && (files.stat(present).mode & 0o111) !== 0) continue;
      await self.error(
        `${id}: Command ${path} is not executable: ${present === undefined ? "No such file or directory" : "Permission denied"}\n`,
      );
      fine = false;
    }
  }
  return fine;
}

async function calendar(self: Process, words: readonly string[], iterations: number): Promise<number> {
  let status = 0;
  let first = true;
  for (const word of words) {
    const parsed = parseCalendar(word);
    if (parsed === undefined) {
      await self.error(`Failed to parse calendar specification '${word}': Invalid argument\n`);
      status = 1;
      continue;
    }
    const text = normalized(parsed);
    const now = self.machine.kernel.clock.now();
    let out = `${first ? "" : "\n"}${text === word ? "" : `  Original form: ${word}\n`}Normalized form: ${text}\n`;
    first = false;
    let next = nextElapse(parsed, now);
    if (next === undefined) out += "    Next elapse: never\n";
    for (let round = 1; round <= iterations && next !== undefined; round++) {
      out += `${round === 1 ? "    Next elapse" : `       Iter. #${round}`}: ${timestamp(self, next)}\n       From now: ${formatRelative(next, now)}\n`;
      next = nextElapse(parsed, next);
    }
    await self.print(out);
  }
  return status;
}

async function timespan(self: Process, words: readonly string[]): Promise<number> {
  for (const [index, word] of words.entries()) {
    const ms = parseSpan(word);
    if (ms === undefined) {
      await self.error(
        `Failed to parse time span '${word}': Invalid argument\nHint: if you have time units, make sure there is no whitespace between the number and the unit.\n`,
      );
      return 1;
    }
    await self.print(
      `${index === 0 ? "" : "\n"}Original: ${word}\n      \u03bcs: ${ms === Number.POSITIVE_INFINITY ? "18446744073709551615" : Math.round(ms * 1000)}\n   Human: ${formatSpan(ms * 1000)}\n`,
    );
  }
  return 0;
}
