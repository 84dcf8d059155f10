/** Commands that read and write files: \i, \o, \w, \e, \s, \cd, \copy. */
import { reason } from "../../../core/errors.ts";
import type { Command, Status } from "../command.ts";
import { copyCommand } from "../copy.ts";
import { commandSink, fileSink, runCommand, standardOutput } from "../output.ts";
import { STATUS } from "../session.ts";
import { home } from "./general.ts";

const include =
  (relative: boolean): Command =>
  async ({ session, args, name, runFile }) => {
    const file = await args.next();
    if (file === undefined) {
      await session.complain(`\\${name}: missing required argument`);
      return "error";
    }
    const status = await runFile(home(session, file), relative);
    return status === STATUS.success ? "done" : "error";
  };

const output: Command = async ({ session, args }) => {
  const target = await args.next("file-or-pipe");
  try {
    const next =
      target === undefined || target === ""
        ? standardOutput(session.self)
        : target.startsWith("|")
          ? commandSink(session.self, target.slice(1))
          : fileSink(session.self, home(session, target));
    await session.out.close();
    session.out = next;
    session.isOutputRedirected = target !== undefined && target !== "";
    return "done";
  } catch (error) {
    await session.complain(`${target}: ${reason(error)}`);
    return "error";
  }
};

const write: Command = async ({ session, args, name, scanner }) => {
  const target = await args.next("file-or-pipe");
  if (target === undefined) {
    await session.complain(`\\${name}: missing required argument`);
    return "error";
  }
  const text = scanner.buffer !== "" ? scanner.buffer : session.previousBuffer;
  try {
    const sink = target.startsWith("|") ? commandSink(session.self, target.slice(1)) : fileSink(session.self, home(session, target));
    if (text !== "") await sink.write(`${text}\n`);
    await sink.close();
    return "done";
  } catch (error) {
    await session.complain(`${target}: ${reason(error)}`);
    return "error";
  }
};

/** \e: the query buffer in an editor. */
const edit: Command = async ({ session, args, scanner }) => {
  const [file, line] = [await args.next(), await args.next()];
  const { self } = session;
  const editor = self.env.PSQL_EDITOR ?? self.env.EDITOR ?? self.env.VISUAL ?? "nano";
  const path = file === undefined ? `${self.env.TMPDIR ?? "/tmp"}/psql.edit.${self.pid}.sql` : home(session, file);
  const before = scanner.buffer !== "" ? scanner.buffer : session.previousBuffer;
  try {
    if (file === undefined) self.files.writeFile(path, before === "" || before.endsWith("\n") ? before : `${before}\n`, { mode: 0o600 });
    const quoted = `'${path.replaceAll("'", "'\\''")}'`;
    const status = await runCommand(self, `exec ${editor} ${line === undefined ? "" : `+${line} `}${quoted}`);
    if (status !== 0) {
      await session.complain(`could not start editor "${editor}"`);
      return "error";
    }
    const text = self.files.readText(path).replace(/\n+$/, "");
    if (file === undefined) self.files.unlink(path);
    scanner.buffer = text;
    return "edited";
  } catch (error) {
    await session.complain(`${path}: ${reason(error)}`);
    return "error";
  }
};

const history: Command = async ({ session, args }) => {
  const target = await args.next();
  const text = session.history.map((line) => `${line}\n`).join("");
  try {
    if (target === undefined) await session.page(text);
    else {
      session.self.files.writeFile(home(session, target), text);
      if (!session.quiet) await session.print(`Wrote history to file "${target}".\n`);
    }
    return "done";
  } catch (error) {
    await session.complain(`could not save history to file "${target}": ${reason(error)}`);
    return "error";
  }
};

export const files: Readonly<Record<string, Command>> = {
  i: include(false),
  include: include(false),
  ir: include(true),
  include_relative: include(true),
  o: output,
  out: output,
  w: write,
  write,
  e: edit,
  edit,
  s: history,
  cd: async ({ session, args }) => {
    const target = (await args.next()) ?? session.self.env.HOME ?? "/";
    try {
      session.self.files.chdir(home(session, target));
      return "done";
    } catch (error) {
      await session.complain(`\\cd: could not change directory to "${target}": ${reason(error)}`);
      return "error";
    }
  },
  copy: async ({ session, args }): Promise<Status> => {
    const text = (await args.wholeLine()) ?? "";
    return (await copyCommand(session, text)) ? "done" : "error";
  },
};
