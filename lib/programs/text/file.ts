/** file(1) 5.44: what a file is, by looking into it. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { displayWidth } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { byMagic, type Guess } from "./file-magic.ts";
import { byText } from "./file-text.ts";

const usage = `Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]
            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]
            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]
            <file> ...
       file -C [-m <magicfiles>]
       file [--help]
`;

function special(self: Process, path: string, follow: boolean): Guess | undefined {
  const stat = follow ? self.files.stat(path) : self.files.lstat(path);
  const inode = (text: string, kind: string): Guess => ({ text, mime: `inode/${kind}`, charset: "binary" });
  switch (stat.kind) {
    case "directory":
      return inode(`${stat.mode & 0o1000 ? "sticky, " : ""}directory`, "directory");
    case "symlink": {
      const target = self.files.readlink(path);
      return inode(`${self.files.exists(path) ? "" : "broken "}symbolic link to ${target}`, "symlink");
    }
    case "fifo":
      return inode("fifo (named pipe)", "fifo");
    case "socket":
      return inode("socket", "socket");
    case "device":
      return inode(`character special (${stat.rdev >> 8}/${stat.rdev & 255})`, "chardevice");
    case "file":
      return stat.size === 0 ? inode("empty", "x-empty") : undefined;
  }
}

function ofBytes(bytes: Uint8Array): Guess {
  if (bytes.length === 0) return { text: "empty", mime: "inode/x-empty", charset: "binary" };
  return byMagic(bytes, bytes.length) ?? byText(bytes) ?? { text: "data", mime: "application/octet-stream", charset: "binary" };
}

export const file = program({
  name: "file",
  summary: "determine file type",
  section: "files",
  origin: "file 5.44",
  synopsis: ["[-bhiLs0] [--mime-type] [--mime-encoding] [-F separator] [-f namefile] file ..."],
  usageHint: () => usage,
  options: [
    "-0, --print0  terminate filenames with ASCII NUL",
    "-b, --brief  do not prepend filenames to output lines",
    "-F, --separator=STRING  use string as separator instead of `:'",
    "-f, --files-from=FILE  read the filenames to be examined from FILE",
    "-h, --no-dereference  don't follow symlinks (default)",
    "-i, --mime  output MIME type strings (--mime-type and --mime-encoding)",
    "-L, --dereference  follow symlinks",
    "--mime-encoding  output the MIME encoding",
    "--mime-type  output the MIME type",
    "-N, --no-pad  do not pad output",
    "-s, --special-files  treat special (block/char devices) files as ordinary ones",
  ],
  unmodeled: ["-c", "-C", "-d", "-e", "-E", "-k", "-l", "-m", "-n", "-p", "-P", "-r", "-S", "-z", "-Z", "--apple", "--extension"],
  limits: "A few dozen kinds of file are known of the thousands in the real program's magic file.",
  run: async (self, args) => {
    const names = [...args.operands];
    const list = args.get("files-from");
    if (list !== undefined)
      names.unshift(
        ...self.files
          .readText(list)
          .split("\n")
          .filter((line) => line !== ""),
      );
    if (names.length === 0) {
      await self.error(usage);
      return 1;
    }
    const separator = args.get("separator") ?? ":";
    const shown = names.map((name) => (name === "-" ? "/dev/stdin" : name));
    const width = args.has("no-pad") ? 0 : Math.max(...shown.map(displayWidth));
    let status = 0;
    for (const [index, name] of names.entries()) {
      let guess: Guess | undefined;
      let problem = "";
      try {
        if (name === "-") guess = ofBytes(await self.readAll(0));
        else guess = special(self, name, args.has("dereference")) ?? ofBytes(self.files.readFile(name));
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        if (codeOf(error) === "EACCES") problem = "regular file, no read permission";
        else {
          problem = `cannot open \`${name}' (${reason(error)})`;
          if (args.has("E")) status = 1;
        }
      }
      let text = problem;
      if (guess) {
        if (args.has("mime")) text = `${guess.mime}; charset=${guess.charset ?? "binary"}`;
        else if (args.has("mime-type")) text = guess.mime;
        else if (args.has("mime-encoding")) text = guess.charset ?? "binary";
        else text = guess.text;
      }
      const label = shown[index] ?? name;
      const pad = " ".repeat(Math.max(0, width - displayWidth(label)));
      await self.print(args.has("brief") ? `${text}\n` : `${label}${args.has("print0") ? "\0" : ""}${separator}${pad} ${text}\n`);
    }
    return status;
  },
});
