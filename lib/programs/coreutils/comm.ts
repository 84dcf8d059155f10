import { Failure, quote, UsageError } from "../core/errors.ts";
import { Output } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { compareText } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { readLines } from "./sorted.ts";

export const comm = program({
  name: "comm",
  summary: "compare two sorted files line by line",
  section: "text",
  origin,
  synopsis: ["[OPTION]... FILE1 FILE2"],
  options: [
    "-1  suppress column 1 (lines unique to FILE1)",
    "-2  suppress column 2 (lines unique to FILE2)",
    "-3  suppress column 3 (lines that appear in both files)",
    "--check-order  check that the input is correctly sorted",
    "--nocheck-order  do not check that the input is correctly sorted",
    "--output-delimiter=STR  separate columns with STR",
    "--total  output a summary",
    "-z, --zero-terminated  line delimiter is NUL, not newline",
  ],
  run: async (self, args) => {
    const [left, right, extra] = args.operands;
    if (left === undefined) throw new UsageError("missing operand");
    if (right === undefined) throw new UsageError(`missing operand after ${quote(left)}`);
    if (extra !== undefined) throw new UsageError(`extra operand ${quote(extra)}`);
    const delimiter = args.has("zero-terminated") ? "\0" : "\n";
    const lists: string[][] = [];
    for (const name of [left, right]) {
      try {
        lists.push(await readLines(self, [name], delimiter));
      } catch (error) {
        if (error instanceof Failure) throw new Failure(error.message.replace(/^(cannot read|read failed): /, ""));
        throw error;
      }
    }
    const [a = [], b = []] = lists;
    const tab = args.get("output-delimiter") ?? "\t";
    const lead2 = args.has("1") ? "" : tab;
    const lead3 = lead2 + (args.has("2") ? "" : tab);
    const totals = [0, 0, 0];
    const warned = [false, false];
    let disordered = false;
    const out = new Output(self);
    const checkOrder = async (list: string[], at: number, which: 0 | 1) => {
      if (args.has("nocheck-order") || warned[which] || at === 0 || at >= list.length) return;
      if (compareText(list[at - 1] ?? "", list[at] ?? "") > 0) {
        warned[which] = true;
        disordered = true;
        await out.flush();
        await self.error(`comm: file ${which + 1} is not in sorted order\n`);
      }
    };
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
      const order = i >= a.length ? 1 : j >= b.length ? -1 : compareText(a[i] ?? "", b[j] ?? "");
      if (order < 0) {
        totals[0] = (totals[0] ?? 0) + 1;
        if (!args.has("1")) await out.write(`${a[i]}${delimiter}`);
        i++;
        await checkOrder(a, i, 0);
      } else if (order > 0) {
        totals[1] = (totals[1] ?? 0) + 1;
        if (!args.has("2")) await out.write(`${lead2}${b[j]}${delimiter}`);
        j++;
        await checkOrder(b, j, 1);
      } else {
        totals[2] = (totals[2] ?? 0) + 1;
        if (!args.has("3")) await out.write(`${lead3}${a[i]}${delimiter}`);
        i++;
        j++;
        await checkOrder(a, i, 0);
        await checkOrder(b, j, 1);
      }
    }
    if (args.has("total")) await out.write(`${totals.join(tab)}${tab}total${delimiter}`);
    await out.flush();
    if (disordered) throw new Failure("input is not in sorted order");
    return 0;
  },
});

export const join = program({
  name: "join",
  summary: "join lines of two files on a common field",
  section: "text",
  origin,
  synopsis: ["[OPTION]... FILE1 FILE2"],
  options: [
    "-a FILENUM  also print unpairable lines from file FILENUM",
    "-e STRING  replace missing (empty) input fields with STRING",
    "-i, --ignore-case  ignore differences in case when comparing fields",
    "-j FIELD  equivalent to '-1 FIELD -2 FIELD'",
    "-o FORMAT  obey FORMAT while constructing output line",
    "-t CHAR  use CHAR as input and output field separator",
    "-v FILENUM  like -a FILENUM, but suppress joined output lines",
    "-1 FIELD  join on this FIELD of file 1",
    "-2 FIELD  join on this FIELD of file 2",
    "--header  treat the first line in each file as field headers",
    "--nocheck-order  do not check that the input is correctly sorted",
  ],
  unmodeled: ["--check-order", "-z", "--zero-terminated"],
  run: async (self, args) => {
    const [left, right] = args.operands;
    if (left === undefined) throw new UsageError("missing operand");
    if (right === undefined) throw new UsageError(`missing operand after ${quote(left)}`);
    const separator = args.get("t");
    const split = (line: string) => (separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator));
    const glue = separator ?? " ";
    const fields = [Number(args.get("1") ?? args.get("j") ?? 1) - 1, Number(args.get("2") ?? args.get("j") ?? 1) - 1];
    const rows: { key: string; cells: string[] }[][] = [];
    for (const [index, name] of [left, right].entries()) {
      const lines = await readLines(self, [name], "\n");
      rows.push(
        lines.map((line) => {
          const cells = split(line);
          const key = cells[fields[index] ?? 0] ?? "";
          return { key: args.has("ignore-case") ? key.toLowerCase() : key, cells };
        }),
      );
    }
    const [a = [], b = []] = rows;
    const empty = args.get("e") ?? "";
    const format = args.get("o");
    const out = new Output(self);
    const emit = async (x: string[] | undefined, y: string[] | undefined) => {
      const key = (x ? x[fields[0] ?? 0] : y?.[fields[1] ?? 0]) ?? "";
      let cells: string[];
      if (format !== undefined && format !== "auto")
        cells = format.split(/[ ,]+/).map((place) => {
          if (place === "0") return key || empty;
          const [file, number] = place.split(".");
          return (file === "1" ? x : y)?.[Number(number) - 1] || empty;
        });
      else
        cells = [key, ...(x ?? []).filter((_cell, i) => i !== fields[0]), ...(y ?? []).filter((_cell, i) => i !== fields[1])].map(
          (cell) => cell || empty,
        );
      await out.write(`${cells.join(glue)}\n`);
    };
    const alone = [...args.all("a"), ...args.all("v")];
    const joined = !args.has("v");
    let i = 0;
    let j = 0;
    if (args.has("header") && a[0] && b[0]) {
      await emit(a[0].cells, b[0].cells);
      i = 1;
      j = 1;
    }
    while (i < a.length || j < b.length) {
      const x = a[i];
      const y = b[j];
      const order = !x ? 1 : !y ? -1 : compareText(x.key, y.key);
      if (order < 0 && x) {
        if (alone.includes("1")) await emit(x.cells, undefined);
        i++;
      } else if (order > 0 && y) {
        if (alone.includes("2")) await emit(undefined, y.cells);
        j++;
      } else if (x && y) {
        let endA = i;
        while (a[endA]?.key === x.key) endA++;
        let endB = j;
        while (b[endB]?.key === y.key) endB++;
        if (joined) for (const p of a.slice(i, endA)) for (const q of b.slice(j, endB)) await emit(p.cells, q.cells);
        i = endA;
        j = endB;
      }
    }
    await out.flush();
    return 0;
  },
});
