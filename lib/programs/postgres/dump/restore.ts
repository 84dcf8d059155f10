/** pg_restore(1): restores from archives, of which this machine makes none; a plain dump is for psql. */
import type { Process } from "../../../kernel/types.ts";
import { reason } from "../../core/errors.ts";
import { openInput } from "../../core/io.ts";
import { runTool, type Tool, ToolFailure } from "../tools/tool.ts";

/** How archives of the custom format begin. */
const MAGIC = "PGDMP";
/** An archive of the tar format has at least one block. */
const TAR_BLOCK = 512;

async function restore(tool: Tool): Promise<number> {
  tool.tooMany(1);
  const [name] = tool.operands;
  if (tool.value("d") === undefined && !tool.has("l") && tool.value("f") === undefined)
    throw new ToolFailure("one of -d/--dbname and -f/--file must be specified");
  let start: string;
  try {
    const input = openInput(tool.self, name ?? "-");
    start = new TextDecoder().decode(await input.read(65536));
    input.close();
  } catch (error) {
    throw new ToolFailure(`could not open input file "${name}": ${reason(error)}`);
  }
  if (start.startsWith(MAGIC)) throw new ToolFailure("archives are real, but only plain dumps are modeled here: see /reference/machine");
  if (start.startsWith("--\n-- PostgreSQL database dump\n--\n") || start.startsWith("--\n-- PostgreSQL database cluster dump\n--\n"))
    throw new ToolFailure("input file appears to be a text format dump. Please use psql.");
  if (start.length < MAGIC.length) throw new ToolFailure(`input file is too short (read ${start.length}, expected ${MAGIC.length})`);
  throw new ToolFailure(`input file does not appear to be a valid archive${start.length < TAR_BLOCK ? " (too short?)" : ""}`);
}

export const pgRestore = (self: Process): Promise<number> =>
  runTool(self, {
    name: "pg_restore",
    table: {
      short: "acCd:ef:F:I:j:lL:n:N:OP:sS:t:T:vx1",
      long: {
        dbname: "d:",
        file: "f:",
        format: "F:",
        list: "l",
        "data-only": "a",
        clean: "c",
        create: "C",
        "exit-on-error": "e",
        "no-owner": "O",
        "schema-only": "s",
        table: "t:",
        "no-privileges": "x",
        "single-transaction": "1",
        "if-exists": "if-exists",
        jobs: "j:",
      },
    },
    run: restore,
  });
