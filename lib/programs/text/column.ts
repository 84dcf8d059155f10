/** column(1), util-linux 2.38. */
import { eachInput, LineReader } from "../core/io.ts";
import { displayWidth } from "../core/paths.ts";
import { program } from "../core/program.ts";

export const column = program({
  name: "column",
  summary: "columnate lists",
  section: "text",
  origin: "util-linux 2.38.1",
  synopsis: ["[options] [<file>...]"],
  options: [
    "-t, --table  create a table",
    "-s, --separator=STRING  possible table delimiters",
    "-o, --output-separator=STRING  columns separator for table output",
    "-N, --table-columns=NAMES  comma separated columns names",
    "-R, --table-right=COLUMNS  right align text in these columns",
    "-d, --table-noheadings  don't print header",
    "-c, --output-width=WIDTH  width of output in number of characters",
    "-x, --fillrows  fill rows before columns",
    "-L, --keep-empty-lines  don't ignore empty lines",
  ],
  unmodeled: [
    "-E",
    "--table-noextreme",
    "-e",
    "--table-header-repeat",
    "-H",
    "--table-hide",
    "-i",
    "--tree-id",
    "-J",
    "--json",
    "-l",
    "--table-columns-limit",
    "-n",
    "--table-name",
    "-O",
    "--table-order",
    "-p",
    "--tree-parent",
    "-r",
    "--tree",
    "-T",
    "--table-truncate",
    "-W",
    "--table-wrap",
  ],
  run: async (self, args) => {
    const lines: string[] = [];
    const ok = await eachInput(
      self,
      args.operands,
      async (input) => {
        for await (const line of new LineReader(input)) if (line.trim() !== "" || args.has("keep-empty-lines")) lines.push(line);
      },
      (name, why) => `column: ${name}: ${why}\n`,
    );
    if (args.has("table")) {
      const separators = args.get("separator");
      const rows = lines.map((line) =>
        separators === undefined ? line.trim().split(/[ \t]+/) : line.split(new RegExp(`[${separators.replace(/[\\\]^-]/g, "\\$&")}]`)),
      );
      const names = args.get("table-columns")?.split(",");
      if (names && !args.has("table-noheadings")) rows.unshift(names);
      const count = Math.max(0, ...rows.map((row) => row.length));
      const widths = Array.from({ length: count }, (_value, i) => Math.max(0, ...rows.map((row) => displayWidth(row[i] ?? ""))));
      const right = new Set(
        (args.get("table-right") ?? "").split(",").map((text) => (/^\d+$/.test(text) ? Number(text) - 1 : (names?.indexOf(text) ?? -1))),
      );
      const glue = args.get("output-separator") ?? "  ";
      for (const row of rows) {
        const cells = Array.from({ length: count }, (_value, i) => {
          const text = row[i] ?? "";
          const room = " ".repeat((widths[i] ?? 0) - displayWidth(text));
          return right.has(i) ? room + text : i === count - 1 ? text : text + room;
        });
        await self.print(`${cells.join(glue)}\n`);
      }
      return ok ? 0 : 1;
    }
    const width = Number(args.get("output-width") ?? self.env.COLUMNS ?? self.fds.get(1)?.tty?.columns ?? 80);
    const widest = Math.max(0, ...lines.map(displayWidth));
    const cell = (Math.floor(widest / 8) + 1) * 8;
    if (widest >= width || cell > width) {
      for (const line of lines) await self.print(`${line}\n`);
      return ok ? 0 : 1;
    }
    const columns = Math.max(1, Math.floor(width / cell));
    const rows = Math.ceil(lines.length / columns);
    for (let row = 0; row < rows; row++) {
      let text = "";
      let at = 0;
      let to = 0;
      for (let i = 0; i < columns; i++) {
        const each = lines[args.has("fillrows") ? row * columns + i : i * rows + row];
        if (each === undefined) break;
        // Columns are reached with tabs.
        while (at < to) {
          text += "\t";
          at = (Math.floor(at / 8) + 1) * 8;
        }
        text += each;
        at += displayWidth(each);
        to += cell;
      }
      await self.print(`${text}\n`);
    }
    return ok ? 0 : 1;
  },
});
