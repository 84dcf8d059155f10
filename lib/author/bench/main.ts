/**
 * `npm run -s bench [-- --json]`: the numbers of the design, measured now on this computer, each beside what it is compared with.
 * `--only GROUP` measures one group of rows.
 */
import { cpus } from "node:os";
import { badUsage, CommandError, EXIT, note, print } from "../output.ts";
import { isReached, type Row, ratio } from "./figures.ts";
import { measureInEngine, type RowGroup } from "./row-maker.ts";
import { checkRows } from "./rows/checks.ts";
import { chromiumRows } from "./rows/chromium.ts";
import { labRows } from "./rows/labs.ts";
import { lessonRows } from "./rows/lessons.ts";
import { memoryRows } from "./rows/memory.ts";
import { postgresRows } from "./rows/postgres.ts";
import { productionRows } from "./rows/production.ts";
import { pythonRows } from "./rows/python.ts";
import { shellRows } from "./rows/shell.ts";
import { transferRows } from "./rows/transfer.ts";
import { webRows } from "./rows/web.ts";
import { table } from "./table.ts";

const groups: Readonly<Record<string, RowGroup>> = {
  shell: shellRows,
  python: pythonRows,
  postgres: postgresRows,
  web: webRows,
  production: productionRows,
  checks: checkRows,
  labs: labRows,
  transfer: transferRows,
  chromium: chromiumRows,
  memory: memoryRows,
  lessons: lessonRows,
};

function readArguments(args: readonly string[]): { json: boolean; names: string[] } {
  const names: string[] = [];
  let json = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    if (arg === "--json") json = true;
    else if (arg === "--only") {
      const name = args[++index] ?? "";
      if (!(name in groups)) throw badUsage(`--only takes one of ${Object.keys(groups).join(", ")}.`);
      names.push(name);
    } else throw badUsage(`Unknown argument ${arg}. Usage: bench [--json] [--only GROUP]`);
  }
  return { json, names: names.length > 0 ? names : Object.keys(groups) };
}

async function main(args: readonly string[]): Promise<number> {
  const { json, names } = readArguments(args);
  const rows: Row[] = [];
  for (const name of names) {
    rows.push(...((await groups[name]?.(measureInEngine)) ?? []));
  }
  const computer = { processor: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.versions.node };
  if (json) print(JSON.stringify({ computer, rows: rows.map((row) => ({ ...row, ratio: ratio(row), reached: isReached(row) })) }));
  else print(`${table(rows)}\n\n${computer.processor}, ${computer.cores} cores, Node ${computer.node}`);
  return EXIT.ok;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  note(error.message);
  process.exitCode = error.status;
}
