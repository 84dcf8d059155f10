/** setsid(1): a command in a session of its own, which no terminal's end reaches. */
import { codeOf, Failure, reason } from "../core/errors.ts";
import { program } from "../core/program.ts";

export const setsid = program({
  name: "setsid",
  summary: "run a program in a new session",
  section: "processes",
  origin: "util-linux 2.38.1",
  stopAtOperand: true,
  synopsis: ["[options] <program> [arguments ...]"],
  options: [
    "-c, --ctty  set the controlling terminal to the current one",
    "-f, --fork  always fork",
    "-w, --wait  wait program to exit, and use the same return",
  ],
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined) throw new Failure("no command specified\nTry 'setsid --help' for more information.", 1);
    // Who leads a group can't begin a session (setsid(2)), so a child does, and nobody waits for it.
    const forks = args.has("fork") || self.pgid === self.pid;
    const tty = args.has("ctty") ? self.fds.get(0)?.tty : undefined;
    try {
      const child = self.spawn({ argv: args.operands, session: tty === undefined ? {} : { tty } });
      if (forks && !args.has("wait")) return 0;
      return (await self.wait(child.pid))?.status ?? 1;
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      throw new Failure(`failed to execute ${name}: ${reason(error)}`, code === "ENOENT" ? 127 : 126);
    }
  },
});
