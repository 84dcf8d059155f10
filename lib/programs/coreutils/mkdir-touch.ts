/** mkdir(1), rmdir(1), touch(1), GNU coreutils 9.1. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { changeMode } from "../core/mode.ts";
import { origin } from "../core/origins.ts";
import { dirName } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { parseDate } from "./date-parse.ts";
/** Runs `action` for each name; a failed call is reported and the rest goes on. Returns the exit status. */
export async function each(
  self: Process,
  names: readonly string[],
  action: (name: string) => Promise<void> | void,
  complain: (name: string, why: string) => string,
): Promise<number> {
  let status = 0;
  for (const name of names) {
    try {
      await action(name);
    } catch (error) {
      if (codeOf(error) === undefined || codeOf(error) === "EPIPE") throw error;
      await self.error(complain(name, reason(error)));
      status = 1;
    }
    await self.tick();
  }
  return status;
}

function modeOption(self: Process, text: string | undefined, base: number): number | undefined {
  if (text === undefined) return undefined;
  const mode = changeMode(text, base & ~self.umask, true, self.umask);
  if (mode === undefined) throw new Failure(`invalid mode ${quote(text)}`);
  return mode;
}

export const mkdir = program({
  name: "mkdir",
  summary: "make directories",
  section: "files",
  origin,
  synopsis: ["[OPTION]... DIRECTORY..."],
  options: [
    "-m, --mode=MODE  set file mode (as in chmod), not a=rwx - umask",
    "-p, --parents  no error if existing, make parent directories as needed",
    "-v, --verbose  print a message for each created directory",
  ],
  unmodeled: ["-Z", "--context"],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    const mode = modeOption(self, args.get("mode"), 0o777);
    const make = async (path: string, final: boolean) => {
      self.files.mkdir(path);
      if (final && mode !== undefined) self.files.chmod(path, mode);
      if (args.has("verbose")) await self.print(`mkdir: created directory ${quoteName(path)}\n`);
    };
    let failed = "";
    return each(
      self,
      args.operands,
      async (name) => {
        failed = name;
        if (!args.has("parents")) return make(name, true);
        const parts = name.split("/");
        for (let i = 1; i <= parts.length; i++) {
          const path = parts.slice(0, i).join("/");
          if (path === "" || (parts[i - 1] ?? "") === "") continue;
          failed = path;
          let kind: string | undefined;
          try {
            kind = self.files.stat(path).kind;
          } catch (error) {
            if (codeOf(error) !== "ENOENT") throw error;
          }
          if (kind === undefined) await make(path, i === parts.length);
          else if (kind !== "directory") {
            if (i < parts.length) self.files.stat(`${path}/x`);
            self.files.mkdir(path);
          }
        }
      },
      (_name, why) => `mkdir: cannot create directory ${quote(failed)}: ${why}\n`,
    );
  },
});

export const rmdir = program({
  name: "rmdir",
  summary: "remove empty directories",
  section: "files",
  origin,
  synopsis: ["[OPTION]... DIRECTORY..."],
  options: [
    "--ignore-fail-on-non-empty  ignore each failure that is solely because a directory is non-empty",
    "-p, --parents  remove DIRECTORY and its ancestors",
    "-v, --verbose  output a diagnostic for every directory processed",
  ],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    let failed = "";
    return each(
      self,
      args.operands,
      async (name) => {
        for (let path = name; path !== "." && path !== "/"; path = dirName(path)) {
          failed = path;
          if (args.has("verbose")) await self.print(`rmdir: removing directory, ${quoteName(path)}\n`);
          try {
            self.files.rmdir(path);
          } catch (error) {
            if (codeOf(error) === "ENOTEMPTY" && args.has("ignore-fail-on-non-empty")) return;
            throw error;
          }
          if (!args.has("parents")) return;
        }
      },
      (name, why) => `rmdir: failed to remove ${failed === name ? "" : "directory "}${quoteName(failed)}: ${why}\n`,
    );
  },
});

export const touch = program({
  name: "touch",
  summary: "change file timestamps",
  section: "files",
  origin,
  synopsis: ["[OPTION]... FILE..."],
  description: "Update the access and modification times of each FILE to the current time. A FILE that does not exist is created empty.",
  options: [
    "-a  change only the access time",
    "-c, --no-create  do not create any files",
    "-d, --date=STRING  parse STRING and use it instead of current time",
    "-f  (ignored)",
    "-h, --no-dereference  affect each symbolic link instead of any referenced file",
    "-m  change only the modification time",
    "-r, --reference=FILE  use this file's times instead of current time",
    "-t STAMP  use [[CC]YY]MMDDhhmm[.ss] instead of current time",
    "--time=WORD  change the specified time: access, atime, use; modify, mtime",
  ],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing file operand");
    const now = self.machine.kernel.clock.now();
    let atime = now;
    let mtime = now;
    const reference = args.get("reference");
    if (reference !== undefined) {
      try {
        ({ atimeMs: atime, mtimeMs: mtime } = self.files.stat(reference));
      } catch (error) {
        throw new Failure(`failed to get attributes of ${quoteName(reference)}: ${reason(error)}`);
      }
    }
    const text = args.get("date");
    if (text !== undefined) {
      const parsed = parseDate(text, mtime, self.env.TZ ?? "UTC");
      if (parsed === undefined) throw new Failure(`invalid date format ${quote(text)}`);
      atime = mtime = parsed;
    }
    const stamp = args.get("t");
    if (stamp !== undefined) {
      const found = /^(?:(\d\d)?(\d\d))?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(stamp);
      if (!found) throw new Failure(`invalid date format ${quote(stamp)}`);
      const [, century, two, month, day, hour, minute, second = "00"] = found;
      const year =
        two === undefined
          ? new Date(now).getUTCFullYear()
          : century === undefined
            ? (Number(two) < 69 ? 2000 : 1900) + Number(two)
            : Number(century + two);
      const parsed = parseDate(`${year}-${month}-${day} ${hour}:${minute}:${second}`, now, self.env.TZ ?? "UTC");
      if (parsed === undefined) throw new Failure(`invalid date format ${quote(stamp)}`);
      atime = mtime = parsed;
    }
    const time = args.get("time");
    const onlyAccess = (args.has("a") || (time !== undefined && /^(a|us)/.test(time))) && !args.has("m");
    const onlyModify = (args.has("m") || (time !== undefined && /^m/.test(time))) && !args.has("a");
    const followLinks = !args.has("no-dereference");
    let touching = false;
    return each(
      self,
      args.operands,
      (name) => {
        touching = false;
        let stat: { atimeMs: number; mtimeMs: number };
        try {
          stat = followLinks ? self.files.stat(name) : self.files.lstat(name);
        } catch (error) {
          if (codeOf(error) !== "ENOENT") throw error;
          if (args.has("no-create")) return;
          touching = true;
          self.files.writeFile(name, "", { append: true });
          stat = self.files.stat(name);
        }
        touching = touching || (self.files.access(name, 2) && self.files.stat(name).kind === "file");
        self.files.utimes(name, onlyModify ? stat.atimeMs : atime, onlyAccess ? stat.mtimeMs : mtime, { followLinks });
      },
      (name, why) =>
        touching || why !== "Operation not permitted"
          ? `touch: cannot touch ${quoteName(name)}: ${why}\n`
          : `touch: setting times of ${quoteName(name)}: ${why}\n`,
    );
  },
});

export function lexists(self: Process, path: string): boolean {
  try {
    self.files.lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}
