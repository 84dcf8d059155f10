/** mkfifo(1), GNU coreutils 9.1. */
import { Failure, quoteName, reason, UsageError } from "../core/errors.ts";
import { changeMode } from "../core/mode.ts";
import { program } from "../core/program.ts";

export const mkfifo = program({
  name: "mkfifo",
  summary: "make FIFOs (named pipes)",
  section: "files",
  origin: "GNU coreutils 9.1",
  synopsis: ["[OPTION]... NAME..."],
  options: ["-m, --mode=MODE  set file permission bits to MODE, not a=rw - umask"],
  unmodeled: ["-Z", "--context"],
  limits: "Opening a named pipe does not wait for the other side: the first read or write does.",
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    const text = args.get("mode");
    const mode = text === undefined ? undefined : changeMode(text, 0o666, false, self.umask);
    if (text !== undefined && mode === undefined) throw new Failure("invalid mode");
    let status = 0;
    for (const name of args.operands) {
      try {
        self.files.mkfifo(name, 0o666);
        if (mode !== undefined) self.files.chmod(name, mode);
      } catch (error) {
        await self.error(`mkfifo: cannot create fifo ${quoteName(name)}: ${reason(error)}\n`);
        status = 1;
      }
    }
    return status;
  },
});
