import { type Account, findAccount } from "../../kernel/login.ts";
import type { Machine } from "../../kernel/types.ts";

/** The user of that name on the machine. Throws Error when there is none. */
export function accountOn(machine: Machine, user: string): Account {
  const account = findAccount(machine.files, user);
  if (account === undefined) throw new Error(`There is no user ${user} on ${machine.name}.`);
  return account;
}
