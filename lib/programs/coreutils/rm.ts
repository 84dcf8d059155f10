/** rm(1), GNU coreutils 9.1. */
import type { Stat } from "../../kernel/types.ts";
import { codeOf, quoteName, reason, UsageError } from "../core/errors.ts";
import { origin } from "../core/origins.ts";
import { joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { agrees, look } from "./destinations.ts";

export const rm = program({
  name: "rm",
  summary: "remove files or directories",
  section: "files",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-f, --force  ignore nonexistent files and arguments, never prompt",
    "-i  prompt before every removal",
    "-I  prompt once before removing more than three files, or when removing recursively",
    "--interactive[=WHEN]  prompt according to WHEN: never, once (-I), or always (-i)",
    "--one-file-system  stay on this file system (there is only one)",
    "--no-preserve-root  do not treat '/' specially",
    "--preserve-root[=all]  do not remove '/' (default)",
    "-r, --recursive  remove directories and their contents recursively",
    "-R  same as -r",
    "-d, --dir  remove empty directories",
    "-v, --verbose  explain what is being done",
  ],
  run: async (self, args) => {
    const { files } = self;
    const recursive = args.has("recursive", "R");
    const mode = args.last("force", "i", "I", "interactive");
    const when =
      mode === "interactive"
        ? args.get("interactive") || "always"
        : mode === "i"
          ? "always"
          : mode === "I"
            ? "once"
            : mode === "force"
              ? "never"
              : undefined;
    const force = mode === "force";
    if (args.operands.length === 0) {
      if (force) return 0;
      throw new UsageError("missing operand");
    }
    if (when === "once" && (args.operands.length > 3 || recursive)) {
      const n = args.operands.length;
      if (!(await agrees(self, `rm: remove ${n} argument${n === 1 ? "" : "s"}${recursive ? " recursively" : ""}? `))) return 0;
    }
    let status = 0;
    const complain = async (text: string) => {
      await self.error(`rm: ${text}\n`);
      status = 1;
    };
    const describe = (stat: Stat) =>
      stat.kind === "file"
        ? stat.size === 0
          ? "regular empty file"
          : "regular file"
        : stat.kind === "symlink"
          ? "symbolic link"
          : stat.kind === "device"
            ? "character special file"
            : stat.kind;
    const protectedFile = (path: string, stat: Stat) =>
      !force && when !== "never" && stat.kind !== "symlink" && self.fds.get(0)?.tty !== undefined && !files.access(path, 2);
    const remove = async (path: string): Promise<boolean> => {
      await self.tick();
      let stat: Stat;
      try {
        stat = files.lstat(path);
      } catch (error) {
        if (force && (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR")) return true;
        await complain(`cannot remove ${quoteName(path)}: ${reason(error)}`);
        return false;
      }
      try {
        if (stat.kind === "directory") {
          if (!recursive && !args.has("dir")) {
            await complain(`cannot remove ${quoteName(path)}: Is a directory`);
            return false;
          }
          let whole = true;
          if (recursive) {
            const entries = files.readdir(path);
            if (when === "always" && entries.length > 0 && !(await agrees(self, `rm: descend into directory ${quoteName(path)}? `)))
              return false;
            for (const entry of entries) whole = (await remove(joinPath(path, entry.name))) && whole;
          }
          if (!whole) return false;
          if (
            (when === "always" || protectedFile(path, stat)) &&
            !(await agrees(self, `rm: remove ${protectedFile(path, stat) ? "write-protected " : ""}directory ${quoteName(path)}? `))
          )
            return false;
          files.rmdir(path);
          if (args.has("verbose")) await self.print(`removed directory ${quoteName(path)}\n`);
          return true;
        }
        if (
          (when === "always" || protectedFile(path, stat)) &&
          !(await agrees(self, `rm: remove ${protectedFile(path, stat) ? "write-protected " : ""}${describe(stat)} ${quoteName(path)}? `))
        )
          return false;
        files.unlink(path);
        if (args.has("verbose")) await self.print(`removed ${quoteName(path)}\n`);
        return true;
      } catch (error) {
        await complain(`cannot remove ${quoteName(path)}: ${reason(error)}`);
        return false;
      }
    };
    for (const name of args.operands) {
      if (/(^|\/)\.\.?\/*$/.test(name) && recursive) {
        await complain(`refusing to remove '.' or '..' directory: skipping ${quoteName(name)}`);
        continue;
      }
      if (recursive && files.absolute(name) === "/" && !args.has("no-preserve-root")) {
        await self.error("rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n");
        status = 1;
        continue;
      }
      if (name.endsWith("/") && look(self, name.replace(/\/+$/, ""))?.kind === "file") {
        await complain(`cannot remove ${quoteName(name)}: Not a directory`);
        continue;
      }
      await remove(name.length > 1 ? name.replace(/\/+$/, "") || "/" : name);
    }
    return status;
  },
});
