/** Commands that psql has and this one does not model. */
import type { Command } from "../command.ts";

const NAMES = [
  "lo_export",
  "lo_import",
  "lo_list",
  "lo_list+",
  "lo_unlink",
  "dl",
  "dl+",
  "startpipeline",
  "sendpipeline",
  "syncpipeline",
  "endpipeline",
  "flush",
  "flushrequest",
  "getresults",
];

export const unmodeled: Readonly<Record<string, Command>> = Object.fromEntries(
  NAMES.map((name): [string, Command] => [
    name,
    async ({ session, args }) => {
      await args.all();
      await session.complain(`\\${name} is real, but this psql does not model it: see /reference/machine`);
      return "error";
    },
  ]),
);
