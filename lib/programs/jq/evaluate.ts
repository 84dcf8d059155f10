/** Evaluating a jq filter: each gives any number of values. Paths are kept beside values, for assignments. */
import { builtin, DEFINITIONS, formatText } from "./builtins.ts";
import { type Filter, type Json, type Pattern, parseJq } from "./parser.ts";
import {
  arithmetic,
  compare,
  getPath,
  indexInto,
  isObject,
  JqError,
  type Path,
  setPath,
  shown,
  sliceOf,
  truthy,
  typeName,
} from "./values.ts";

/** A value, and where in the input it lies (undefined: it was made, not found). */
export interface Result {
  readonly value: Json;
  readonly path: Path | undefined;
}

interface Closure {
  readonly filter: Filter;
  readonly scope: Scope;
}

interface Definition {
  readonly parameters: readonly string[];
  readonly body: Filter;
  readonly scope: () => Scope;
}

/** Names that are known at a place. */
export class Scope {
  constructor(
    private readonly parent: Scope | undefined,
    private readonly variables: ReadonlyMap<string, Json>,
    private readonly functions: ReadonlyMap<string, Definition | Closure>,
  ) {}

  variable(name: string): Json {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const found = scope.variables.get(name);
      if (found !== undefined) return found;
    }
    throw new JqError(`$${name} is not defined`);
  }

  call(name: string, arity: number): Definition | Closure | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const found = scope.functions.get(`${name}/${arity}`);
      if (found) return found;
    }
    return undefined;
  }

  with(name: string, value: Json): Scope {
    return new Scope(this, new Map([[name, value]]), new Map());
  }
}

export interface World {
  /** The next input; undefined when there is none. */
  readonly input: () => Json | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly debug: (text: string) => void;
}

/** `break` of limit and first: thrown through the generators. */
export class Halt extends Error {
  constructor(
    readonly value: Json | undefined,
    readonly status: number,
  ) {
    super("halt");
  }
}

export class Evaluator {
  readonly root: Scope;

  constructor(
    readonly world: World,
    variables: ReadonlyMap<string, Json>,
  ) {
    const functions = new Map<string, Definition>();
    for (const { name, parameters, body } of DEFINITIONS)
      functions.set(`${name}/${parameters.length}`, { parameters, body: parseJq(body), scope: () => this.root });
    this.root = new Scope(undefined, variables, functions);
  }

  *values(filter: Filter, input: Json, scope: Scope): Generator<Json> {
    for (const { value } of this.run(filter, { value: input, path: undefined }, scope)) yield value;
  }

  *paths(filter: Filter, input: Json, scope: Scope): Generator<Path> {
    for (const { path, value } of this.run(filter, { value: input, path: [] }, scope)) {
      if (path === undefined) throw new JqError(`Invalid path expression with result ${shown(value).replace(/^\w+ \((.*)\)$/s, "$1")}`);
      yield path;
    }
  }

  *run(filter: Filter, input: Result, scope: Scope): Generator<Result> {
    const made = (value: Json): Result => ({ value, path: undefined });
    const below = (from: Result, key: Json, value: Json): Result => ({
      value,
      path: from.path === undefined ? undefined : [...from.path, key],
    });
    switch (filter.kind) {
      case "identity":
        yield input;
        return;
      case "recurse":
        yield* this.#recurse(input);
        return;
      case "literal":
        yield made(filter.value);
        return;
      case "variable":
        yield made(
          filter.name === "ENV"
            ? { ...this.world.environment }
            : filter.name === "__loc__"
              ? { file: "<top-level>", line: 1 }
              : scope.variable(filter.name),
        );
        return;
      case "text":
        yield* this.#text(filter, input, scope, 0, "");
        return;
      case "format":
        yield made(formatText(filter.name, input.value));
        return;
      case "pipe":
        for (const middle of this.run(filter.left, input, scope)) yield* this.run(filter.right, middle, scope);
        return;
      case "comma":
        yield* this.run(filter.left, input, scope);
        yield* this.run(filter.right, input, scope);
        return;
      case "index":
        for (const of of this.run(filter.of, input, scope))
          for (const key of this.values(filter.key, input.value, scope))
            yield isObject(key)
              ? below(of, key, sliceOf(of.value, key.start ?? null, key.end ?? null))
              : below(of, key, indexInto(of.value, key));
        return;
      case "slice":
        for (const of of this.run(filter.of, input, scope))
          for (const to of filter.to ? this.values(filter.to, input.value, scope) : [null])
            for (const from of filter.from ? this.values(filter.from, input.value, scope) : [null])
              yield below(of, { start: from, end: to }, sliceOf(of.value, from, to));
        return;
      case "iterate":
        for (const of of this.run(filter.of, input, scope)) {
          if (Array.isArray(of.value)) for (const [index, item] of of.value.entries()) yield below(of, index, item);
          else if (isObject(of.value)) for (const [key, item] of Object.entries(of.value)) yield below(of, key, item);
          else throw new JqError(`Cannot iterate over ${of.value === null ? "null" : shown(of.value)}`);
        }
        return;
      case "try":
        try {
          yield* this.run(filter.body, input, scope);
        } catch (error) {
          if (!(error instanceof JqError) || error.value === BREAK) throw error;
          if (filter.handler) yield* this.run(filter.handler, made(error.value), scope);
        }
        return;
      case "alternative": {
        let any = false;
        try {
          for (const result of this.run(filter.left, input, scope))
            if (truthy(result.value)) {
              any = true;
              yield result;
            }
        } catch (error) {
          if (!(error instanceof JqError)) throw error;
        }
        if (!any) yield* this.run(filter.right, input, scope);
        return;
      }
      case "and":
      case "or":
        for (const left of this.values(filter.left, input.value, scope)) {
          if (truthy(left) === (filter.kind === "or")) yield made(filter.kind === "or");
          else for (const right of this.values(filter.right, input.value, scope)) yield made(truthy(right));
        }
        return;
      case "binary":
        for (const right of this.values(filter.right, input.value, scope))
          for (const left of this.values(filter.left, input.value, scope)) yield made(operate(filter.operator, left, right));
        return;
      case "negate":
        for (const value of this.values(filter.of, input.value, scope)) {
          if (typeof value !== "number") throw new JqError(`${shown(value)} cannot be negated`);
          yield made(-value);
        }
        return;
      case "array":
        yield made(filter.of ? [...this.values(filter.of, input.value, scope)] : []);
        return;
      case "object":
        for (const value of this.#object(filter.entries, input.value, scope)) yield made(value);
        return;
      case "if":
        for (const test of this.values(filter.test, input.value, scope)) {
          if (truthy(test)) yield* this.run(filter.yes, input, scope);
          else if (filter.no) yield* this.run(filter.no, input, scope);
          else yield input;
        }
        return;
      case "as":
        for (const value of this.values(filter.source, input.value, scope))
          for (const bound of this.#bind(filter.name, value, scope)) yield* this.run(filter.body, input, bound);
        return;
      case "reduce":
        for (const start of this.run(filter.start, input, scope)) {
          let state: Result = start;
          for (const value of this.values(filter.source, input.value, scope))
            for (const bound of this.#bind(filter.name, value, scope)) {
              let last: Result = made(null);
              for (const next of this.run(filter.step, state, bound)) last = next;
              state = last;
            }
          yield state;
        }
        return;
      case "foreach":
        for (const start of this.run(filter.start, input, scope)) {
          let state: Result = start;
          for (const value of this.values(filter.source, input.value, scope))
            for (const bound of this.#bind(filter.name, value, scope))
              for (const next of this.run(filter.step, state, bound)) {
                state = next;
                if (filter.extract) yield* this.run(filter.extract, next, bound);
                else yield next;
              }
        }
        return;
      case "define": {
        const holder: { scope?: Scope } = {};
        const definition: Definition = { parameters: filter.parameters, body: filter.body, scope: () => holder.scope ?? scope };
        holder.scope = new Scope(scope, new Map(), new Map([[`${filter.name}/${filter.parameters.length}`, definition]]));
        yield* this.run(filter.rest, input, holder.scope);
        return;
      }
      case "update":
        for (const value of this.#update(filter, input.value, scope)) yield made(value);
        return;
      case "call":
        yield* this.#call(filter, input, scope);
    }
  }

  *#recurse(from: Result): Generator<Result> {
    yield from;
    const path = (key: Json): Path | undefined => (from.path === undefined ? undefined : [...from.path, key]);
    if (Array.isArray(from.value))
      for (const [index, item] of from.value.entries()) yield* this.#recurse({ value: item, path: path(index) });
    else if (isObject(from.value))
      for (const [key, item] of Object.entries(from.value)) yield* this.#recurse({ value: item, path: path(key) });
  }

  *#text(filter: Extract<Filter, { kind: "text" }>, input: Result, scope: Scope, at: number, before: string): Generator<Result> {
    const part = filter.parts[at];
    if (part === undefined) yield { value: before, path: undefined };
    else if (typeof part === "string") yield* this.#text(filter, input, scope, at + 1, before + part);
    else
      for (const value of this.values(part, input.value, scope))
        yield* this.#text(filter, input, scope, at + 1, before + formatText(filter.format ?? "@text", value));
  }

  *#object(entries: readonly { readonly key: Filter; readonly value: Filter }[], input: Json, scope: Scope): Generator<Json> {
    const [first, ...rest] = entries;
    if (!first) {
      yield {};
      return;
    }
    for (const key of this.values(first.key, input, scope)) {
      if (typeof key !== "string") throw new JqError(`Object keys must be strings`);
      const shorthand = first.value.kind === "identity" && first.key.kind === "text" ? indexInto(input, key) : undefined;
      for (const value of shorthand === undefined ? this.values(first.value, input, scope) : [shorthand])
        for (const others of this.#object(rest, input, scope)) yield { [key]: value, ...(isObject(others) ? others : {}) };
    }
  }

  *#bind(pattern: Pattern, value: Json, scope: Scope): Generator<Scope> {
    if (pattern.kind === "name") yield scope.with(pattern.name, value);
    else if (pattern.kind === "array") {
      if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${typeName(value)} with number`);
      let scopes: Scope[] = [scope];
      for (const [index, item] of pattern.items.entries())
        scopes = scopes.flatMap((each) => [...this.#bind(item, value?.[index] ?? null, each)]);
      yield* scopes;
    } else {
      let scopes: Scope[] = [scope];
      for (const entry of pattern.entries)
        scopes = scopes.flatMap((each) =>
          [...this.values(entry.key, value, each)].flatMap((key) => [...this.#bind(entry.value, indexInto(value, key), each)]),
        );
      yield* scopes;
    }
  }

  *#update(filter: Extract<Filter, { kind: "update" }>, input: Json, scope: Scope): Generator<Json> {
    if (filter.operator === "|=") {
      let out = input;
      const gone: Path[] = [];
      for (const path of this.paths(filter.path, input, scope)) {
        const [first] = this.values(filter.value, getPath(out, path), scope);
        if (first === undefined) gone.push(path);
        else out = setPath(out, path, first);
      }
      if (gone.length > 0) {
        const [deleted] = builtin.delpaths?.(this, out, [gone.map((path) => [...path])]) ?? [out];
        out = deleted ?? null;
      }
      yield out;
      return;
    }
    for (const value of this.values(filter.value, input, scope)) {
      let out = input;
      for (const path of this.paths(filter.path, input, scope)) {
        const old = getPath(out, path);
        const next =
          filter.operator === "="
            ? value
            : filter.operator === "//="
              ? truthy(old)
                ? old
                : value
              : arithmetic(filter.operator.slice(0, -1), old, value);
        out = setPath(out, path, next);
      }
      yield out;
    }
  }

  *#call(filter: Extract<Filter, { kind: "call" }>, input: Result, scope: Scope): Generator<Result> {
    const { name, args } = filter;
    const [first, second] = args;
    const found = scope.call(name, args.length);
    if (found) {
      if ("filter" in found) {
        yield* this.run(found.filter, input, found.scope);
        return;
      }
      yield* this.#apply(found, args, input, scope, 0, new Map(), new Map());
      return;
    }
    if (name === "empty" && !first) return;
    if (name === "error") {
      if (!first) throw new JqError(input.value);
      for (const value of this.values(first, input.value, scope)) throw new JqError(value);
      return;
    }
    if (name === "path" && first) {
      for (const path of this.paths(first, input.value, scope)) yield { value: [...path], path: undefined };
      return;
    }
    if (name === "getpath" && first) {
      for (const path of this.values(first, input.value, scope))
        if (Array.isArray(path)) {
          let value: Json = null;
          try {
            value = getPath(input.value, path);
          } catch (error) {
            if (input.path === undefined || !(error instanceof JqError)) throw error;
          }
          yield { value, path: input.path === undefined ? undefined : [...input.path, ...path] };
        }
      return;
    }
    if (name === "first" && first) {
      for (const result of this.run(first, input, scope)) {
        yield result;
        return;
      }
      return;
    }
    if (name === "limit" && first && second) {
      for (const count of this.values(first, input.value, scope)) {
        let left = Number(count);
        if (left <= 0) continue;
        for (const result of this.run(second, input, scope)) {
          yield result;
          if (--left <= 0) break;
        }
      }
      return;
    }
    if (name === "input" || name === "inputs") {
      for (let next = this.world.input(); next !== undefined; next = this.world.input()) {
        yield { value: next, path: undefined };
        if (name === "input") return;
      }
      if (name === "input") throw new JqError("No more inputs");
      return;
    }
    const native = builtin[name];
    if (!native || (native.length - 2 >= 0 && ARITIES[name] !== undefined && ARITIES[name] !== args.length))
      throw new JqError(`${name}/${args.length} is not defined`);
    for (const values of this.#product(args, input.value, scope, 0))
      for (const value of native(this, input.value, values)) yield { value, path: undefined };
  }

  *#product(args: readonly Filter[], input: Json, scope: Scope, at: number): Generator<Json[]> {
    const arg = args[at];
    if (!arg) {
      yield [];
      return;
    }
    for (const value of this.values(arg, input, scope))
      for (const rest of this.#product(args, input, scope, at + 1)) yield [value, ...rest];
  }

  *#apply(
    definition: Definition,
    args: readonly Filter[],
    input: Result,
    scope: Scope,
    at: number,
    variables: Map<string, Json>,
    functions: Map<string, Closure>,
  ): Generator<Result> {
    const parameter = definition.parameters[at];
    const arg = args[at];
    if (parameter === undefined || !arg) {
      yield* this.run(definition.body, input, new Scope(definition.scope(), variables, functions));
      return;
    }
    if (!parameter.startsWith("$")) {
      yield* this.#apply(
        definition,
        args,
        input,
        scope,
        at + 1,
        variables,
        new Map([...functions, [`${parameter}/0`, { filter: arg, scope }]]),
      );
      return;
    }
    for (const value of this.values(arg, input.value, scope)) {
      const name = parameter.slice(1);
      const constant: Closure = { filter: { kind: "literal", value }, scope };
      yield* this.#apply(
        definition,
        args,
        input,
        scope,
        at + 1,
        new Map([...variables, [name, value]]),
        new Map([...functions, [`${name}/0`, constant]]),
      );
    }
  }
}

const BREAK = "__break__";
const ARITIES: Readonly<Record<string, number>> = { length: 0, keys: 0, not: 0, type: 0, add: 0, has: 1, join: 1 };

function operate(operator: string, left: Json, right: Json): Json {
  const order = ["==", "!=", "<", "<=", ">", ">="].includes(operator) ? compare(left, right) : 0;
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      return arithmetic(operator, left, right);
  }
}
