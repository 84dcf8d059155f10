/** Making psql's connection, asking for a password where one is wanted. */
import { ask } from "../../ssh/prompt.ts";
import { type Conninfo, ConninfoError } from "../wire/conninfo.ts";
import { ConnectFailure, dial } from "../wire/dial.ts";
import { completeSettings } from "../wire/settings.ts";
import type { Session } from "./session.ts";
import { VERSION_NAME } from "./variables.ts";

/** Throws ConnectFailure, ConninfoError. */
export async function openSession(session: Session, given: Conninfo): Promise<void> {
  const { self } = session;
  const settings = completeSettings(self, given);
  const question =
    given.has("user") || self.env.PGUSER ? `Password for user ${settings.get("user")}: ` : `Password for user ${settings.get("user")}: `;
  if (session.askPassword === "always" && !settings.has("password"))
    settings.set("password", (await ask(self, "Password: ", { echo: false })) ?? "");
  const attempt = () =>
    dial(self, {
      settings,
      applicationName: "psql",
      encoding: session.isInteractive ? "UTF8" : undefined,
      onNotice: (fields) => {
        void session.info(session.serverText(fields, undefined));
      },
    });
  try {
    session.dialed = await attempt();
  } catch (error) {
    if (!(error instanceof ConnectFailure) || error.kind !== "no-password" || session.askPassword === "never") throw error;
    const password = await ask(self, question, { echo: false });
    if (password === undefined) throw error;
    settings.set("password", password);
    session.dialed = await attempt();
  }
  session.settings = settings;
  session.reconnect = async () => {
    try {
      await openSession(session, settings);
      return true;
    } catch (error) {
      if (error instanceof ConnectFailure || error instanceof ConninfoError) return false;
      throw error;
    }
  };
  session.syncVariables();
}

/** "psql (18.6)", the server's version where it is another. */
export function connectionBanner(session: Session, interactive: boolean): string {
  const server = session.connection?.parameters.get("server_version") ?? "";
  const name = server.split(" ")[0] ?? "";
  const major = (text: string) => text.split(".")[0];
  if (name === VERSION_NAME || (major(name) === major(VERSION_NAME) && !interactive)) return interactive ? `psql (${VERSION_NAME})\n` : "";
  const warning =
    Number(major(name)) > Number(major(VERSION_NAME))
      ? `WARNING: psql major version ${major(VERSION_NAME)}, server major version ${major(name)}.\n         Some psql features might not work.\n`
      : "";
  return `psql (${VERSION_NAME}, server ${server})\n${warning}`;
}
