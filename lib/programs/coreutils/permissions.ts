/** chmod(1), chown(1), chgrp(1), GNU coreutils 9.1. */
import type { Process } from "../../kernel/types.ts";
import { Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { changeMode, modeText } from "../core/mode.ts";
import { origin } from "../core/origins.ts";
import { joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { findGroup, findUser, groupName, userName } from "../core/users.ts";
import { lexists } from "./mkdir-touch.ts";

async function walk(self: Process, path: string, visit: (path: string) => Promise<void>): Promise<void> {
  await visit(path);
  if (self.files.lstat(path).kind !== "directory") return;
  for (const entry of self.files.readdir(path)) await walk(self, joinPath(path, entry.name), visit);
}

export const chmod = program({
  name: "chmod",
  summary: "change file mode bits",
  section: "files",
  origin,
  synopsis: ["[OPTION]... MODE[,MODE]... FILE...", "[OPTION]... OCTAL-MODE FILE...", "[OPTION]... --reference=RFILE FILE..."],
  options: [
    "-c, --changes  like verbose but report only when a change is made",
    "-f, --silent  suppress most error messages",
    "--quiet  as --silent",
    "-v, --verbose  output a diagnostic for every file processed",
    "--reference=RFILE  use RFILE's mode instead of MODE values",
    "-R, --recursive  change files and directories recursively",
    "--preserve-root  fail to operate recursively on '/'",
    "--no-preserve-root  do not treat '/' specially (the default)",
  ],
  // "-x" is a mode, as in chmod -x file.
  rewrite: (argv) => {
    const at = argv.findIndex((word) => /^-[rwxXstugo0-7,=+-]*[rwxXstugo0-7]+$/.test(word) && !/^--/.test(word));
    if (at < 0 || argv.slice(0, at).includes("--")) return argv;
    return [
      ...argv.slice(0, at),
      ...argv.slice(at + 1).filter((word) => /^-[cfvR]+$/.test(word)),
      "--",
      argv[at] ?? "",
      ...argv.slice(at + 1).filter((word) => !/^-[cfvR]+$/.test(word)),
    ];
  },
  run: async (self, args) => {
    const operands = [...args.operands];
    const reference = args.get("reference");
    const text = reference === undefined ? operands.shift() : undefined;
    if (reference === undefined && text === undefined) throw new UsageError("missing operand");
    if (operands.length === 0) throw new UsageError(`missing operand after ${quote(text ?? "")}`);
    if (text !== undefined && changeMode(text, 0, false, self.umask) === undefined) throw new UsageError(`invalid mode: ${quote(text)}`);
    const quiet = args.has("silent", "quiet");
    let status = 0;
    const change = async (path: string, top: boolean) => {
      let accessing = true;
      try {
        const link = self.files.lstat(path);
        if (link.kind === "symlink" && !top) return;
        const before = self.files.stat(path);
        const mode =
          text === undefined
            ? self.files.stat(reference ?? "").mode & 0o7777
            : (changeMode(text, before.mode, before.kind === "directory", self.umask) ?? 0);
        accessing = false;
        self.files.chmod(path, mode);
        const after = self.files.stat(path);
        const octal = (value: number) => (value & 0o7777).toString(8).padStart(4, "0");
        const letters = (stat: typeof after) => modeText(stat).slice(1);
        if ((before.mode & 0o7777) !== (after.mode & 0o7777)) {
          if (args.has("verbose", "changes"))
            await self.print(
              `mode of ${quoteName(path)} changed from ${octal(before.mode)} (${letters(before)}) to ${octal(after.mode)} (${letters(after)})\n`,
            );
        } else if (args.has("verbose"))
          await self.print(`mode of ${quoteName(path)} retained as ${octal(after.mode)} (${letters(after)})\n`);
      } catch (error) {
        const why = reason(error);
        if (!quiet)
          await self.error(
            accessing ? `chmod: cannot access ${quoteName(path)}: ${why}\n` : `chmod: changing permissions of ${quoteName(path)}: ${why}\n`,
          );
        status = 1;
      }
    };
    for (const name of operands) {
      if (args.has("recursive") && lexists(self, name)) await walk(self, name, (path) => change(path, path === name));
      else await change(name, true);
    }
    return status;
  },
});

/** "user:group" as chown(1) takes it; -1 stands for "as it is". */
export function parseOwner(self: Process, text: string): { uid: number; gid: number } {
  const separator = text.includes(":") ? ":" : ".";
  const [userText = "", groupText] = text.split(separator, 2);
  const root = self.machine.files;
  const user = userText === "" ? undefined : findUser(root, userText);
  const uid = userText === "" ? -1 : (user?.uid ?? (/^\d+$/.test(userText) ? Number(userText) : Number.NaN));
  if (Number.isNaN(uid)) throw new Failure(`invalid user: ${quote(text)}`);
  if (groupText === undefined) return { uid, gid: -1 };
  if (groupText === "") return { uid, gid: user?.gid ?? -1 };
  const gid = findGroup(root, groupText)?.gid ?? (/^\d+$/.test(groupText) ? Number(groupText) : Number.NaN);
  if (Number.isNaN(gid)) throw new Failure(`invalid group: ${quote(text)}`);
  return { uid, gid };
}

function ownership(name: "chown" | "chgrp") {
  return program({
    name,
    summary: name === "chown" ? "change file owner and group" : "change group ownership",
    section: "files",
    origin,
    synopsis:
      name === "chown"
        ? ["[OPTION]... [OWNER][:[GROUP]] FILE...", "[OPTION]... --reference=RFILE FILE..."]
        : ["[OPTION]... GROUP FILE...", "[OPTION]... --reference=RFILE FILE..."],
    options: [
      "-c, --changes  like verbose but report only when a change is made",
      "-f, --silent  suppress most error messages",
      "--quiet  as --silent",
      "-v, --verbose  output a diagnostic for every file processed",
      "-h, --no-dereference  affect symbolic links instead of any referenced file",
      "--dereference  affect the referent of each symbolic link (the default)",
      "--reference=RFILE  use RFILE's ownership rather than the given one",
      "-R, --recursive  operate on files and directories recursively",
    ],
    unmodeled: ["--from", "-H", "-L", "-P", "--preserve-root", "--no-preserve-root"],
    run: async (self, args) => {
      const operands = [...args.operands];
      const reference = args.get("reference");
      const text = reference === undefined ? operands.shift() : undefined;
      if (reference === undefined && text === undefined) throw new UsageError("missing operand");
      if (operands.length === 0) throw new UsageError(`missing operand after ${quote(text ?? "")}`);
      const root = self.machine.files;
      let owner: { uid: number; gid: number };
      if (text === undefined) {
        const stat = self.files.stat(reference ?? "");
        owner = { uid: name === "chown" ? stat.uid : -1, gid: stat.gid };
      } else if (name === "chown") owner = parseOwner(self, text);
      else {
        const gid = findGroup(root, text)?.gid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
        if (gid === undefined) throw new Failure(`invalid group: ${quote(text)}`);
        owner = { uid: -1, gid };
      }
      let status = 0;
      const change = async (path: string, top: boolean) => {
        let accessing = true;
        try {
          const link = self.files.lstat(path);
          const followLinks = !args.has("no-dereference") && (top || link.kind !== "symlink");
          const before = followLinks ? self.files.stat(path) : link;
          accessing = false;
          self.files.chown(path, owner.uid, owner.gid, { followLinks });
          const after = followLinks ? self.files.stat(path) : self.files.lstat(path);
          const label = (stat: typeof after) =>
            name === "chown"
              ? `${userName(root, stat.uid)}${owner.gid >= 0 ? `:${groupName(root, stat.gid)}` : ""}`
              : groupName(root, stat.gid);
          const changed = before.uid !== after.uid || before.gid !== after.gid;
          if (changed ? args.has("verbose", "changes") : args.has("verbose")) {
            const what = name === "chown" ? "ownership" : "group";
            await self.print(
              changed
                ? `changed ${what} of ${quoteName(path)} from ${label(before)} to ${label(after)}\n`
                : `${what} of ${quoteName(path)} retained as ${label(after)}\n`,
            );
          }
        } catch (error) {
          const why = reason(error);
          if (!args.has("silent", "quiet"))
            await self.error(
              accessing
                ? `${name}: cannot access ${quoteName(path)}: ${why}\n`
                : `${name}: changing ${name === "chown" && owner.uid >= 0 ? "ownership" : "group"} of ${quoteName(path)}: ${why}\n`,
            );
          status = 1;
        }
      };
      for (const operand of operands) {
        if (args.has("recursive") && lexists(self, operand)) await walk(self, operand, (path) => change(path, path === operand));
        else await change(operand, true);
      }
      return status;
    },
  });
}

export const chown = ownership("chown");

export const chgrp = ownership("chgrp");
