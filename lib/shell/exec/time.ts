import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";

/** `time pipeline`. What a process uses of the processor is not measured here, so user and system time are shown as 0. */
export function* timed(shell: Shell, posix: boolean, run: () => Run<number>): Run<number> {
  const { clock } = shell.self.machine.kernel;
  const start = clock.monotonic();
  const status = yield* run();
  const seconds = (clock.monotonic() - start) / 1000;
  const format = posix ? "real %2R\nuser %2U\nsys %2S" : (shell.variables.get("TIMEFORMAT") ?? "\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS");
  if (format !== "") yield* shell.write(2, `${formatTimes(format, seconds)}\n`);
  return status;
}

/** TIMEFORMAT: %[p][l]R and so on (bash(1), Shell Variables). */
function formatTimes(format: string, real: number): string {
  return format.replace(
    /%(%|P|([0-3])?(l)?([RUS]))/g,
    (_, all: string, places: string | undefined, long: string | undefined, kind: string) => {
      if (all === "%") return "%";
      if (all === "P") return "0.00";
      const seconds = kind === "R" ? real : 0;
      const digits = Number(places ?? 3);
      if (long === undefined) return seconds.toFixed(digits);
      return `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(digits)}s`;
    },
  );
}
