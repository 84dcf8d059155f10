/** The HTML and AsciiDoc formats. */
import { footersOf, type Table, type TableOptions } from "./table.ts";

const ENTITIES: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "\n": "<br />\n" };

function escapeHtml(text: string): string {
  return text.replace(/[<>&"\n]/g, (c) => ENTITIES[c] ?? c).replace(/^ +/, (blanks) => "&nbsp;".repeat(blanks.length));
}

const htmlCell = (text: string) => (/^[ \t]*$/.test(text) ? "&nbsp; " : escapeHtml(text));

export function htmlTable(table: Table, options: TableOptions): string {
  const out: string[] = [
    `<table border="${options.border}"${options.tableAttributes === undefined ? "" : ` ${options.tableAttributes}`}>\n`,
  ];
  if (!options.tuplesOnly && table.title !== undefined) out.push(`  <caption>${escapeHtml(table.title)}</caption>\n`);
  const align = (index: number) => (table.right[index] ? "right" : "left");
  const expanded = options.expanded === "on";
  if (expanded) {
    table.rows.forEach((row, number) => {
      out.push(
        options.tuplesOnly
          ? '\n  <tr><td colspan="2">&nbsp;</td></tr>\n'
          : `\n  <tr><td colspan="2" align="center">Record ${number + 1}</td></tr>\n`,
      );
      row.forEach((cell, index) => {
        out.push(
          `  <tr valign="top">\n    <th>${escapeHtml(table.headers[index] ?? "")}</th>\n    <td align="${align(index)}">${htmlCell(cell)}</td>\n  </tr>\n`,
        );
      });
    });
  } else {
    if (!options.tuplesOnly)
      out.push(`  <tr>\n${table.headers.map((header) => `    <th align="center">${escapeHtml(header)}</th>\n`).join("")}  </tr>\n`);
    for (const row of table.rows)
      out.push(
        `  <tr valign="top">\n${row.map((cell, index) => `    <td align="${align(index)}">${htmlCell(cell)}</td>\n`).join("")}  </tr>\n`,
      );
  }
  out.push("</table>\n");
  const footers = expanded ? (table.footers ?? []) : footersOf(table, options);
  if (!options.tuplesOnly && footers.length > 0) out.push(`<p>${footers.map((footer) => `${escapeHtml(footer)}<br />\n`).join("")}</p>`);
  out.push("\n");
  return out.join("");
}

const escapePipe = (text: string) => text.replaceAll("|", "\\|");

export function asciidocTable(table: Table, options: TableOptions): string {
  const out: string[] = ["\n"];
  if (!options.tuplesOnly && table.title !== undefined) out.push(`.${table.title}\n`);
  const expanded = options.expanded === "on";
  const frame = ['frame="none"', 'frame="none",grid="none"', 'frame="all",grid="all"'];
  const border = options.border === 0 ? ',frame="none",grid="none"' : options.border === 1 ? ',frame="none"' : `,${frame[2]}`;
  if (expanded) {
    out.push(`[cols="h,l"${border}]\n|====\n`);
    table.rows.forEach((row, number) => {
      out.push(options.tuplesOnly ? "2+|\n" : `2+^|Record ${number + 1}\n`);
      row.forEach((cell, index) => {
        const right = table.right[index] ? ">" : "<";
        out.push(`<l|${escapePipe(table.headers[index] ?? "")} ${right}l|${cell === "" ? " " : escapePipe(cell)}\n`);
      });
    });
  } else {
    out.push(
      `[${options.tuplesOnly ? "" : 'options="header",'}cols="${table.right.map((right) => (right ? ">l" : "<l")).join(",")}"${border}]\n|====\n`,
    );
    if (!options.tuplesOnly) out.push(`${table.headers.map((header) => `^l|${escapePipe(header)}`).join(" ")}\n`);
    for (const row of table.rows)
      out.push(`${row.map((cell) => `|${/^\s*$/.test(cell) ? (cell === "" ? "" : escapePipe(cell)) : escapePipe(cell)}`).join(" ")}\n`);
  }
  out.push("|====\n");
  const footers = expanded ? (table.footers ?? []) : footersOf(table, options);
  if (!options.tuplesOnly && footers.length > 0) out.push(`\n....\n${footers.map((footer) => `${footer}\n`).join("")}....\n`);
  return out.join("");
}
