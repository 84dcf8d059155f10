/** Commands that set and show variables, and that write text. */
import { ask } from "../../../ssh/prompt.ts";
import type { Command, CommandContext, Status } from "../command.ts";
import { isVariableName } from "../variables.ts";

/** \echo, \qecho, \warn: arguments with one blank between them; an unquoted -n first leaves the line end out. */
async function echo({ args }: CommandContext): Promise<string> {
  const words: string[] = [];
  let newline = true;
  let first = true;
  for (let each = await args.read(); each !== undefined; each = await args.read()) {
    if (first && !each.quoted && each.text === "-n") newline = false;
    else words.push(each.text);
    first = false;
  }
  return `${words.join(" ")}${newline ? "\n" : ""}`;
}

const done: Status = "done";

export const variableCommands: Readonly<Record<string, Command>> = {
  echo: async (context) => {
    await context.session.print(await echo(context));
    return done;
  },
  qecho: async (context) => {
    await context.session.out.write(await echo(context));
    return done;
  },
  warn: async (context) => {
    await context.session.self.error(await echo(context));
    return done;
  },
  set: async ({ session, args }) => {
    const name = await args.next();
    if (name === undefined) {
      await session.print(
        session.variables
          .all()
          .map(([each, value]) => `${each} = '${value}'\n`)
          .join(""),
      );
      return done;
    }
    const value = (await args.all()).join("");
    const complaint = session.variables.set(name, value);
    if (complaint === undefined) return done;
    await session.complain(complaint);
    return "error";
  },
  unset: async ({ session, args, name }) => {
    const variable = await args.next();
    if (variable === undefined) {
      await session.complain(`\\${name}: missing required argument`);
      return "error";
    }
    const complaint = session.variables.set(variable, undefined);
    if (complaint !== undefined) await session.complain(complaint);
    return complaint === undefined ? done : "error";
  },
  getenv: async ({ session, args, name }) => {
    const variable = await args.next();
    const from = await args.next();
    if (variable === undefined || from === undefined) {
      await session.complain(`\\${name}: missing required argument`);
      return "error";
    }
    const value = session.self.env[from];
    if (value !== undefined) session.variables.set(variable, value);
    return done;
  },
  setenv: async ({ session, args, name }) => {
    const variable = await args.next();
    const value = await args.next();
    if (variable === undefined) {
      await session.complain(`\\${name}: missing required argument`);
      return "error";
    }
    if (variable.includes("=")) {
      await session.complain(`\\${name}: environment variable name must not contain "="`);
      return "error";
    }
    if (value === undefined) delete session.self.env[variable];
    else session.self.env[variable] = value;
    return done;
  },
  prompt: async ({ session, args, name }) => {
    const words = await args.all();
    const hidden = words[0] === "-s" && words.length > 1;
    if (hidden) words.shift();
    const variable = words.pop();
    if (variable === undefined) {
      await session.complain(`\\${name}: missing required argument`);
      return "error";
    }
    const question = words.join(" ");
    let answer: string | undefined;
    if (session.inputFile === undefined && session.self.fds.get(0)?.tty !== undefined)
      answer = await ask(session.self, question, { echo: !hidden });
    else {
      if (session.inputFile === undefined) await session.self.error(question);
      else await session.print(question);
      answer = (await session.source?.data(async () => ""))?.replace(/\n$/, "");
    }
    if (answer === undefined) {
      await session.complain(`\\${name}: could not read value for variable`);
      return "error";
    }
    if (!isVariableName(variable)) {
      await session.complain(`\\${name}: invalid variable name: "${variable}"`);
      return "error";
    }
    session.variables.set(variable, answer);
    return done;
  },
};
