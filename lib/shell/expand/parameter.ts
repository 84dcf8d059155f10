/** Parameter expansion (bash(1), Parameter Expansion): which value, then what is done with it. */
import type { ParameterDefaultOperation, ParameterExpansionPart, Word } from "unbash";
import { CommandError, ExpansionError } from "../control.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { NAME } from "../variables/scopes.ts";
import { elementKeys, elementValues, isAssociative, scalarOf } from "../variables/variable.ts";
import { evaluateArithmeticText } from "./arithmetic-word.ts";
import type { FieldBuilder } from "./fields.ts";
import { wordOfText } from "./fragments.ts";
import { changeCase, characterCount, removePattern, replacePattern, sliceValue, toggleCase, transformValue } from "./operations.ts";
import { expandOperand, expandToPattern, expandToString, ifsOf, singleField } from "./word.ts";

/** One value, or the list that `@` and `*` stand for. */
export type ParameterValue =
  | { readonly kind: "one"; readonly value: string | undefined }
  | { readonly kind: "many"; readonly values: readonly string[]; readonly star: boolean };

/** Special and positional parameters; undefined when `name` is none of these, or is not set. */
function specialParameter(shell: Shell, name: string): string | undefined {
  switch (name) {
    case "?":
      return String(shell.status);
    case "$":
      return String(shell.mainPid);
    case "!":
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground);
    case "#":
      return String(shell.positional.length);
    case "-":
      return shell.optionLetters;
    case "0":
      return shell.name;
    case "_":
      return shell.lastArgument;
    default:
      return /^\d+$/.test(name) ? shell.positional[Number(name) - 1] : undefined;
  }
}

function isSpecial(name: string): boolean {
  return /^(?:\d+|[?$!#_-])$/.test(name);
}

/** The value of `name` or `name[subscript]`; the subscript is expanded already. */
export function parameterValue(shell: Shell, name: string, subscript: string | undefined): ParameterValue {
  if (name === "@" || name === "*") return { kind: "many", values: shell.positional, star: name === "*" };
  if (isSpecial(name)) return { kind: "one", value: specialParameter(shell, name) };
  const { variables } = shell;
  if (subscript === undefined) {
    const variable = variables.find(name);
    if (variable?.nameref !== true) return { kind: "one", value: scalarOf(variable?.value) };
    const target = /^(\w+)\[([@*])\]$/.exec(variables.resolve(name));
    if (target === null) return { kind: "one", value: variables.get(name) };
    return { kind: "many", values: elementValues(variables.lookup(target[1]!)?.value), star: target[2] === "*" };
  }
  if (subscript === "@" || subscript === "*") {
    return { kind: "many", values: elementValues(variables.lookup(name)?.value), star: subscript === "*" };
  }
  try {
    return { kind: "one", value: variables.getElement(name, subscript) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    shell.reportNow(error.message);
    return { kind: "one", value: undefined };
  }
}

/** `$name`. True when it was a list without elements. */
export function emitParameter(shell: Shell, name: string, builder: FieldBuilder, quoted: boolean): boolean {
  const value = parameterValue(shell, name, undefined);
  if (value.kind === "one" && value.value === undefined) requireSet(shell, name);
  return emit(shell, value, builder, quoted);
}

function requireSet(shell: Shell, name: string): void {
  if (shell.nounset) throw new ExpansionError(`${/^\d/.test(name) ? `$${name}` : name}: unbound variable`, true);
}

function emit(shell: Shell, value: ParameterValue, builder: FieldBuilder, quoted: boolean): boolean {
  if (value.kind === "one") {
    if (quoted) builder.append(value.value ?? "", true);
    else builder.appendSplit(value.value ?? "");
    return false;
  }
  const { values } = value;
  if (quoted && value.star) {
    builder.append(values.join(ifsOf(shell).slice(0, 1)), true);
    return false;
  }
  if (!builder.splits) {
    builder.append(values.join(value.star ? ifsOf(shell).slice(0, 1) : " "), quoted);
    return false;
  }
  const ifs = ifsOf(shell);
  if (!quoted && ifs !== "" && !" \t\n".includes(ifs[0]!)) {
    // Joined and split again, which keeps empty ones.
    if (values.length > 0) builder.appendSplit(values.join(ifs[0]));
    return values.length === 0;
  }
  values.forEach((text, at) => {
    if (at > 0) builder.cut();
    if (quoted) builder.append(text, true);
    else builder.appendSplit(text);
  });
  return values.length === 0;
}

/** `${…}`. True when it was a list without elements. */
export function* expandParameter(shell: Shell, part: ParameterExpansionPart, builder: FieldBuilder, quoted: boolean): Run<boolean> {
  let name = part.parameter;
  const operation = part.operation;
  const bad = (): ExpansionError => new ExpansionError(`${part.text}: bad substitution`);
  if (
    (operation?.type === "Unknown" && !/^~~?$/.test(operation.operator)) ||
    !(NAME.test(name) || isSpecial(name) || name === "@" || name === "*")
  )
    throw bad();
  let subscript = part.index === undefined ? undefined : yield* expandSubscript(shell, name, part.index);
  if (part.prefix === "!") {
    if (operation?.type === "Names") {
      const names = shell.variables
        .all()
        .map(([known]) => known)
        .filter((known) => known.startsWith(name));
      return emit(shell, { kind: "many", values: names, star: operation.operator === "*" }, builder, quoted);
    }
    if ((subscript === "@" || subscript === "*") && operation === undefined) {
      const keys = elementKeys(shell.variables.lookup(name)?.value);
      return emit(shell, { kind: "many", values: keys, star: subscript === "*" }, builder, quoted);
    }
    const found = shell.variables.find(name);
    if (found?.nameref && subscript === undefined) {
      return emit(shell, { kind: "one", value: typeof found.value === "string" ? found.value : "" }, builder, quoted);
    }
    const target = parameterValue(shell, name, subscript);
    const text = target.kind === "one" ? target.value : target.values.join(" ");
    if (text === undefined && found !== undefined && found.value !== undefined && subscript === undefined)
      return emit(shell, { kind: "one", value: "" }, builder, quoted);
    const shown = subscript === undefined ? name : `${name}[${subscript}]`;
    if (text === undefined || text === "")
      throw new ExpansionError(
        text === undefined || target.kind === "many" ? `${shown}: invalid indirect expansion` : `${text}: invalid variable name`,
      );
    const reference = /^([A-Za-z_]\w*|\d+|[?$!#_@*-])(?:\[(.*)\])?$/s.exec(text);
    if (reference === null) throw new ExpansionError(`${text}: invalid variable name`);
    name = reference[1]!;
    subscript = reference[2] === undefined ? undefined : yield* expandSubscriptText(shell, name, reference[2]);
  }
  const value = parameterValue(shell, name, subscript);
  if (part.prefix === "#") {
    if (value.kind === "one" && value.value === undefined) requireSet(shell, name);
    const length = value.kind === "many" ? value.values.length : characterCount(value.value ?? "");
    return emit(shell, { kind: "one", value: String(length) }, builder, quoted);
  }
  if (operation?.type === "Default") return yield* applyDefault(shell, name, subscript, value, operation, builder, quoted);
  if (value.kind === "one" && value.value === undefined) requireSet(shell, subscript === undefined ? name : `${name}[${subscript}]`);
  if (operation === undefined) return emit(shell, value, builder, quoted);
  return emit(shell, yield* applyOperation(shell, part, name, subscript, value, bad), builder, quoted);
}

function* applyOperation(
  shell: Shell,
  part: ParameterExpansionPart,
  name: string,
  subscript: string | undefined,
  value: ParameterValue,
  bad: () => ExpansionError,
): Run<ParameterValue> {
  const operation = part.operation!;
  const each = (change: (text: string) => string): ParameterValue => {
    if (value.kind === "many") return { ...value, values: value.values.map(change) };
    return { kind: "one", value: value.value === undefined ? undefined : change(value.value) };
  };
  const options = { extglob: true };
  switch (operation.type) {
    case "Remove": {
      const pattern = yield* expandToPattern(shell, operation.operand);
      return each((text) => removePattern(text, pattern, operation.operator, options));
    }
    case "Replace": {
      const pattern = yield* expandToPattern(shell, operation.pattern);
      const replacement = yield* singleField(shell, operation.replacement, "word");
      const ampersand = shell.on("patsub_replacement");
      const ignoreCase = shell.on("nocasematch");
      return each((text) => replacePattern(text, pattern, replacement, operation.operator, { ...options, ignoreCase }, ampersand));
    }
    case "CaseModification": {
      const pattern = operation.operand === undefined ? "?" : (yield* expandToPattern(shell, operation.operand)) || "?";
      return each((text) => changeCase(text, pattern, operation.operator, options));
    }
    case "Slice": {
      const offset = Number(yield* evaluateArithmeticText(shell, operation.offset.text));
      const length = operation.length === undefined ? undefined : Number(yield* evaluateArithmeticText(shell, operation.length.text));
      return sliceValue(shell, name, value, offset, length, operation.length?.text ?? "");
    }
    case "Transform": {
      const operator = yield* expandToString(shell, operation.operand);
      return yield* transformValue(shell, name, subscript, value, operator, bad);
    }
    case "Unknown":
      return each((text) => toggleCase(text, operation.operator === "~~"));
    default:
      throw bad();
  }
}

/** The text of a subscript: `@` and `*` as they are, keys of associative arrays as words, others as arithmetic (done by the array). */
export function* expandSubscript(shell: Shell, name: string, index: Word): Run<string> {
  if (index.text === "@" || index.text === "*") return index.text;
  const text = yield* expandToString(shell, index);
  if (isAssociative(shell.variables.lookup(name)?.value)) return text;
  return String(yield* evaluateArithmeticText(shell, text));
}

/** The subscript of a name that is itself the value of something: `${!ref}`, `unset 'a[$i]'`, `printf -v 'a[$i]'`. */
export function* expandSubscriptText(shell: Shell, name: string, text: string): Run<string> {
  if (text === "@" || text === "*" || /^\w+$/.test(text)) return text;
  const word = wordOfText(text);
  if (isAssociative(shell.variables.lookup(name)?.value)) return word === undefined ? text : yield* expandToString(shell, word);
  return String(yield* evaluateArithmeticText(shell, text));
}

function* applyDefault(
  shell: Shell,
  name: string,
  subscript: string | undefined,
  value: ParameterValue,
  operation: ParameterDefaultOperation,
  builder: FieldBuilder,
  quoted: boolean,
): Run<boolean> {
  const nullCounts = operation.operator.length === 2;
  const set = value.kind === "many" ? value.values.length > 0 : value.value !== undefined;
  const empty = value.kind === "many" ? value.values.join(value.star ? ifsOf(shell).slice(0, 1) : " ") === "" : value.value === "";
  const usable = set && !(nullCounts && empty);
  const operator = operation.operator.slice(-1);
  if (operator === "+") {
    if (!usable) return value.kind === "many";
    yield* expandOperand(shell, operation.operand, builder, quoted);
    return false;
  }
  if (usable) return emit(shell, value, builder, quoted);
  if (operator === "-") {
    yield* expandOperand(shell, operation.operand, builder, quoted);
    return false;
  }
  const text = yield* operandText(shell, operation.operand, quoted);
  if (operator === "?") {
    const shown = subscript === undefined ? name : `${name}[${subscript}]`;
    throw new ExpansionError(`${shown}: ${text || (nullCounts ? "parameter null or not set" : "parameter not set")}`, true);
  }
  if (!NAME.test(name)) throw new ExpansionError(`$${name}: cannot assign in this way`);
  try {
    if (subscript === undefined) shell.variables.set(name, text);
    else shell.variables.setElement(name, subscript, text);
  } catch (error) {
    if (error instanceof CommandError) throw new ExpansionError(error.message);
    throw error;
  }
  return emit(shell, { kind: "one", value: text }, builder, quoted);
}

function* operandText(shell: Shell, operand: Word, quoted: boolean): Run<string> {
  if (!quoted) return yield* expandToString(shell, operand);
  return (
    (yield* singleField(shell, { ...operand, parts: operand.parts ?? [] }, "none")).map((piece) => piece.text).join("") ||
    (operand.parts === undefined ? operand.value : "")
  );
}
