/** passwd(1), chpasswd(8): shadow 4.13. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { decode } from "../core/io.ts";
import { program } from "../core/program.ts";
import { userName } from "../core/users.ts";
import { Accounts, SHADOW, today } from "./accounts.ts";
import { checkPassword, hashPassword } from "./crypt.ts";

/** Reads a password without showing it; from a pipe, a line. Undefined at the end of the input. */
export class PasswordPrompt {
  #rest = "";

  constructor(private readonly self: Process) {}

  async ask(question: string): Promise<string | undefined> {
    const { self } = this;
    await self.error(question);
    const tty = self.fds.get(0)?.tty;
    const before = tty?.settings;
    if (tty && before) tty.settings = { ...before, echo: false };
    try {
      while (!this.#rest.includes("\n")) {
        const bytes = await self.read(0);
        if (bytes.length === 0) return undefined;
        this.#rest += decode(bytes);
      }
    } finally {
      if (tty && before) tty.settings = before;
    }
    if (tty) await self.error("\n");
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return line;
  }
}

/** How passwd -S shows an account's password: usable, locked, or none. */
function stateOf(hash: string): "P" | "L" | "NP" {
  return hash === "" ? "NP" : /^[!*]/.test(hash) ? "L" : "P";
}

export const passwd = program({
  name: "passwd",
  summary: "change user password",
  section: "users",
  origin: "shadow 4.13",
  synopsis: ["[options] [LOGIN]"],
  usageStatus: 2,
  options: [
    "-d, --delete  delete the password for the named account",
    "-e, --expire  force expire the password for the named account",
    "-l, --lock  lock the password of the named account",
    "-q, --quiet  quiet mode",
    "-S, --status  report password status on the named account",
    "-u, --unlock  unlock the password of the named account",
  ],
  unmodeled: [
    "-a",
    "--all",
    "-i",
    "--inactive",
    "-k",
    "--keep-tokens",
    "-n",
    "--mindays",
    "-r",
    "-R",
    "-w",
    "--warndays",
    "-x",
    "--maxdays",
  ],
  limits: "Passwords are hashed with SHA-512 (Debian 12 uses yescrypt), and may be as weak as you like. They are asked for by su only.",
  run: async (self, args) => {
    const root = self.machine.files;
    const me = userName(root, self.credentials.uid);
    const name = args.operands[0] ?? me;
    const accounts = new Accounts(root);
    const isRoot = self.credentials.uid === 0;
    if (!accounts.user(name)) throw new Failure(`user '${name}' does not exist`, 1);
    if (!isRoot && (name !== me || args.has("delete", "expire", "lock", "unlock"))) {
      if (name === me) throw new Failure("Permission denied.", 1);
      throw new Failure(`You may not view or modify password information for ${name}.`, 1);
    }
    const row = accounts.edit("shadow").find((each) => each[SHADOW.name] === name) ?? [];
    const hash = row[SHADOW.password] ?? "";
    if (args.has("status")) {
      const date = new Date(Number(row[SHADOW.changed] ?? 0) * 86_400_000);
      const changed = `${String(date.getUTCMonth() + 1).padStart(2, "0")}/${String(date.getUTCDate()).padStart(2, "0")}/${date.getUTCFullYear()}`;
      await self.print(`${name} ${stateOf(hash)} ${changed} ${row[3] || 0} ${row[4] || 99999} ${row[5] || 7} ${row[6] || -1}\n`);
      return 0;
    }
    if (args.has("delete", "expire", "lock", "unlock")) {
      if (args.has("delete")) row[SHADOW.password] = "";
      if (args.has("lock") && !hash.startsWith("!")) row[SHADOW.password] = `!${hash}`;
      if (args.has("unlock")) {
        const open = hash.replace(/^!/, "");
        if (open === "" || open === "!")
          throw new Failure(
            `unlocking the password would result in a passwordless account.\nYou should set a password with usermod -p to unlock the password of this account.`,
            3,
          );
        row[SHADOW.password] = open;
      }
      if (args.has("expire")) row[SHADOW.changed] = "0";
      accounts.save();
      if (!args.has("quiet")) await self.print("passwd: password changed.\n");
      return 0;
    }
    return change(self, accounts, name, hash, isRoot);
  },
});

async function change(self: Process, accounts: Accounts, name: string, hash: string, isRoot: boolean): Promise<number> {
  const prompt = new PasswordPrompt(self);
  const unchanged = async (why: string) => {
    await self.error(`${why}passwd: Authentication token manipulation error\npasswd: password unchanged\n`);
    return 10;
  };
  if (!isRoot) {
    await self.error(`Changing password for ${name}.\n`);
    const current = hash === "" ? "" : await prompt.ask("Current password: ");
    if (current === undefined || !checkPassword(current, hash)) return unchanged("");
  }
  const first = await prompt.ask("New password: ");
  if (first === undefined) return unchanged("Password change has been aborted.\n");
  const second = await prompt.ask("Retype new password: ");
  if (second === undefined) return unchanged("Password change has been aborted.\n");
  if (first !== second) return unchanged("Sorry, passwords do not match.\n");
  if (first === "") return unchanged("No password has been supplied.\n");
  accounts.setPassword(
    name,
    hashPassword(first, () => self.machine.kernel.random()),
    today(self),
  );
  accounts.save();
  await self.error("passwd: password updated successfully\n");
  return 0;
}

export const chpasswd = program({
  name: "chpasswd",
  summary: "update passwords in batch mode",
  section: "users",
  origin: "shadow 4.13",
  synopsis: ["[options]"],
  usageStatus: 2,
  options: ["-e, --encrypted  supplied passwords are encrypted"],
  unmodeled: ["-c", "--crypt-method", "-m", "--md5", "-R", "--root", "-s", "--sha-rounds"],
  limits: "Passwords are hashed with SHA-512 (Debian 12 uses yescrypt).",
  run: async (self, args) => {
    if (self.credentials.uid !== 0) {
      await self.error("chpasswd: Permission denied.\nchpasswd: cannot lock /etc/passwd; try again later.\n");
      return 1;
    }
    const accounts = new Accounts(self.files);
    const lines = decode(await self.readAll(0)).split("\n");
    if (lines[lines.length - 1] === "") lines.pop();
    let status = 0;
    for (const [index, line] of lines.entries()) {
      const colon = line.indexOf(":");
      if (colon < 0) {
        await self.error(`chpasswd: line ${index + 1}: missing new password\n`);
        status = 1;
        continue;
      }
      const name = line.slice(0, colon);
      const password = line.slice(colon + 1);
      if (!accounts.user(name)) {
        await self.error(
          `chpasswd: (user ${name}) pam_chauthtok() failed, error:\nAuthentication token manipulation error\nchpasswd: (line ${index + 1}, user ${name}) password not changed\n`,
        );
        status = 1;
        continue;
      }
      const hash = args.has("encrypted") ? password : hashPassword(password, () => self.machine.kernel.random());
      accounts.setPassword(name, hash, today(self));
    }
    accounts.save();
    return status;
  },
});

export const nologin = program({
  name: "nologin",
  summary: "politely refuse a login",
  section: "users",
  origin: "shadow 4.13",
  synopsis: [""],
  run: async (self) => {
    await self.print("This account is currently not available.\n");
    return 1;
  },
});
