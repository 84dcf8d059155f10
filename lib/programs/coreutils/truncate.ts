/** truncate(1), GNU coreutils 9.1. */
import { codeOf, Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { program } from "../core/program.ts";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  k: 1024,
  M: 2 ** 20,
  G: 2 ** 30,
  KB: 1000,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** The size that a file of `before` bytes is to have. */
function newSize(mark: string, amount: number, before: number): number {
  switch (mark) {
    case "+":
      return before + amount;
    case "-":
      return Math.max(0, before - amount);
    case "<":
      return Math.min(before, amount);
    case ">":
      return Math.max(before, amount);
    case "/":
      return Math.floor(before / amount) * amount;
    case "%":
      return Math.ceil(before / amount) * amount;
    default:
      return amount;
  }
}

export const truncate = program({
  name: "truncate",
  summary: "shrink or extend the size of a file to the specified size",
  section: "files",
  origin: "GNU coreutils 9.1",
  synopsis: ["OPTION... FILE..."],
  options: [
    "-c, --no-create  do not create any files",
    "-r, --reference=RFILE  base size on RFILE",
    "-s, --size=SIZE  set or adjust the file size by SIZE bytes: +, -, <, >, / and % in front extend, reduce, at most, at least, round down, round up",
  ],
  unmodeled: ["-o", "--io-blocks"],
  run: async (self, args) => {
    const text = args.get("size");
    const reference = args.get("reference");
    if (text === undefined && reference === undefined)
      throw new UsageError(`you must specify either ${quote("--size")} or ${quote("--reference")}`);
    const found = text === undefined ? undefined : /^\s*([-+<>/%]?)\s*(\d+)([KkMG]?(?:i?B)?)$/.exec(text);
    const unit = UNITS[found?.[3] ?? ""];
    if (text !== undefined && (!found || unit === undefined)) throw new Failure(`Invalid number: ${quote(text)}`);
    const mark = found?.[1] ?? "";
    const amount = Number(found?.[2] ?? 0) * (unit ?? 1);
    if (/[/%]/.test(mark) && amount === 0) throw new Failure("division by zero");
    if (args.operands.length === 0) throw new UsageError("missing file operand");
    let base: number | undefined;
    if (reference !== undefined) {
      try {
        base = self.files.stat(reference).size;
      } catch (error) {
        throw new Failure(`cannot stat ${quoteName(reference)}: ${reason(error)}`);
      }
    }
    let status = 0;
    for (const name of args.operands) {
      try {
        if (!self.files.exists(name)) {
          if (args.has("no-create")) continue;
          self.files.writeFile(name, "");
        }
        const before = base ?? self.files.stat(name).size;
        self.files.truncate(name, text === undefined ? before : newSize(mark, amount, before));
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        await self.error(`truncate: cannot open ${quoteName(name)} for writing: ${reason(error)}\n`);
        status = 1;
      }
    }
    return status;
  },
});
