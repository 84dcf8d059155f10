/** cmp(1), GNU diffutils 3.8. */
import { reason, UsageError } from "../core/errors.ts";
import { openInput, readAll } from "../core/io.ts";
import { program } from "../core/program.ts";

export const cmp = program({
  name: "cmp",
  summary: "compare two files byte by byte",
  section: "files",
  origin: "GNU diffutils 3.8",
  usageStatus: 2,
  synopsis: ["[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]"],
  options: [
    "-b, --print-bytes  print differing bytes",
    "-i, --ignore-initial=SKIP  skip first SKIP bytes of both inputs",
    "-l, --verbose  output byte numbers and differing byte values",
    "-n, --bytes=LIMIT  compare at most LIMIT bytes",
    "-s, --quiet  suppress all normal output",
    "--silent  as --quiet",
  ],
  run: async (self, args) => {
    const [left, right = "-"] = args.operands;
    if (left === undefined) throw new UsageError("missing operand after 'cmp'", 2);
    const skip = Number(args.get("ignore-initial") ?? 0);
    const limit = Number(args.get("bytes") ?? Number.POSITIVE_INFINITY);
    const quiet = args.has("quiet", "silent");
    const sides: Uint8Array[] = [];
    for (const name of [left, right]) {
      try {
        sides.push((await readAll(openInput(self, name))).slice(skip, skip + limit));
      } catch (error) {
        if (!quiet) await self.error(`cmp: ${name}: ${reason(error)}\n`);
        return 2;
      }
    }
    const [a = new Uint8Array(), b = new Uint8Array()] = sides;
    let line = 1;
    let different = false;
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      if (a[i] !== b[i]) {
        different = true;
        if (quiet) return 1;
        if (args.has("verbose"))
          await self.print(`${i + 1} ${(a[i] ?? 0).toString(8).padStart(3)} ${(b[i] ?? 0).toString(8).padStart(3)}\n`);
        else {
          await self.print(`${left} ${right} differ: byte ${i + 1}, line ${line}\n`);
          return 1;
        }
      }
      if (a[i] === 10) line++;
    }
    if (a.length !== b.length) {
      const [short, size] = a.length < b.length ? [left, a.length] : [right, b.length];
      const shorter = a.length < b.length ? a : b;
      const where =
        size === 0 ? " which is empty" : ` after byte ${size}, ${shorter.at(-1) === 10 ? `line ${line - 1}` : `in line ${line}`}`;
      if (!quiet) await self.error(`cmp: EOF on ${short}${where}\n`);
      return 1;
    }
    return different ? 1 : 0;
  },
});
