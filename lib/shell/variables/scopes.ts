import { CommandError } from "../control.ts";
import {
  AssociativeArray,
  copyVariable,
  type IndexedArray,
  isAssociative,
  isIndexed,
  scalarOf,
  type Value,
  type Variable,
} from "./variable.ts";

/** A variable whose value is made when it is read (RANDOM, SECONDS, LINENO…). */
export interface Dynamic {
  get(): Value;
  /** Absent: assignments are ignored. */
  set?(value: string): void;
  readonly?: boolean;
  integer?: boolean;
}

export const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** All variables of a shell: the globals, and one scope for each function call or temporary environment above them. */
export class Scopes {
  /** Only the scopes in which something is: a deep recursion without local variables costs no lookups. */
  private readonly stack: Map<string, Variable>[] = [new Map()];
  /** The call depth at which each scope of `stack` was made. */
  private readonly depths: number[] = [0];
  /** What each level of calls is: a function, or a command with assignments in front. */
  private levels: ("function" | "temporary")[] = [];
  readonly dynamic = new Map<string, Dynamic>();
  /** Told of each change of a name that something depends on (PATH, the prompt…). */
  changed: (name: string) => void = () => {};
  /** `set -a`. */
  exportAll = false;
  /** Evaluates an arithmetic expression for `declare -i` and subscripts. */
  arithmetic: (text: string) => bigint = (text) => BigInt(text);

  push(kind: "function" | "temporary" = "function"): void {
    this.levels.push(kind);
  }

  pop(): void {
    if (this.depths[this.depths.length - 1] === this.levels.length) {
      this.depths.pop();
      const scope = this.stack.pop();
      if (scope !== undefined) for (const name of scope.keys()) this.changed(name);
    }
    this.levels.pop();
  }

  /** The level of the innermost function: what `local` speaks of, also when assignments stand in front of it. */
  private get functionLevel(): number {
    let level = this.levels.length;
    while (level > 0 && this.levels[level - 1] === "temporary") level--;
    return level;
  }

  private scopeAt(level: number): Map<string, Variable> {
    let at = this.depths.length;
    while (this.depths[at - 1]! > level) at--;
    if (this.depths[at - 1] !== level) {
      this.depths.splice(at, 0, level);
      this.stack.splice(at, 0, new Map());
      at++;
    }
    return this.stack[at - 1]!;
  }

  /** A variable of the command being run (`name=value command`). */
  temporary(name: string): Variable {
    const scope = this.scopeAt(this.levels.length);
    const variable: Variable = scope.get(name) ?? { value: undefined };
    scope.set(name, variable);
    return variable;
  }

  /** A copy for a subshell: nothing is shared. */
  copy(): Scopes {
    const copy = new Scopes();
    copy.stack.length = 0;
    for (const scope of this.stack) {
      const next = new Map<string, Variable>();
      for (const [name, variable] of scope) next.set(name, copyVariable(variable));
      copy.stack.push(next);
    }
    copy.depths.splice(0, 1, ...this.depths);
    copy.levels = [...this.levels];
    copy.exportAll = this.exportAll;
    return copy;
  }

  /** The variable as it stands, name references not followed. Dynamic ones are made on the fly. */
  find(name: string): Variable | undefined {
    for (let level = this.stack.length - 1; level >= 0; level--) {
      const variable = this.stack[level]?.get(name);
      if (variable !== undefined) return variable;
    }
    const dynamic = this.dynamic.get(name);
    if (dynamic === undefined) return undefined;
    const value = dynamic.get();
    return value === undefined ? undefined : { value, readonly: dynamic.readonly, integer: dynamic.integer };
  }

  /** The name that a name reference finally stands for (may carry a subscript). */
  resolve(name: string): string {
    let target = name;
    for (let hops = 0; hops < 10; hops++) {
      const variable = this.find(target);
      if (variable?.nameref !== true || typeof variable.value !== "string" || variable.value === "") return target;
      target = variable.value;
    }
    return target;
  }

  lookup(name: string): Variable | undefined {
    const variable = this.find(name);
    return variable?.nameref ? this.find(this.resolve(name)) : variable;
  }

  /** What `$name` expands to; undefined when unset. */
  get(name: string): string | undefined {
    const variable = this.find(name);
    if (variable === undefined) return undefined;
    if (variable.nameref) {
      const target = this.resolve(name);
      const subscript = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(target);
      if (subscript !== null) return this.getElement(subscript[1] ?? "", this.plainSubscript(subscript[2] ?? ""));
      return target === name ? undefined : this.get(target);
    }
    return typeof variable.value === "string" ? variable.value : scalarOf(variable.value);
  }

  /** The subscript in a name reference: quotes go, `$name` is its value. */
  private plainSubscript(text: string): string {
    return text
      .replace(/\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g, (_, braced?: string, plain?: string) => this.get(braced ?? plain ?? "") ?? "")
      .replace(/^(["'])(.*)\1$/s, "$2");
  }

  /** One element; the subscript is already expanded. */
  getElement(name: string, subscript: string): string | undefined {
    const value = this.lookup(name)?.value;
    if (isAssociative(value)) return value.get(subscript);
    const index = this.indexOf(name, value, subscript);
    if (isIndexed(value)) return value[index];
    return index === 0 ? value : undefined;
  }

  /** A subscript of an indexed array as a number; negative ones count from the end. */
  indexOf(name: string, value: Value, subscript: string): number {
    const index = /^\d+$/.test(subscript) ? Number(subscript) : Number(this.arithmetic(subscript));
    if (index >= 0) return index;
    const length = isIndexed(value) ? value.length : value === undefined ? 0 : 1;
    if (length + index < 0) throw new CommandError(`${name}: bad array subscript`);
    return length + index;
  }

  /** The scope that an assignment to `name` goes to. */
  private owner(name: string): Map<string, Variable> {
    for (let level = this.stack.length - 1; level > 0; level--) {
      const scope = this.stack[level];
      if (scope?.has(name)) return scope;
    }
    return this.stack[0]!;
  }

  /** The variable to change, made when missing. Throws when it is read-only. */
  writable(name: string): Variable {
    const target = this.find(name)?.nameref ? this.resolve(name) : name;
    const scope = this.owner(target);
    let variable = scope.get(target);
    if (variable === undefined) {
      if (this.dynamic.get(target)?.readonly) throw new CommandError(`${target}: readonly variable`);
      variable = { value: undefined };
      scope.set(target, variable);
    } else if (variable.readonly) {
      throw new CommandError(`${target}: readonly variable`);
    }
    if (this.exportAll) variable.exported = true;
    return variable;
  }

  /** `name=value`, or `name+=value` with `append`. */
  set(name: string, value: string, append = false): void {
    const dynamic = this.dynamic.get(name);
    if (dynamic !== undefined && !this.stack.some((scope) => scope.has(name))) {
      if (dynamic.readonly) throw new CommandError(`${name}: readonly variable`);
      dynamic.set?.(value);
      return;
    }
    const found = this.find(name);
    if (found?.nameref) {
      const subscript = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(this.resolve(name));
      if (subscript !== null) {
        this.setElement(subscript[1] ?? "", this.plainSubscript(subscript[2] ?? ""), value, append);
        return;
      }
      if (found.value === undefined || found.value === "") {
        found.value = value;
        return;
      }
    }
    const variable = this.writable(name);
    if (isIndexed(variable.value)) variable.value[0] = this.converted(variable, variable.value[0], value, append);
    else if (isAssociative(variable.value)) variable.value.set("0", this.converted(variable, variable.value.get("0"), value, append));
    else variable.value = this.converted(variable, variable.value, value, append);
    this.changed(name);
  }

  setElement(name: string, subscript: string, value: string, append = false): void {
    const variable = this.writable(name);
    if (isAssociative(variable.value)) {
      variable.value.set(subscript, this.converted(variable, variable.value.get(subscript), value, append));
      return;
    }
    if (subscript === "") throw new CommandError(`${name}[]: bad array subscript`);
    let index: number;
    try {
      index = this.indexOf(name, variable.value, subscript);
    } catch (error) {
      if (error instanceof CommandError) throw new CommandError(`${name}[${subscript}]: bad array subscript`);
      throw error;
    }
    const array = this.asIndexed(variable);
    array[index] = this.converted(variable, array[index], value, append);
    this.changed(name);
  }

  /** The value as an indexed array; a scalar becomes element 0. */
  asIndexed(variable: Variable): IndexedArray {
    if (!isIndexed(variable.value)) variable.value = typeof variable.value === "string" ? [variable.value] : [];
    return variable.value;
  }

  asAssociative(variable: Variable): AssociativeArray {
    if (!isAssociative(variable.value)) {
      const array = new AssociativeArray();
      if (typeof variable.value === "string") array.set("0", variable.value);
      variable.value = array;
      return array;
    }
    return variable.value;
  }

  /** The value as the attributes -i, -l and -u make it. */
  converted(variable: Variable, old: string | undefined, value: string, append: boolean): string {
    if (variable.integer) {
      const sum = this.arithmetic(value) + (append ? this.arithmetic(old ?? "0") : 0n);
      return String(BigInt.asIntN(64, sum));
    }
    const text = append ? (old ?? "") + value : value;
    if (variable.lower) return text.toLowerCase();
    return variable.upper ? text.toUpperCase() : text;
  }

  /** A variable of the innermost function (`local`): a new one, or the one this function already has. */
  local(name: string): Variable {
    const level = this.functionLevel;
    const scope = this.scopeAt(level);
    let variable = scope.get(name);
    if (variable === undefined) {
      const found = this.find(name);
      if (found?.readonly) throw new CommandError(`${name}: readonly variable`);
      variable = { value: undefined };
      // `name=value f`: a local variable of f begins with that value.
      const before = this.levels[level - 2] === "temporary" ? this.depths.indexOf(level - 1) : -1;
      const temporary = before < 0 ? undefined : this.stack[before]?.get(name);
      if (temporary !== undefined) variable = { value: temporary.value, exported: true };
      scope.set(name, variable);
    }
    for (let at = this.depths.length - 1; this.depths[at]! > level; at--) this.stack[at]!.delete(name);
    if (this.exportAll) variable.exported = true;
    return variable;
  }

  /** A variable of the outermost scope (`declare -g`). */
  global(name: string): Variable {
    const scope = this.stack[0]!;
    let variable = scope.get(name);
    if (variable === undefined) {
      variable = { value: undefined };
      scope.set(name, variable);
    }
    return variable;
  }

  /** Whether anything was removed. Throws for read-only variables. */
  unset(name: string): boolean {
    for (let level = this.stack.length - 1; level >= 0; level--) {
      const scope = this.stack[level];
      const variable = scope?.get(name);
      if (variable === undefined) continue;
      if (variable.readonly) throw new CommandError(`${name}: cannot unset: readonly variable`);
      // A local one stays a local without a value, so that the caller's does not show through.
      if (level > 0 && this.depths[level] === this.functionLevel) scope?.set(name, { value: undefined });
      else scope?.delete(name);
      this.changed(name);
      return true;
    }
    const dynamic = this.dynamic.get(name);
    if (dynamic?.readonly) throw new CommandError(`${name}: cannot unset: readonly variable`);
    return this.dynamic.delete(name);
  }

  unsetElement(name: string, subscript: string): void {
    const variable = this.lookup(name);
    if (variable === undefined) return;
    if (variable.readonly) throw new CommandError(`${name}: cannot unset: readonly variable`);
    if (isAssociative(variable.value)) variable.value.delete(subscript);
    else if (isIndexed(variable.value)) {
      const index = this.indexOf(name, variable.value, subscript);
      delete variable.value[index];
      while (variable.value.length > 0 && variable.value[variable.value.length - 1] === undefined) variable.value.length--;
    }
  }

  /** Every name in sight, sorted, with its variable. */
  all(): [string, Variable][] {
    const names = new Set<string>(this.dynamic.keys());
    for (const scope of this.stack) for (const name of scope.keys()) names.add(name);
    const found: [string, Variable][] = [];
    for (const name of [...names].sort()) {
      const variable = this.find(name);
      if (variable !== undefined) found.push([name, variable]);
    }
    return found;
  }

  /** What children get: exported variables with a plain value, in the order of bash's hash table, those of the command itself last. */
  environment(): Record<string, string> {
    const shown = new AssociativeArray();
    const own = new AssociativeArray();
    this.stack.forEach((scope, at) => {
      const temporary = this.levels[this.depths[at]! - 1] === "temporary";
      for (const [name, variable] of scope) {
        shown.delete(name);
        own.delete(name);
        if (variable.exported && typeof variable.value === "string") (temporary ? own : shown).set(name, variable.value);
      }
    });
    return Object.fromEntries([...shown, ...own]);
  }
}
