/** mv(1), GNU coreutils 9.1. */
import type { Stat } from "../../kernel/types.ts";
import { codeOf, quoteName, reason } from "../core/errors.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";
import { agrees, destinations, look } from "./destinations.ts";

export const mv = program({
  name: "mv",
  summary: "move (rename) files",
  section: "files",
  origin,
  synopsis: ["[OPTION]... [-T] SOURCE DEST", "[OPTION]... SOURCE... DIRECTORY", "[OPTION]... -t DIRECTORY SOURCE..."],
  options: [
    "--backup[=CONTROL]  make a backup of each existing destination file",
    "-b  like --backup but does not accept an argument",
    "-f, --force  do not prompt before overwriting",
    "-i, --interactive  prompt before overwrite",
    "-n, --no-clobber  do not overwrite an existing file",
    "-S, --suffix=SUFFIX  override the usual backup suffix",
    "-t, --target-directory=DIRECTORY  move all SOURCE arguments into DIRECTORY",
    "-T, --no-target-directory  treat DEST as a normal file",
    "-u, --update  move only when the SOURCE file is newer than the destination file",
    "-v, --verbose  explain what is being done",
  ],
  unmodeled: ["--strip-trailing-slashes", "-Z", "--context"],
  run: async (self, args) => {
    const { files } = self;
    let status = 0;
    const complain = async (text: string) => {
      await self.error(`mv: ${text}\n`);
      status = 1;
    };
    for (const { source, target } of destinations(self, args, "mv")) {
      await self.tick();
      try {
        let stat: Stat;
        try {
          stat = files.lstat(source);
        } catch (error) {
          await complain(`cannot stat ${quoteName(source)}: ${reason(error)}`);
          continue;
        }
        const existing = look(self, target);
        if (existing?.ino === stat.ino && files.absolute(source) === files.absolute(target)) {
          await complain(`${quoteName(source)} and ${quoteName(target)} are the same file`);
          continue;
        }
        if (existing) {
          const overwrite = args.last("force", "interactive", "no-clobber");
          if (overwrite === "no-clobber") continue;
          if (args.has("update") && existing.mtimeMs >= stat.mtimeMs) continue;
          const question =
            overwrite === "interactive"
              ? `mv: overwrite ${quoteName(target)}? `
              : overwrite === undefined && self.fds.get(0)?.tty && existing.kind !== "symlink" && !files.access(target, 2)
                ? `mv: replace ${quoteName(target)}, overriding mode ${(existing.mode & 0o7777).toString(8).padStart(4, "0")}? `
                : undefined;
          if (question !== undefined && !(await agrees(self, question))) continue;
          if (existing.kind === "directory" && stat.kind !== "directory") {
            await complain(`cannot overwrite directory ${quoteName(target)} with non-directory`);
            continue;
          }
          if (existing.kind !== "directory" && stat.kind === "directory") {
            await complain(`cannot overwrite non-directory ${quoteName(target)} with directory ${quoteName(source)}`);
            continue;
          }
          if (args.has("b", "backup")) files.rename(target, `${target}${args.get("suffix") ?? "~"}`);
        }
        files.rename(source, target);
        if (args.has("verbose")) await self.print(`renamed ${quoteName(source)} -> ${quoteName(target)}\n`);
      } catch (error) {
        if (codeOf(error) === "EINVAL")
          await complain(`cannot move ${quoteName(source)} to a subdirectory of itself, ${quoteName(target)}`);
        else await complain(`cannot move ${quoteName(source)} to ${quoteName(target)}: ${reason(error)}`);
      }
    }
    return status;
  },
});
