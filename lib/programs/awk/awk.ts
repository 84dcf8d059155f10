/** awk(1): POSIX awk, with the functions that mawk and gawk add and people use. */
import { Failure, reason } from "../core/errors.ts";
import { decode } from "../core/io.ts";
import { alias, program } from "../core/program.ts";
import { RegexError } from "../core/regex.ts";
import { Interpreter } from "./interpreter.ts";
import { AwkSyntaxError, unescapeAwk } from "./lexer.ts";
import { parseAwk } from "./parser.ts";
import type { AwkProgram } from "./tree.ts";

export const awk = program({
  name: "awk",
  summary: "pattern scanning and text processing language",
  section: "text",
  origin: "POSIX awk",
  usageStatus: 2,
  stopAtOperand: true,
  synopsis: ["[-F value] [-v var=value] [--] 'program text' [file ...]", "[-F value] [-v var=value] [-f program-file] [--] [file ...]"],
  options: [
    "-F, --field-separator=VALUE  set the field separator, FS, to VALUE",
    "-f, --file=FILE  program text is read from FILE instead of from the command line",
    "-v, --assign=VAR=VALUE  assign VALUE to program variable VAR",
  ],
  unmodeled: ["-W"],
  limits:
    "Characters are counted, as gawk does; Debian's mawk counts bytes. exit and next inside functions are not modeled. Of gawk's own functions there are gensub, strftime, systime, mktime and the bit functions.",
  run: async (self, args) => {
    const operands = [...args.operands];
    let source = "";
    for (const file of args.all("file")) {
      try {
        source += `${file === "-" ? decode(await self.readAll(0)) : self.files.readText(file)}\n`;
      } catch (error) {
        throw new Failure(`cannot open "${file}" (${reason(error)})`, 2);
      }
    }
    if (!args.has("file")) {
      const first = operands.shift();
      if (first === undefined) {
        await self.error("Usage: awk [Options] [Program] [file ...]\n");
        return 2;
      }
      source = first;
    }
    let parsed: AwkProgram;
    try {
      parsed = parseAwk(source);
    } catch (error) {
      if (error instanceof AwkSyntaxError) throw new Failure(`line ${error.line}: ${error.message}`, 2);
      throw error;
    }
    const interpreter = new Interpreter(self, parsed);
    for (const option of args.given) {
      if (option.key === "field-separator") interpreter.state.setVariable("FS", option.value === "t" ? "\t" : unescapeAwk(option.value));
      else if (option.key === "assign") {
        const equals = option.value.indexOf("=");
        if (equals < 1) throw new Failure(`improper assignment: -v ${option.value}`, 2);
        interpreter.assign(option.value.slice(0, equals), option.value.slice(equals + 1));
      }
    }
    try {
      return await interpreter.run(operands);
    } catch (error) {
      if (error instanceof RegexError) throw new Failure(`regular expression compile failed (${error.message})`, 2);
      throw error;
    }
  },
});

export const mawk = alias(awk, "mawk");
