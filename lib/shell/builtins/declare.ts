/** `declare`, `typeset`, `local`, `export`, `readonly`, `unset`. */
import { CommandError } from "../control.ts";
import { type Assigned, assign } from "../exec/assign.ts";
import { functionText } from "../exec/function-text.ts";
import type { Argument } from "../exec/simple.ts";
import { expandSubscriptText } from "../expand/parameter.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { declarationText, settingText } from "../variables/print.ts";
import { NAME } from "../variables/scopes.ts";
import { isAssociative, isIndexed, type Value, type Variable } from "../variables/variable.ts";
import { readFlags } from "./usage.ts";

/** A builtin whose arguments may be assignments, arrays included. */
export type Declaration = (shell: Shell, args: readonly Argument[]) => Run<number>;

const ATTRIBUTES: Readonly<Record<string, "readonly" | "exported" | "integer" | "lower" | "upper" | "nameref" | "trace">> = {
  r: "readonly",
  x: "exported",
  i: "integer",
  l: "lower",
  u: "upper",
  n: "nameref",
  t: "trace",
};

interface Request {
  readonly on: Set<string>;
  readonly off: Set<string>;
  readonly names: Assigned[];
}

/** Splits options (`-x`, `+x`) from names. Undefined after a message. */
function* parseArguments(
  shell: Shell,
  builtin: string,
  args: readonly Argument[],
  letters: string,
  usage: string,
): Run<Request | undefined> {
  const request: Request = { on: new Set(), off: new Set(), names: [] };
  let options = true;
  for (const arg of args) {
    if (typeof arg === "string" && options && /^[-+]./.test(arg) && arg !== "--") {
      for (const letter of arg.slice(1)) {
        if (!letters.includes(letter)) {
          yield* shell.report(`${builtin}: ${arg[0]}${letter}: invalid option`);
          yield* shell.write(2, `${builtin}: usage: ${usage}\n`);
          return undefined;
        }
        (arg[0] === "-" ? request.on : request.off).add(letter);
      }
      continue;
    }
    options = false;
    if (arg === "--") continue;
    request.names.push(typeof arg === "string" ? assignedFromText(arg) : arg);
  }
  return request;
}

/** `name=value` that came out of an expansion. */
function assignedFromText(text: string): Assigned {
  const match = /^([A-Za-z_]\w*)(?:\[(.*?)\])?(\+?)=(.*)$/s.exec(text);
  if (match !== null) return { name: match[1]!, subscript: match[2], append: match[3] === "+", value: match[4]! };
  const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(text);
  if (element !== null) return { name: element[1]!, subscript: element[2], append: false, value: undefined };
  return { name: text, subscript: undefined, append: false, value: undefined };
}

type Scope = "here" | "local" | "global";

function* declareNames(shell: Shell, builtin: string, request: Request, scope: Scope): Run<number> {
  let status = 0;
  for (const assigned of request.names) {
    const element = assigned.subscript !== undefined && (builtin === "export" || builtin === "readonly");
    if (!NAME.test(assigned.name) || element) {
      const left = element ? `${assigned.name}[${assigned.subscript}]` : assigned.name;
      const shown = typeof assigned.value === "string" && !element ? `${left}=${assigned.value}` : left;
      yield* shell.report(`${builtin}: \`${shown}': not a valid identifier`);
      status = 1;
      continue;
    }
    try {
      declareOne(shell, assigned, request, scope);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      yield* shell.report(builtin === "export" || builtin === "readonly" ? error.message : `${builtin}: ${error.message}`);
      status = 1;
    }
  }
  return status;
}

function declareOne(shell: Shell, assigned: Assigned, request: Request, scope: Scope): void {
  const { variables } = shell;
  const { name } = assigned;
  const { on, off } = request;
  let variable: Variable;
  if (scope === "local") variable = localVariable(shell, name, on.has("I"));
  else if (scope === "global") variable = variables.global(name);
  else variable = variableFor(shell, name, on, off);
  if (assigned.value === undefined && (on.has("a") || on.has("A")) && variable.value === undefined) variable.bare = true;
  else if (assigned.value !== undefined) variable.bare = false;
  if (on.has("n")) mustBeReference(name, typeof assigned.value === "string" ? assigned.value : variable.value);
  const changes = assigned.value !== undefined || on.has("a") || on.has("A") || on.has("i") || on.has("n");
  if (variable.readonly && (changes || off.has("r"))) throw new CommandError(`${name}: readonly variable`);
  if (on.has("A")) {
    if (isIndexed(variable.value)) throw new CommandError(`${name}: cannot convert indexed to associative array`);
    variables.asAssociative(variable);
  } else if (
    on.has("a") ||
    (Array.isArray(assigned.value) && !isAssociative(variable.value)) ||
    (assigned.subscript !== undefined && !isAssociative(variable.value))
  ) {
    if (isAssociative(variable.value)) throw new CommandError(`${name}: cannot convert associative to indexed array`);
    variables.asIndexed(variable);
  }
  for (const [letter, attribute] of Object.entries(ATTRIBUTES)) {
    if (attribute === "readonly") continue;
    if (on.has(letter)) variable[attribute] = true;
    if (off.has(letter)) variable[attribute] = false;
  }
  if (on.has("l")) variable.upper = false;
  if (on.has("u")) variable.lower = false;
  if (assigned.value !== undefined) {
    if (on.has("n") && typeof assigned.value === "string") variable.value = assigned.value;
    else if (assigned.subscript !== undefined && typeof assigned.value === "string") setElement(shell, variable, assigned);
    else assign(shell, assigned, variable);
  }
  if (on.has("r")) variable.readonly = true;
  if (shell.options.has("allexport")) variable.exported = true;
  variables.changed(name);
}

/** What a name reference may hold. Throws CommandError. */
function mustBeReference(name: string, value: Value): void {
  if (typeof value !== "string" || value === "") return;
  if (value === name) throw new CommandError(`${name}: nameref variable self references not allowed`);
  if (!/^[A-Za-z_]\w*(?:\[.+\])?$/s.test(value)) throw new CommandError(`\`${value}': invalid variable name for name reference`);
}

function setElement(shell: Shell, variable: Variable, assigned: Assigned): void {
  const text = String(assigned.value);
  if (isAssociative(variable.value))
    variable.value.set(
      assigned.subscript!,
      shell.variables.converted(variable, variable.value.get(assigned.subscript!), text, assigned.append),
    );
  else if (isIndexed(variable.value)) {
    const index = shell.variables.indexOf(assigned.name, variable.value, assigned.subscript!);
    variable.value[index] = shell.variables.converted(variable, variable.value[index], text, assigned.append);
  }
}

function localVariable(shell: Shell, name: string, inherit: boolean): Variable {
  const outer = shell.variables.lookup(name);
  const variable = shell.variables.local(name);
  if (outer !== undefined && outer !== variable && (inherit || shell.on("localvar_inherit"))) Object.assign(variable, outer);
  // A local variable with the value of a temporary assignment (`x=1 f`) keeps being exported.
  return variable;
}

/** An attribute changes the variable that is in sight; a name reference itself under -n. */
function variableFor(shell: Shell, name: string, on: ReadonlySet<string>, off: ReadonlySet<string>): Variable {
  const { variables } = shell;
  const found = variables.find(name);
  if (found !== undefined && variables.dynamic.get(name) === undefined) {
    if (found.nameref && !on.has("n") && !off.has("n")) return variables.find(variables.resolve(name)) ?? variables.writable(name);
    return found;
  }
  const variable = variables.global(name);
  if (found !== undefined && variable.value === undefined && typeof found.value === "string") variable.value = found.value;
  return variable;
}

const DECLARE_USAGE = "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]";

export function declareAs(builtin: "declare" | "typeset"): Declaration {
  return function* declare(shell, args) {
    const request = yield* parseArguments(shell, builtin, args, "aAfFgiIlnprtux", DECLARE_USAGE.replaceAll("declare", builtin));
    if (request === undefined) return 2;
    if (request.on.has("f") || request.on.has("F")) return yield* declareFunctions(shell, builtin, request);
    if (request.on.has("p") || request.names.length === 0) return yield* printVariables(shell, builtin, request);
    const scope = request.on.has("g") ? "global" : shell.functionDepth > 0 ? "local" : "here";
    return yield* declareNames(shell, builtin, request, scope);
  };
}

export const local: Declaration = function* local(shell, args) {
  if (shell.functionDepth === 0) {
    yield* shell.report("local: can only be used in a function");
    return 1;
  }
  const request = yield* parseArguments(shell, "local", args, "aAfFgiIlnprtux", "local [option] name[=value] ...");
  if (request === undefined) return 2;
  const dash = request.names.findIndex(({ name }) => name === "-");
  if (dash >= 0) {
    // `local -`: the options of `set` are the function's own.
    shell.savedOptions ??= new Set(shell.options);
    request.names.splice(dash, 1);
  }
  return yield* declareNames(shell, "local", request, "local");
};

export function exportAs(builtin: "export" | "readonly"): Declaration {
  const letter = builtin === "export" ? "x" : "r";
  const usage = builtin === "export" ? "export [-fn] [name[=value] ...] or export -p" : "readonly [-aAf] [name[=value] ...] or readonly -p";
  return function* exportOrProtect(shell, args) {
    const request = yield* parseArguments(shell, builtin, args, builtin === "export" ? "fnp" : "aAfp", usage);
    if (request === undefined) return 2;
    if (request.on.has("f")) return yield* declareFunctions(shell, builtin, request);
    if (request.names.length === 0) return yield* printVariables(shell, builtin, { ...request, on: new Set([letter]) });
    const on = new Set(request.on);
    const off = new Set<string>();
    if (builtin === "export" && on.delete("n")) off.add("x");
    else on.add(letter);
    return yield* declareNames(shell, builtin, { on, off, names: request.names }, "here");
  };
}

function* printVariables(shell: Shell, builtin: string, request: Request): Run<number> {
  if (request.names.length > 0) {
    let status = 0;
    for (const { name } of request.names) {
      const variable = shell.variables.find(name);
      if (variable === undefined) {
        yield* shell.report(`${builtin}: ${name}: not found`);
        status = 1;
      } else yield* shell.write(1, `${declarationText(name, variable)}\n`);
    }
    return status;
  }
  const wanted = [...request.on].filter((letter) => letter !== "p" && letter !== "g");
  const plain = !request.on.has("p") && wanted.length === 0;
  let text = "";
  for (const [name, variable] of shell.variables.all()) {
    if (!wanted.every((letter) => matchesAttribute(variable, letter))) continue;
    if (plain) {
      if (variable.value !== undefined) text += `${settingText(name, variable)}\n`;
    } else text += `${declarationText(name, variable)}\n`;
  }
  yield* shell.write(1, text);
  return 0;
}

function matchesAttribute(variable: Variable, letter: string): boolean {
  if (letter === "a") return isIndexed(variable.value);
  if (letter === "A") return isAssociative(variable.value);
  const attribute = ATTRIBUTES[letter];
  return attribute !== undefined && variable[attribute] === true;
}

function* declareFunctions(shell: Shell, builtin: string, request: Request): Run<number> {
  const names = request.names.length > 0 ? request.names.map(({ name }) => name) : [...shell.functions.keys()].sort();
  let status = 0;
  for (const name of names) {
    const definition = shell.functions.get(name);
    if (definition === undefined) {
      if (builtin !== "declare" && builtin !== "typeset") yield* shell.report(`${builtin}: ${name}: not a function`);
      status = 1;
    } else if (builtin === "export") definition.exported = !request.on.has("n");
    else if (builtin === "readonly" || request.on.has("r")) definition.readonly = true;
    else if (request.on.has("F")) yield* shell.write(1, request.names.length > 0 ? `${name}\n` : `declare -f ${name}\n`);
    else yield* shell.write(1, `${functionText(definition)}\n`);
  }
  return status;
}

export function* unset(shell: Shell, args: readonly string[]): Run<number> {
  const read = yield* readFlags(shell, "unset", args, "fvn", "unset [-f] [-v] [-n] [name ...]");
  if (read === undefined) return 2;
  const { flags, rest } = read;
  let status = 0;
  for (const text of rest) {
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(text);
    const name = element?.[1] ?? text;
    try {
      if (flags.has("f")) shell.functions.delete(name);
      else if (!NAME.test(name)) shell.functions.delete(name);
      else if (element !== null && (element[2] === "@" || element[2] === "*") && !isAssociative(shell.variables.lookup(name)?.value)) {
        shell.variables.unset(name);
      } else if (element !== null) shell.variables.unsetElement(name, yield* expandSubscriptText(shell, name, element[2]!));
      else {
        const target = flags.has("n") ? name : shell.variables.resolve(name);
        const known = shell.variables.find(target) !== undefined;
        if (known) shell.variables.unset(target);
        else if (!flags.has("v")) shell.functions.delete(name);
      }
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      yield* shell.report(`unset: ${error.message}`);
      status = 1;
    }
  }
  return status;
}
