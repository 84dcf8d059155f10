/** expand(1) and unexpand(1), GNU coreutils 9.1. */
import { Failure, quote, quoteIfNeeded } from "../core/errors.ts";
import { eachInput, LineReader, Output } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";

function tabStops(text: string | undefined): (column: number) => number {
  const stops = (text ?? "8").split(/[ ,]+/).map(Number);
  if (stops.some((stop) => !Number.isInteger(stop) || stop < 1))
    throw new Failure(`tab size contains invalid character(s): ${quote(text ?? "")}`);
  const [only = 8] = stops;
  if (stops.length === 1) return (column) => column + only - (column % only);
  return (column) => stops.find((stop) => stop > column) ?? column + 1;
}

export const expand = program({
  name: "expand",
  summary: "convert tabs to spaces",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-i, --initial  do not convert tabs after non blanks",
    "-t, --tabs=N  have tabs N characters apart, not 8; or a list of positions",
  ],
  run: async (self, args) => {
    const next = tabStops(args.get("tabs"));
    const out = new Output(self);
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        const reader = new LineReader(input, { beforeWaiting: () => out.flush() });
        for await (const line of reader) {
          let text = "";
          let column = 0;
          let initial = true;
          for (const c of line) {
            if (c === "\t" && (initial || !args.has("initial"))) {
              const to = next(column);
              text += " ".repeat(to - column);
              column = to;
            } else {
              if (c !== " " && c !== "\t") initial = false;
              text += c;
              column = c === "\b" ? Math.max(0, column - 1) : column + 1;
            }
          }
          await out.write(text + (reader.terminated ? "\n" : ""));
        }
      },
      (name, why) => `expand: ${quoteIfNeeded(name)}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

export const unexpand = program({
  name: "unexpand",
  summary: "convert spaces to tabs",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-a, --all  convert all blanks, instead of just initial blanks",
    "--first-only  convert only leading sequences of blanks",
    "-t, --tabs=N  have tabs N characters apart instead of 8 (enables -a)",
  ],
  run: async (self, args) => {
    const next = tabStops(args.get("tabs"));
    const all = (args.has("all") || args.has("tabs")) && !args.has("first-only");
    const out = new Output(self);
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        const reader = new LineReader(input, { beforeWaiting: () => out.flush() });
        for await (const line of reader) {
          let text = "";
          let column = 0;
          let pending = "";
          let initial = true;
          const flush = () => {
            text += pending;
            pending = "";
          };
          for (const c of line) {
            if ((c === " " || c === "\t") && (initial || all)) {
              const stop = next(column);
              if (c === "\t") {
                pending = "\t";
                text += pending;
                pending = "";
                column = stop;
                continue;
              }
              pending += c;
              column++;
              if (column === stop) {
                text += pending.length > 1 || initial ? "\t" : pending;
                pending = "";
              }
            } else {
              flush();
              initial = false;
              text += c;
              column++;
            }
          }
          flush();
          await out.write(text + (reader.terminated ? "\n" : ""));
        }
      },
      (name, why) => `unexpand: ${quoteIfNeeded(name)}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});
