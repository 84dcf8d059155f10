/** tee(1), GNU coreutils 9.1. */
import { O, type OpenFile } from "../../kernel/types.ts";
import { quoteIfNeeded, reason } from "../core/errors.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";

export const tee = program({
  name: "tee",
  summary: "read from standard input and write to standard output and files",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-a, --append  append to the given FILEs, do not overwrite",
    "-i, --ignore-interrupts  ignore interrupt signals",
    "-p  operate in a more appropriate mode with pipes",
  ],
  unmodeled: ["--output-error"],
  run: async (self, args) => {
    if (args.has("ignore-interrupts")) self.signals.set("SIGINT", "ignore");
    const files: { name: string; file: OpenFile }[] = [];
    let status = 0;
    for (const name of args.operands) {
      try {
        files.push({ name, file: self.files.open(name, O.WRONLY | O.CREAT | (args.has("append") ? O.APPEND : O.TRUNC), 0o666) });
      } catch (error) {
        await self.error(`tee: ${quoteIfNeeded(name)}: ${reason(error)}\n`);
        status = 1;
      }
    }
    try {
      for (;;) {
        const chunk = await self.read(0, 65536);
        if (chunk.length === 0) return status;
        for (const { name, file } of files) {
          try {
            await file.write(chunk, self.ended);
          } catch (error) {
            await self.error(`tee: ${quoteIfNeeded(name)}: ${reason(error)}\n`);
            status = 1;
          }
        }
        await self.print(chunk);
      }
    } finally {
      for (const { file } of files) file.release();
    }
  },
});
