/** \if, \elif, \else, \endif. */
import type { Command, CommandContext } from "../command.ts";
import { parseBoolean } from "../variables.ts";

/** The value of an expression that must be a boolean; what is none counts as false, and is told. */
async function evaluate({ session, args, name }: CommandContext): Promise<boolean> {
  const text = (await args.all()).join(" ");
  const value = parseBoolean(text);
  if (value === undefined) await session.warn(`unrecognized value "${text}" for "\\${name} expression": Boolean expected`);
  return value ?? false;
}

/** Takes what was typed in a branch that is not taken out of the query buffer. */
function restore({ session, scanner }: CommandContext): void {
  const saved = session.conditions.saved;
  if (saved === undefined || session.conditions.isActive) return;
  scanner.buffer = saved.buffer;
  scanner.parenDepth = saved.parens;
}

export const conditionals: Readonly<Record<string, Command>> = {
  if: async (context) => {
    const { session, args, scanner } = context;
    if (!session.conditions.isActive) {
      await args.all();
      session.conditions.push("ignored", scanner.buffer, scanner.parenDepth);
      return "done";
    }
    session.conditions.push((await evaluate(context)) ? "true" : "false", scanner.buffer, scanner.parenDepth);
    return "done";
  },
  elif: async (context) => {
    const { session, args } = context;
    switch (session.conditions.top) {
      case "true":
        await args.all();
        session.conditions.set("ignored");
        return "done";
      case "false":
        restore(context);
        // The expression is read as in a branch that is taken.
        session.conditions.set("true");
        session.conditions.set((await evaluate(context)) ? "true" : "false");
        return "done";
      case "ignored":
        restore(context);
        await args.all();
        return "done";
      case undefined:
        await session.complain("\\elif: no matching \\if");
        return "error";
      default:
        await session.complain("\\elif: cannot occur after \\else");
        return "error";
    }
  },
  else: async (context) => {
    const { session } = context;
    switch (session.conditions.top) {
      case "true":
        session.conditions.set("else-false");
        return "done";
      case "false":
        restore(context);
        session.conditions.set("else-true");
        return "done";
      case "ignored":
        restore(context);
        session.conditions.set("else-false");
        return "done";
      case undefined:
        await session.complain("\\else: no matching \\if");
        return "error";
      default:
        await session.complain("\\else: cannot occur after \\else");
        return "error";
    }
  },
  endif: async (context) => {
    const { session } = context;
    if (session.conditions.isEmpty) {
      await session.complain("\\endif: no matching \\if");
      return "error";
    }
    restore(context);
    session.conditions.pop();
    return "done";
  },
};
