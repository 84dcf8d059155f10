import { Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { changeMode } from "../core/mode.ts";
import { origin } from "../core/origins.ts";
import { dirName } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { destinations, look } from "./destinations.ts";
import { parseOwner } from "./permissions.ts";

export const install = program({
  name: "install",
  summary: "copy files and set attributes",
  section: "files",
  origin,
  synopsis: [
    "[OPTION]... [-T] SOURCE DEST",
    "[OPTION]... SOURCE... DIRECTORY",
    "[OPTION]... -t DIRECTORY SOURCE...",
    "[OPTION]... -d DIRECTORY...",
  ],
  options: [
    "-b  make a backup of each existing destination file",
    "-c  (ignored)",
    "-C, --compare  compare content of source and destination files, and if no change to content, ownership, and permissions, do not modify the destination at all",
    "-d, --directory  treat all arguments as directory names; create all components of the specified directories",
    "-D  create all leading components of DEST except the last, then copy SOURCE to DEST",
    "-g, --group=GROUP  set group ownership",
    "-m, --mode=MODE  set permission mode (as in chmod), instead of rwxr-xr-x",
    "-o, --owner=OWNER  set ownership (super-user only)",
    "-p, --preserve-timestamps  apply access/modification times of SOURCE files to corresponding destination files",
    "-S, --suffix=SUFFIX  override the usual backup suffix",
    "-t, --target-directory=DIRECTORY  copy all SOURCE arguments into DIRECTORY",
    "-T, --no-target-directory  treat DEST as a normal file",
    "-v, --verbose  print the name of each directory as it is created",
  ],
  unmodeled: ["--backup", "-s", "--strip", "--strip-program", "--preserve-context", "-Z", "--context"],
  run: async (self, args) => {
    const { files } = self;
    const text = args.get("mode") ?? "755";
    const mode = changeMode(text, 0, false, 0);
    if (mode === undefined) throw new Failure(`invalid mode ${quote(text)}`);
    const uid = args.has("owner") ? parseOwner(self, args.get("owner") ?? "").uid : -1;
    const gid = args.has("group") ? parseOwner(self, `:${args.get("group")}`).gid : -1;
    const own = (path: string) => {
      if (uid < 0 && gid < 0) return;
      try {
        files.chown(path, uid, gid);
      } catch (error) {
        throw new Failure(`cannot change ownership of ${quoteName(path)}: ${reason(error)}`);
      }
    };
    if (args.has("directory")) {
      if (args.operands.length === 0) throw new UsageError("missing file operand");
      for (const path of args.operands) {
        const there = look(self, path, true);
        try {
          if (there && there.kind !== "directory") throw new Failure(`cannot create directory ${quote(path)}: File exists`);
          files.mkdir(path, { recursive: true, mode: 0o755 });
          files.chmod(path, mode);
        } catch (error) {
          if (error instanceof Failure) throw error;
          throw new Failure(`cannot create directory ${quote(path)}: ${reason(error)}`);
        }
        if (args.has("verbose") && !there) await self.print(`install: creating directory ${quoteName(path)}\n`);
        own(path);
      }
      return 0;
    }
    if (args.has("D") && !args.has("target-directory")) files.mkdir(dirName(args.operands.at(-1) ?? ""), { recursive: true });
    if (args.has("D") && args.has("target-directory")) files.mkdir(args.get("target-directory") ?? "", { recursive: true });
    let status = 0;
    for (const { source, target } of destinations(self, args, "install")) {
      try {
        const stat = files.stat(source);
        if (stat.kind === "directory") {
          await self.error(`install: omitting directory ${quoteName(source)}\n`);
          status = 1;
          continue;
        }
        if (look(self, target)) {
          if (args.has("b")) files.rename(target, `${target}${args.get("suffix") ?? "~"}`);
          else files.unlink(target);
        }
        files.writeFile(target, files.readFile(source), { mode: 0o600 });
        files.chmod(target, mode);
        own(target);
        if (args.has("preserve-timestamps")) files.utimes(target, stat.atimeMs, stat.mtimeMs);
        if (args.has("verbose")) await self.print(`${quoteName(source)} -> ${quoteName(target)}\n`);
      } catch (error) {
        if (error instanceof Failure) throw error;
        const missing = !files.exists(source);
        await self.error(
          `install: ${missing ? `cannot stat ${quoteName(source)}` : `cannot create regular file ${quoteName(target)}`}: ${reason(error)}\n`,
        );
        status = 1;
      }
    }
    return status;
  },
});
