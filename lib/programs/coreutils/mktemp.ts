import { codeOf, Failure, quote, reason, UsageError } from "../core/errors.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";
import { lexists } from "./mkdir-touch.ts";

export const mktemp = program({
  name: "mktemp",
  summary: "create a temporary file or directory",
  section: "files",
  origin,
  synopsis: ["[OPTION]... [TEMPLATE]"],
  options: [
    "-d, --directory  create a directory, not a file",
    "-u, --dry-run  do not create anything; merely print a name (unsafe)",
    "-q, --quiet  suppress diagnostics about file/dir-creation failure",
    "--suffix=SUFF  append SUFF to TEMPLATE",
    "-p, --tmpdir[=DIR]  interpret TEMPLATE relative to DIR",
    "-t  interpret TEMPLATE as a single file name component, relative to TMPDIR",
  ],
  rewrite: (argv) =>
    argv.flatMap((word, index) =>
      word === "-p" && argv[index + 1] !== undefined ? [] : argv[index - 1] === "-p" ? [`--tmpdir=${word}`] : [word],
    ),
  run: async (self, args) => {
    if (args.operands.length > 1) throw new UsageError("too many templates");
    const template = args.operands[0] ?? "tmp.XXXXXXXXXX";
    const inside = args.operands.length === 0 || args.has("tmpdir", "t");
    const suffix = args.get("suffix") ?? /X([^X]*)$/.exec(template)?.[1] ?? "";
    const stem = args.has("suffix") ? template : template.slice(0, template.length - suffix.length);
    const count = /X*$/.exec(stem)?.[0].length ?? 0;
    if (args.has("suffix") && count === 0) throw new Failure(`with --suffix, template ${quote(template)} must end in X`);
    if (count < 3) throw new Failure(`too few X's in template ${quote(template)}`);
    const directory = args.get("tmpdir") || self.env.TMPDIR || "/tmp";
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const base = stem.slice(0, stem.length - count);
    for (let attempt = 0; ; attempt++) {
      let random = "";
      for (let i = 0; i < count; i++) random += letters[Math.floor(self.machine.kernel.random() * letters.length)];
      const path = (inside ? `${directory}/` : "") + base + random + suffix;
      try {
        if (args.has("dry-run")) {
          if (lexists(self, path)) continue;
        } else if (args.has("directory")) self.files.mkdir(path, { mode: 0o700 });
        else self.files.writeFile(path, "", { mode: 0o600, exclusive: true });
      } catch (error) {
        if (codeOf(error) === "EEXIST" && attempt < 100) continue;
        if (args.has("quiet")) return 1;
        throw new Failure(
          `failed to create ${args.has("directory") ? "directory" : "file"} via template ${quote((inside ? `${directory}/` : "") + template)}: ${reason(error)}`,
        );
      }
      await self.print(`${path}\n`);
      return 0;
    }
  },
});
