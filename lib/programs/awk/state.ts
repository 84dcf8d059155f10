/** Variables, arrays, fields and the current record of a running awk program. */
import { posixRegex } from "../core/regex.ts";
import { fromInput, numberText, toNumber, toText, type Value } from "./values.ts";

export type AwkArray = Map<string, Value>;

/** A variable; in a function perhaps one of the caller's that nobody has used yet. */
export class Cell {
  value: Value = undefined;
  array: AwkArray | undefined;
  constructor(readonly origin?: Cell) {}

  elements(): AwkArray {
    if (this.array) return this.array;
    this.array = this.origin ? this.origin.elements() : new Map();
    return this.array;
  }
}

const regexes = new Map<string, RegExp>();

/** A dynamic regular expression, compiled once. */
export function awkRegex(source: string): RegExp {
  let made = regexes.get(source);
  if (!made) {
    made = posixRegex(source, { extended: true, escapes: true, bracketEscapes: true, global: true });
    if (regexes.size > 500) regexes.clear();
    regexes.set(source, made);
  }
  made.lastIndex = 0;
  return made;
}

/** Divides text as FS says: " " is blanks, a single character stands for itself, else a regular expression. */
export function splitText(text: string, separator: string, paragraphs: boolean): string[] {
  if (text === "") return [];
  if (separator === " ") {
    const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, "");
    return trimmed === "" ? [] : trimmed.split(/[ \t\n]+/);
  }
  if (separator === "") return [...text];
  if (separator.length === 1 && separator !== "\\") {
    if (!paragraphs) return text.split(separator);
    return text.split("\n").flatMap((line) => line.split(separator));
  }
  const regex = awkRegex(paragraphs ? `(${separator})|\n` : separator);
  const parts: string[] = [];
  let at = 0;
  for (let found = regex.exec(text); found; found = regex.exec(text)) {
    if (found[0] === "") {
      regex.lastIndex++;
      continue;
    }
    parts.push(text.slice(at, found.index));
    at = found.index + found[0].length;
  }
  parts.push(text.slice(at));
  return parts;
}

export class State {
  readonly globals = new Map<string, Cell>();
  frame: Map<string, Cell> | undefined;
  #record = "";
  #fields: Value[] | undefined = [];
  /** $0 has to be put together again from the fields. */
  #stale = false;
  #fieldCount = 0;

  constructor() {
    for (const [name, value] of Object.entries({
      FS: " ",
      OFS: " ",
      ORS: "\n",
      RS: "\n",
      SUBSEP: "\x1c",
      CONVFMT: "%.6g",
      OFMT: "%.6g",
      FILENAME: "",
    }))
      this.cell(name).value = value;
    for (const name of ["NR", "FNR", "RSTART"]) this.cell(name).value = 0;
    this.cell("RLENGTH").value = -1;
  }

  cell(name: string): Cell {
    const local = this.frame?.get(name);
    if (local) return local;
    let found = this.globals.get(name);
    if (!found) {
      found = new Cell();
      this.globals.set(name, found);
    }
    return found;
  }

  get convfmt(): string {
    return toText(this.globals.get("CONVFMT")?.value, "%.6g");
  }

  text(value: Value): string {
    return typeof value === "string" ? value : toText(value, this.convfmt);
  }

  /** As print shows it: numbers by OFMT. */
  printed(value: Value): string {
    return typeof value === "number" ? numberText(value, toText(this.globals.get("OFMT")?.value, "%.6g")) : this.text(value);
  }

  special(name: string): string {
    return this.text(this.globals.get(name)?.value);
  }

  getVariable(name: string): Value {
    if (name === "NF" && !this.frame?.has("NF")) {
      this.#split();
      return this.#fieldCount;
    }
    return this.cell(name).value;
  }

  setVariable(name: string, value: Value): void {
    if (name === "NF" && !this.frame?.has("NF")) {
      const fields = this.#split();
      const size = Math.max(0, Math.trunc(toNumber(value)));
      fields.length = Math.min(fields.length, size);
      while (fields.length < size) fields.push("");
      this.#fieldCount = size;
      this.#stale = true;
      return;
    }
    this.cell(name).value = value;
  }

  setRecord(text: string): void {
    this.#record = text;
    this.#fields = undefined;
    this.#stale = false;
  }

  #split(): Value[] {
    if (!this.#fields) {
      this.#fields = splitText(this.#record, this.special("FS"), this.special("RS") === "").map(fromInput);
      this.#fieldCount = this.#fields.length;
    }
    return this.#fields;
  }

  get record(): string {
    if (this.#stale) {
      this.#record = (this.#fields ?? []).map((value) => this.text(value)).join(this.special("OFS"));
      this.#stale = false;
    }
    return this.#record;
  }

  field(index: number): Value {
    return index === 0 ? fromInput(this.record) : this.#split()[index - 1];
  }

  setField(index: number, value: Value): void {
    if (index === 0) {
      this.setRecord(this.text(value));
      return;
    }
    const fields = this.#split();
    while (fields.length < index) fields.push("");
    fields[index - 1] = value;
    this.#fieldCount = fields.length;
    this.#stale = true;
  }
}
