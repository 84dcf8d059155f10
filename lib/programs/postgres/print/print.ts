/** A table as text, in the format that is asked for. */
import { alignedTable, isTooWide } from "./aligned.ts";
import { expandedTable } from "./expanded.ts";
import { asciidocTable, htmlTable } from "./markup.ts";
import { csvTable, unalignedTable } from "./plain.ts";
import type { Table, TableOptions } from "./table.ts";

/** `available`: columns there are, for the wrapped format and `\x auto`; 0 when nobody says. */
export function printTable(table: Table, options: TableOptions, available = 0): string {
  switch (options.format) {
    case "unaligned":
      return unalignedTable(table, options);
    case "csv":
      return csvTable(table, options);
    case "html":
      return htmlTable(table, options);
    case "asciidoc":
      return asciidocTable(table, options);
    case "aligned":
    case "wrapped":
      return options.expanded === "on" || (options.expanded === "auto" && isTooWide(table, options, available))
        ? expandedTable(table, options, available)
        : alignedTable(table, options, available);
    default:
      throw new Error(`${options.format} is not offered`);
  }
}
