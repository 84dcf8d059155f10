/** Who commits: git-commit(1), COMMIT INFORMATION, and what git says when it doesn't know. */
import type { Process } from "../../../kernel/types.ts";
import { users } from "../../core/users.ts";
import { Fatal, Quit } from "../errors.ts";
import type { Person } from "../objects/object.ts";
import type { Config } from "./config.ts";
import { parseDate, zoneAt } from "./dates.ts";

export function timeZone(self: Process): string {
  const set = self.env.TZ;
  if (set !== undefined) return set === "" ? "UTC" : set;
  const path = "/etc/timezone";
  return self.files.exists(path) ? self.files.readText(path).trim() : "UTC";
}

export function nowSeconds(self: Process): number {
  return Math.floor(self.machine.kernel.clock.now() / 1000);
}

const UNKNOWN = `
*** Please tell me who you are.

Run

  git config --global user.email "you@example.com"
  git config --global user.name "Your Name"

to set your account's default identity.
Omit --global to set the identity only in this repository.

`;

/** A name or address without what can't stand in a commit's line. */
function crud(text: string): string {
  return text.replace(/^[\s.,:;<>"\\']+|[\s.,:;<>"\\']+$/g, "").replace(/[<>\n]/g, "");
}

/**
 * The author or committer. `strict` (for commits): throws when name or address would have to be guessed, as git does where the host has
 * no full name.
 */
export function person(self: Process, config: Config, role: "author" | "committer", strict = true): Person {
  const upper = role.toUpperCase();
  const { env } = self;
  const account = users(self.files).find(({ uid }) => uid === self.credentials.uid);
  const gecos = (account?.gecos ?? "").split(",")[0] ?? "";
  const user = account?.name ?? "unknown";
  const givenName = env[`GIT_${upper}_NAME`];
  const name = givenName || config.get(`${role}.name`) || config.get("user.name") || gecos;
  const email = env[`GIT_${upper}_EMAIL`] || config.get(`${role}.email`) || config.get("user.email") || env.EMAIL;
  const host = self.machine.hostname;
  if (strict && email === undefined) {
    const label = role === "author" ? "Author" : "Committer";
    if (config.bool("user.useConfigOnly")) throw new Fatal("no email was given and auto-detection is disabled");
    throw new Quit(`${label} identity unknown\n${UNKNOWN}fatal: unable to auto-detect email address (got '${user}@${host}.(none)')\n`, 128);
  }
  const address = email ?? `${user}@${host}.(none)`;
  if (strict && name === "") {
    const label = role === "author" ? "Author" : "Committer";
    if (givenName === undefined)
      throw new Quit(`${label} identity unknown\n${UNKNOWN}fatal: empty ident name (for <${address}>) not allowed\n`, 128);
  }
  const shown = crud(name || user);
  if (strict && shown === "") throw new Fatal(`name consists only of disallowed characters: ${name}`);
  const tz = timeZone(self);
  const now = nowSeconds(self);
  const dated = env[`GIT_${upper}_DATE`];
  if (dated !== undefined && dated !== "") {
    const date = parseDate(dated, now, tz);
    if (!date) throw new Fatal(`invalid date format: ${dated}`);
    return { name: shown, email: crud(address), ...date };
  }
  return { name: shown, email: crud(address), time: now, zone: zoneAt(now, tz) };
}
