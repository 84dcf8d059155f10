import { badUsage, CommandError, EXIT, note, print } from "../output.ts";
import { measurements } from "./measurements.ts";
import { formatRow, type Row } from "./row.ts";

/** `npm run -s bench [-- --json]`: the numbers that are to be reached, each beside what it is measured against. */
async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== "--json");
  if (unknown !== undefined) throw badUsage(`Unknown argument ${unknown}. Usage: npm run -s bench [-- --json]`);
  const json = args.includes("--json");
  const rows: Row[] = [];
  let status: number = EXIT.ok;
  for (const measure of measurements) {
    try {
      for (const row of await measure()) {
        rows.push(row);
        if (!json) print(formatRow(row));
      }
    } catch (error) {
      note(`${measure.name} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
      status = EXIT.failed;
    }
  }
  if (json) print(JSON.stringify({ rows }));
  return status;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  note(error.message);
  process.exitCode = error.status;
}
