import { codeOf, Failure, quoteName, UsageError } from "../core/errors.ts";
import { origin } from "../core/origins.ts";
import { baseName, dirName, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { each, lexists } from "./mkdir-touch.ts";

export const ln = program({
  name: "ln",
  summary: "make links between files",
  section: "files",
  origin,
  synopsis: [
    "[OPTION]... [-T] TARGET LINK_NAME",
    "[OPTION]... TARGET",
    "[OPTION]... TARGET... DIRECTORY",
    "[OPTION]... -t DIRECTORY TARGET...",
  ],
  options: [
    "-b  make a backup of each existing destination file (suffix ~)",
    "-f, --force  remove existing destination files",
    "-L, --logical  dereference TARGETs that are symbolic links",
    "-n, --no-dereference  treat LINK_NAME as a normal file if it is a symbolic link to a directory",
    "-P, --physical  make hard links directly to symbolic links",
    "-r, --relative  with -s, create links relative to link location",
    "-s, --symbolic  make symbolic links instead of hard links",
    "-t, --target-directory=DIRECTORY  specify the DIRECTORY in which to create the links",
    "-T, --no-target-directory  treat LINK_NAME as a normal file always",
    "-v, --verbose  print name of each linked file",
  ],
  unmodeled: ["--backup", "-d", "-F", "--directory", "-i", "--interactive", "-S", "--suffix"],
  run: async (self, args) => {
    const { files } = self;
    const operands = [...args.operands];
    if (operands.length === 0) throw new UsageError("missing file operand");
    let directory = args.get("target-directory");
    let single: string | undefined;
    const isDirectory = (path: string) => {
      if (args.has("no-dereference") && files.exists(path) && files.lstat(path).kind === "symlink") return false;
      return files.exists(path) && files.stat(path).kind === "directory";
    };
    if (args.has("no-target-directory")) {
      if (operands.length < 2) throw new UsageError(`missing destination file operand after ${quoteName(operands[0] ?? "")}`);
      if (operands.length > 2) throw new UsageError(`extra operand ${quoteName(operands[2] ?? "")}`);
      single = operands.pop();
    } else if (directory === undefined) {
      if (operands.length === 1) directory = ".";
      else {
        const last = operands.at(-1) ?? "";
        let there = false;
        try {
          there = isDirectory(last) && !(args.has("no-dereference") && files.lstat(last).kind === "symlink");
        } catch (error) {
          if (codeOf(error) === undefined) throw error;
        }
        operands.pop();
        if (there) directory = last;
        else if (operands.length > 1)
          throw new Failure(`target ${quoteName(last)}: ${files.exists(last) ? "Not a directory" : "No such file or directory"}`);
        else single = last;
      }
    }
    const symbolic = args.has("symbolic");
    let target = "";
    return each(
      self,
      operands,
      async (source) => {
        target = single ?? joinPath(directory ?? ".", baseName(source));
        if (single === undefined && directory === ".") target = `./${baseName(source)}`;
        let text = source;
        if (symbolic && args.has("relative")) text = relativePath(files.absolute(dirName(target)), files.absolute(source));
        if (!symbolic && files.lstat(source).kind === "directory") throw new Failure(`${source}: hard link not allowed for directory`);
        const exists = lexists(self, target);
        if (exists && args.has("b")) files.rename(target, `${target}~`);
        else if (exists && args.has("force")) {
          if (!symbolic && files.lstat(target).ino === files.lstat(source).ino)
            throw new Failure(`${quoteName(source)} and ${quoteName(target)} are the same file`);
          if (files.lstat(target).kind === "directory") throw new Failure(`${target}: cannot overwrite directory`);
          files.unlink(target);
        }
        if (symbolic) files.symlink(text, target);
        else files.link(args.has("logical") ? files.realpath(source) : source, target);
        if (args.has("verbose")) await self.print(`${quoteName(target)} ${symbolic ? "->" : "=>"} ${quoteName(text)}\n`);
      },
      (source, why) => {
        if (!symbolic && !lexists(self, source)) return `ln: failed to access ${quoteName(source)}: ${why}\n`;
        const arrow = why === "File exists" || symbolic ? "" : ` => ${quoteName(source)}`;
        return `ln: failed to create ${symbolic ? "symbolic" : "hard"} link ${quoteName(target)}${arrow}: ${why}\n`;
      },
    );
  },
});

/** The way from one absolute directory to another absolute path. */
export function relativePath(from: string, to: string): string {
  const a = from.split("/").filter((part) => part !== "");
  const b = to.split("/").filter((part) => part !== "");
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/") || ".";
}
