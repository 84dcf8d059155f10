/** \? and \h. */

import { SOCKET_FOLDER } from "../../wire/settings.ts";
import type { Command } from "../command.ts";
import { commandsPage, optionsPage, variablesPage } from "../pages-text.ts";
import { sqlHelp, topicsPage } from "../sql-help.ts";

const question: Command = async ({ session, args }) => {
  const what = await args.next();
  const { self, table, settings } = session;
  if (what === "options")
    await session.page(optionsPage(settings.get("user") ?? "", self.env.PGHOST ?? SOCKET_FOLDER, self.env.PGPORT ?? "5432"));
  else if (what === "variables") await session.page(variablesPage);
  else
    await session.page(
      commandsPage({
        html: table.format === "html",
        tuples: table.tuplesOnly,
        expanded: table.expanded,
        timing: session.timing,
        database: session.connection === undefined ? undefined : settings.get("dbname"),
      }),
    );
  return "done";
};

const help: Command = async ({ session, args }) => {
  const topic = ((await args.wholeLine()) ?? "").replace(/;$/, "").trim();
  const columns = session.self.fds.get(1)?.tty?.columns ?? 80;
  await session.page(topic === "" ? topicsPage(columns) : sqlHelp(topic));
  return "done";
};

export const pages: Readonly<Record<string, Command>> = { "?": question, h: help, help };
