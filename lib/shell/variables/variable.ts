/** One shell variable (bash(1), PARAMETERS): its value and its attributes. */
import { AssociativeArray } from "./associative.ts";

/** Sparse: elements that are not set are missing. */
export type IndexedArray = (string | undefined)[];
export { AssociativeArray } from "./associative.ts";
export type Value = string | IndexedArray | AssociativeArray | undefined;

export interface Variable {
  value: Value;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
  lower?: boolean;
  upper?: boolean;
  nameref?: boolean;
  trace?: boolean;
  /** An array that `declare -a` or `-A` has made and nothing was assigned to yet. */
  bare?: boolean;
}

export function isIndexed(value: Value): value is IndexedArray {
  return Array.isArray(value);
}

export function isAssociative(value: Value): value is AssociativeArray {
  return value instanceof AssociativeArray;
}

/** The values of all set elements, in bash's order. */
export function elementValues(value: Value): string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [value];
  if (isAssociative(value)) return [...value.values()];
  return value.filter((element) => element !== undefined);
}

/** The subscripts of all set elements. */
export function elementKeys(value: Value): string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return ["0"];
  if (isAssociative(value)) return [...value.keys()];
  return Object.keys(value).filter((key) => value[Number(key)] !== undefined);
}

/** What `$name` means: an array stands for its element 0. */
export function scalarOf(value: Value): string | undefined {
  if (typeof value === "string" || value === undefined) return value;
  return isAssociative(value) ? value.get("0") : value[0];
}

export function copyVariable(variable: Variable): Variable {
  const { value } = variable;
  const copy = isIndexed(value) ? value.slice() : isAssociative(value) ? value.copy() : value;
  return { ...variable, value: copy };
}

/** The letters of `declare -p` and `${x@a}`. */
export function attributeLetters(variable: Variable): string {
  let letters = "";
  if (isIndexed(variable.value)) letters += "a";
  if (isAssociative(variable.value)) letters += "A";
  if (variable.integer) letters += "i";
  if (variable.lower) letters += "l";
  if (variable.nameref) letters += "n";
  if (variable.readonly) letters += "r";
  if (variable.trace) letters += "t";
  if (variable.upper) letters += "u";
  if (variable.exported) letters += "x";
  return letters;
}
