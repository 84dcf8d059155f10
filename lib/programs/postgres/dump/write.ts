/** A dump as text. */
import { formatName } from "../tools/tool.ts";
import type { DumpOptions } from "./choice.ts";
import { commentEntry, type Entry, sqlString } from "./entry.ts";

export type Write = (text: string | Uint8Array) => Promise<void>;

const SETTINGS = `SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

`;

export interface DatabaseFacts {
  readonly name: string;
  readonly owner: string;
  readonly encoding: string;
  readonly provider: string;
  readonly collate: string;
  readonly ctype: string;
  readonly comment: string | undefined;
}

/** Everything of one database. `entries` are in their order. */
export async function writeDump(
  write: Write,
  database: DatabaseFacts,
  versions: { readonly server: string; readonly own: string },
  entries: readonly Entry[],
  options: DumpOptions,
  /** What comes when the privileges are there. */
  last: readonly Entry[] = [],
): Promise<void> {
  const key = options.restrictKey;
  await write(
    `--\n-- PostgreSQL database dump\n--\n\n\\restrict ${key}\n\n-- Dumped from database version ${versions.server}\n-- Dumped by pg_dump version ${versions.own}\n\n${SETTINGS}`,
  );
  const writer = new EntryWriter(write, options);
  if (options.clean) {
    if (options.create) await write(`DROP DATABASE ${options.ifExists ? "IF EXISTS " : ""}${formatName(database.name)};\n`);
    else for (const entry of [...entries].reverse()) await write(dropText(entry, options));
  }
  if (options.create) {
    const locale =
      database.collate === database.ctype
        ? ` LOCALE = ${sqlString(database.collate)}`
        : ` LC_COLLATE = ${sqlString(database.collate)} LC_CTYPE = ${sqlString(database.ctype)}`;
    const quoted = formatName(database.name);
    await writer.entry({
      key: "database",
      section: "pre-data",
      priority: 0,
      schema: undefined,
      name: database.name,
      tag: database.name,
      type: "DATABASE",
      owner: database.owner,
      create: `CREATE DATABASE ${quoted} WITH TEMPLATE = template0 ENCODING = ${sqlString(database.encoding)} LOCALE_PROVIDER = ${database.provider}${locale};\n`,
      drop: "",
      owned: `DATABASE ${quoted}`,
      needs: new Set(),
    });
    await write(`\\unrestrict ${key}\n\\connect ${quoted}\n\\restrict ${key}\n\n${SETTINGS}`);
    if (database.comment !== undefined && !options.noComments)
      await writer.entry(
        commentEntry(
          { key: "database", section: "pre-data", schema: undefined, owner: database.owner },
          `DATABASE ${database.name}`,
          `DATABASE ${quoted}`,
          database.comment,
        ),
      );
  }
  for (const entry of entries) {
    if (entry.create !== "" || entry.data !== undefined) await writer.entry(entry);
    for (const each of entry.after ?? []) if (!options.noComments || each.type !== "COMMENT") await writer.entry(each);
  }
  if (!options.noPrivileges && !options.dataOnly)
    for (const entry of entries) for (const each of entry.privileges ?? []) await writer.entry(each);
  for (const entry of last) await writer.entry(entry);
  await write(`--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict ${key}\n\n`);
}

function dropText(entry: Entry, options: DumpOptions): string {
  const clause = options.ifExists ? "IF EXISTS " : "";
  return entry.drop.replace("%IF%", clause).replace("%IFT%", clause);
}

export class EntryWriter {
  #tablespace = false;
  #method = false;

  constructor(
    private readonly write: Write,
    private readonly options: DumpOptions,
  ) {}

  async entry(entry: Entry): Promise<void> {
    const { write } = this;
    if (entry.storage !== undefined && !this.#tablespace) {
      this.#tablespace = true;
      await write("SET default_tablespace = '';\n\n");
    }
    if (entry.storage === "table" && !this.#method) {
      this.#method = true;
      await write("SET default_table_access_method = heap;\n\n");
    }
    const owner = this.options.noOwner || entry.owner === "" ? "-" : entry.owner;
    const what = entry.data === undefined ? "Name" : "Data for Name";
    await write(`--\n-- ${what}: ${entry.tag}; Type: ${entry.type}; Schema: ${entry.schema ?? "-"}; Owner: ${owner}\n--\n\n`);
    if (entry.data !== undefined) {
      await entry.data(write);
      return;
    }
    await write(`${entry.create}\n\n`);
    if (!this.options.noOwner && entry.owned !== undefined) await write(`ALTER ${entry.owned} OWNER TO ${formatName(entry.owner)};\n\n`);
  }
}
