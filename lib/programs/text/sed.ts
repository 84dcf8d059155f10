/** sed(1), GNU sed 4.9. */
import { Failure, reason } from "../core/errors.ts";
import { decode } from "../core/io.ts";
import { program } from "../core/program.ts";
import { runSed } from "./sed-run.ts";
import { ScriptParser } from "./sed-script.ts";

const USAGE = "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n";

export const sed = program({
  name: "sed",
  summary: "stream editor for filtering and transforming text",
  section: "text",
  origin: "GNU sed 4.9",
  synopsis: ["[OPTION]... {script-only-if-no-other-script} [input-file]..."],
  usageHint: () => USAGE,
  description:
    "Commands: s y p P d D n N g G h H x a i c = l r R w W q Q b t T : { } z F, with line, /regex/, $, first~step, addr1,+N and addr1,~N addresses.",
  options: [
    "-n, --quiet  suppress automatic printing of pattern space",
    "--silent  as --quiet",
    "-e, --expression=SCRIPT  add the script to the commands to be executed",
    "-f, --file=SCRIPT-FILE  add the contents of script-file to the commands to be executed",
    "-E, --regexp-extended  use extended regular expressions in the script",
    "-r  as -E",
    "-i, --in-place[=SUFFIX]  edit files in place (makes backup if SUFFIX supplied)",
    "-l, --line-length=N  specify the desired line-wrap length for the `l' command",
    "--posix  disable all GNU extensions (accepted, without effect)",
    "-s, --separate  consider files as separate rather than as a single continuous long stream",
    "-u, --unbuffered  load minimal amounts of data from the input files and flush the output buffers more often",
    "-z, --null-data  separate lines by NUL characters",
  ],
  unmodeled: ["--debug", "--follow-symlinks", "--sandbox", "-b", "--binary"],
  limits: "The command e and the flag e of s are not modeled.",
  run: async (self, args) => {
    const operands = [...args.operands];
    const parser = new ScriptParser(args.has("regexp-extended", "r"));
    let expressions = 0;
    // A piece that ends in a backslash goes on in the next -e.
    const pieces: { text: string; label: string }[] = [];
    for (const option of args.given) {
      if (option.key === "expression") {
        expressions++;
        const before = pieces.at(-1);
        if (before && /(^|[^\\])(\\\\)*\\$/.test(before.text))
          pieces[pieces.length - 1] = { text: `${before.text}\n${option.value}`, label: `-e expression #${expressions}` };
        else pieces.push({ text: option.value, label: `-e expression #${expressions}` });
      } else if (option.key === "file") {
        try {
          pieces.push({
            text: option.value === "-" ? decode(await self.readAll(0)) : self.files.readText(option.value),
            label: `file ${option.value} line 1`,
          });
        } catch (error) {
          throw new Failure(`couldn't open file ${option.value}: ${reason(error)}`, 1);
        }
      }
    }
    if (pieces.length === 0) {
      const script = operands.shift();
      if (script === undefined) {
        await self.error(USAGE);
        return 1;
      }
      pieces.push({ text: script, label: "-e expression #1" });
    }
    let quiet = args.has("quiet", "silent");
    if (/^#n(\n|$)/.test(pieces[0]?.text ?? "")) quiet = true;
    for (const { text, label } of pieces) parser.add(text, label);
    const script = parser.finish();
    return runSed(self, script, operands.length === 0 ? ["-"] : operands, {
      quiet,
      separate: args.has("separate"),
      inPlace: args.has("in-place"),
      suffix: args.get("in-place") ?? "",
      nullData: args.has("null-data"),
      unbuffered: args.has("unbuffered"),
      lineWrap: Number(args.get("line-length") ?? 70),
    });
  },
});
