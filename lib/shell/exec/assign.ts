/** Assignments: `name=value`, `name[subscript]=value`, `name=(…)`, each also with `+=`. */
import type { Assignment, Word } from "unbash";
import { CommandError } from "../control.ts";
import { wordOfText } from "../expand/fragments.ts";
import { expandSubscript } from "../expand/parameter.ts";
import { quoteIfNeeded } from "../expand/quote.ts";
import { expandAssignmentValue, expandToString, expandWordInto } from "../expand/word.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { AssociativeArray, isAssociative, type Variable } from "../variables/variable.ts";

/** One element of `(…)`: with `key`, it was written `[key]=value`. */
export interface Element {
  readonly key: string | undefined;
  readonly append: boolean;
  readonly value: string;
}

/** An assignment whose words are expanded. */
export interface Assigned {
  readonly name: string;
  readonly subscript: string | undefined;
  readonly append: boolean;
  readonly value: string | readonly Element[] | undefined;
}

/** Expands both sides. `associative`: the variable is, or is about to become, an associative array. */
export function* evaluateAssignment(shell: Shell, node: Assignment, associative = false): Run<Assigned> {
  const append = node.append === true;
  const name = node.name;
  const keyed = associative || isAssociative(shell.variables.lookup(name)?.value);
  let subscript: string | undefined;
  if (node.index !== undefined)
    subscript = keyed ? yield* expandToString(shell, node.index) : yield* expandSubscript(shell, name, node.index);
  if (node.value.type === "Word") return { name, subscript, append, value: yield* expandAssignmentValue(shell, node.value) };
  const elements: Element[] = [];
  for (const word of node.value.elements) yield* expandElement(shell, word, elements);
  return { name, subscript, append, value: elements };
}

const KEYED = /^\[((?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\{[^}]*\}|\[[^\]]*\]|[^\]])*)\](\+?)=(.*)$/s;

function* expandElement(shell: Shell, word: Word, elements: Element[]): Run<void> {
  const keyed = KEYED.exec(word.text);
  if (keyed === null) {
    const values: string[] = [];
    yield* expandWordInto(shell, word, values);
    for (const value of values) elements.push({ key: undefined, append: false, value });
    return;
  }
  const [, keyText = "", plus, valueText = ""] = keyed;
  const key = wordOfText(keyText);
  const value = wordOfText(valueText);
  elements.push({
    key: key === undefined ? keyText : yield* expandToString(shell, key),
    append: plus === "+",
    value: value === undefined ? valueText : yield* expandAssignmentValue(shell, value),
  });
}

/** Performs an assignment. `variable`: the one that `declare` or `local` has chosen. Throws CommandError. */
export function assign(shell: Shell, assigned: Assigned, variable?: Variable): void {
  const { variables } = shell;
  const { name, subscript, append, value } = assigned;
  if (value === undefined) return;
  if (typeof value === "string") {
    if (subscript !== undefined) {
      variables.setElement(name, subscript, value, append);
    } else if (variable === undefined) {
      variables.set(name, value, append);
    } else if (isAssociative(variable.value)) {
      variable.value.set("0", variables.converted(variable, variable.value.get("0"), value, append));
    } else if (Array.isArray(variable.value)) {
      variable.value[0] = variables.converted(variable, variable.value[0], value, append);
    } else {
      variable.value = variables.converted(variable, variable.value, value, append);
      variables.changed(name);
    }
    return;
  }
  if (subscript !== undefined) throw new CommandError(`${name}[${subscript}]: cannot assign list to array member`);
  assignArray(shell, name, variable ?? variables.writable(name), value, append);
}

function assignArray(shell: Shell, name: string, variable: Variable, elements: readonly Element[], append: boolean): void {
  const { variables } = shell;
  variable.bare = false;
  if (isAssociative(variable.value)) {
    const map = append ? variable.value : new AssociativeArray();
    const old = variable.value;
    for (let at = 0; at < elements.length; at++) {
      const element = elements[at]!;
      if (element.key !== undefined)
        map.set(
          element.key,
          variables.converted(variable, element.append ? old.get(element.key) : undefined, element.value, element.append),
        );
      else {
        // Without subscripts: keys and values take turns.
        map.set(element.value, elements[at + 1]?.value ?? "");
        at++;
      }
    }
    variable.value = map;
    return;
  }
  const old = variables.asIndexed(variable);
  const array = append ? old : [];
  let index = array.length;
  for (const element of elements) {
    if (element.key !== undefined) index = variables.indexOf(name, array, element.key);
    array[index] = variables.converted(variable, element.append ? (array[index] ?? old[index]) : undefined, element.value, element.append);
    index++;
  }
  variable.value = array;
  variables.changed(name);
}

/** How `set -x` shows an assignment. */
export function assignedText(assigned: Assigned): string {
  const left = `${assigned.name}${assigned.subscript === undefined ? "" : `[${assigned.subscript}]`}${assigned.append ? "+" : ""}=`;
  if (assigned.value === undefined) return assigned.name;
  if (typeof assigned.value === "string") return left + (assigned.value === "" ? "" : quoteIfNeeded(assigned.value));
  const elements = assigned.value.map((element) => (element.key === undefined ? "" : `[${element.key}]=`) + quoteIfNeeded(element.value));
  return `${left}(${elements.join(" ")})`;
}
