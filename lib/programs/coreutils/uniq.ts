import { Failure, quote, quoteIfNeeded, reason, UsageError } from "../core/errors.ts";
import { type Input, LineReader, Output, openInput } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";

export const uniq = program({
  name: "uniq",
  summary: "report or omit repeated lines",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [INPUT [OUTPUT]]"],
  options: [
    "-c, --count  prefix lines by the number of occurrences",
    "-d, --repeated  only print duplicate lines, one for each group",
    "-D  print all duplicate lines",
    "-f, --skip-fields=N  avoid comparing the first N fields",
    "-i, --ignore-case  ignore differences in case when comparing",
    "-s, --skip-chars=N  avoid comparing the first N characters",
    "-u, --unique  only print unique lines",
    "-z, --zero-terminated  line delimiter is NUL, not newline",
    "-w, --check-chars=N  compare no more than N characters in lines",
  ],
  unmodeled: ["--all-repeated", "--group"],
  run: async (self, args) => {
    if (args.operands.length > 2) throw new UsageError(`extra operand ${quote(args.operands[2] ?? "")}`);
    const number = (key: string, what: string) => {
      const text = args.get(key);
      if (text !== undefined && !/^\d+$/.test(text)) throw new Failure(`${text}: invalid number of ${what}`);
      return text === undefined ? undefined : Number(text);
    };
    const fields = number("skip-fields", "fields to skip") ?? 0;
    const chars = number("skip-chars", "bytes to skip") ?? 0;
    const check = number("check-chars", "bytes to compare");
    const key = (line: string) => {
      let rest = line;
      for (let i = 0; i < fields; i++) rest = rest.replace(/^[ \t]*[^ \t]*/, "");
      rest = rest.slice(chars, check === undefined ? undefined : chars + check);
      return args.has("ignore-case") ? rest.toLowerCase() : rest;
    };
    const delimiter = args.has("zero-terminated") ? "\0" : "\n";
    const name = args.operands[0] ?? "-";
    let input: Input;
    try {
      input = openInput(self, name);
    } catch (error) {
      throw new Failure(`${quoteIfNeeded(name)}: ${reason(error)}`);
    }
    const [, target] = args.operands;
    const collected: string[] = [];
    const out = new Output(self);
    const write = async (text: string) => {
      if (target === undefined || target === "-") await out.write(text);
      else collected.push(text);
    };
    let group: string[] = [];
    const flush = async () => {
      const [first] = group;
      if (first === undefined) return;
      if (args.has("D")) {
        if (group.length > 1) for (const line of group) await write(line + delimiter);
        return;
      }
      if (args.has("repeated") && group.length < 2) return;
      if (args.has("unique") && group.length > 1) return;
      await write(`${args.has("count") ? `${String(count).padStart(7)} ` : ""}${first}${delimiter}`);
    };
    let count = 0;
    let last: string | undefined;
    const reader = new LineReader(input, { delimiter, beforeWaiting: () => out.flush() });
    for await (const line of reader) {
      const current = key(line);
      if (current === last) {
        count++;
        if (group.length < 2 || args.has("D")) group.push(line);
      } else {
        await flush();
        group = [line];
        count = 1;
        last = current;
      }
    }
    await flush();
    input.close();
    if (target !== undefined && target !== "-") self.files.writeFile(target, collected.join(""));
    await out.flush();
    return 0;
  },
});
