/** Running an awk program. Generators, so that most of it needs no promises: what waits is yielded to the driver. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { pureFunction, substitute } from "./functions.ts";
import { unescapeAwk } from "./lexer.ts";
import type { RecordReader } from "./records.ts";
import { awkRegex, Cell, State, splitText } from "./state.ts";
import { Streams } from "./streams.ts";
import type { AwkProgram, Expression, Rule, Statement } from "./tree.ts";
import { compare, fromInput, isTrue, sprintf, toNumber, type Value } from "./values.ts";

type Run<T> = Generator<Promise<unknown>, T, unknown>;
type Signal = "break" | "continue" | "next" | "nextfile" | "exit" | "return" | undefined;

function* wait<T>(promise: Promise<T>): Run<T> {
  let result: { value: T } | undefined;
  yield promise.then((value) => {
    result = { value };
  });
  if (!result) throw new Error("the driver did not wait");
  return result.value;
}

/** Runs a generator, awaiting what it yields; a failed promise is thrown into it. */
async function drive<T>(run: Run<T>): Promise<T> {
  let step = run.next();
  while (!step.done) {
    try {
      await step.value;
    } catch (error) {
      step = run.throw(error);
      continue;
    }
    step = run.next();
  }
  return step.value;
}

export class Interpreter {
  readonly state = new State();
  readonly streams: Streams;
  readonly #ranges = new Map<Rule, boolean>();
  #returned: Value;
  #status = 0;
  #operands: string[] = [];
  #reader: RecordReader | undefined;
  #readerName = "";
  #usedFiles = false;
  #seed = 0;
  #previousSeed = 0;
  #depth = 0;
  #failedInput = false;
  #steps = 0;

  constructor(
    private readonly self: Process,
    private readonly program: AwkProgram,
  ) {
    this.streams = new Streams(self);
    const environ = this.state.cell("ENVIRON").elements();
    for (const [name, value] of Object.entries(self.env)) environ.set(name, fromInput(value));
  }

  /** `name=value` from -v or the operands. */
  assign(name: string, value: string): void {
    this.state.setVariable(name, fromInput(unescapeAwk(value)));
  }

  async run(operands: readonly string[]): Promise<number> {
    const argv = this.state.cell("ARGV").elements();
    argv.set("0", "awk");
    for (const [index, operand] of operands.entries()) argv.set(String(index + 1), fromInput(operand));
    this.state.setVariable("ARGC", operands.length + 1);
    let signal: Signal;
    try {
      for (const rule of this.program.rules)
        if (rule.pattern.kind === "begin" && rule.body && signal !== "exit") signal = await drive(this.#statement(rule.body));
      const body = this.program.rules.some((rule) => rule.pattern.kind !== "begin");
      if (signal !== "exit" && body) signal = await this.#records();
      // exit in BEGIN or in a rule goes on with the END rules (POSIX); exit in END stops at once.
      if (this.program.rules.some((rule) => rule.pattern.kind === "end")) {
        signal = undefined;
        for (const rule of this.program.rules)
          if (rule.pattern.kind === "end" && rule.body && signal !== "exit") signal = await drive(this.#statement(rule.body));
      }
    } finally {
      if (!this.self.ended.aborted) await this.streams.closeAll();
    }
    return this.#failedInput && this.#status === 0 ? 2 : this.#status;
  }

  async #records(): Promise<Signal> {
    for (;;) {
      const text = this.#reader?.nextNow() ?? (await this.#nextRecord());
      if (text === undefined) return undefined;
      this.state.setRecord(text);
      this.#count();
      const signal = await this.#rules();
      if (signal === "exit") return "exit";
      if (signal === "nextfile") this.#reader = undefined;
      if (++this.#steps % 256 === 0) await this.self.tick();
    }
  }

  #count(): void {
    this.state.setVariable("NR", toNumber(this.state.getVariable("NR")) + 1);
    this.state.setVariable("FNR", toNumber(this.state.getVariable("FNR")) + 1);
  }

  async #rules(): Promise<Signal> {
    for (const rule of this.program.rules) {
      if (rule.pattern.kind === "begin" || rule.pattern.kind === "end") continue;
      if (!(await this.#matches(rule))) continue;
      if (!rule.body) {
        await this.streams.out.write(this.state.record + this.state.special("ORS"));
        continue;
      }
      const run = this.#statement(rule.body);
      const step = run.next();
      const signal = step.done ? step.value : await this.#continue(run, step.value);
      if (signal === "next" || signal === "nextfile" || signal === "exit") return signal;
    }
    return undefined;
  }

  async #continue<T>(run: Run<T>, first: Promise<unknown>): Promise<T> {
    await first;
    return drive(run);
  }

  async #test(expression: Expression): Promise<boolean> {
    const run = this.#evaluate(expression);
    const step = run.next();
    return isTrue(step.done ? step.value : await this.#continue(run, step.value));
  }

  async #matches(rule: Rule): Promise<boolean> {
    const { pattern } = rule;
    if (pattern.kind === "test") return this.#test(pattern.test);
    if (pattern.kind !== "range") return true;
    if (!this.#ranges.get(rule)) {
      if (!(await this.#test(pattern.from))) return false;
      this.#ranges.set(rule, true);
    }
    if (await this.#test(pattern.to)) this.#ranges.set(rule, false);
    return true;
  }

  /** The next record of the operands: files, assignments, standard input when no file was named. */
  async #nextRecord(): Promise<string | undefined> {
    for (;;) {
      if (this.#reader) {
        const text = await this.#reader.next();
        if (text !== undefined) return text;
        await this.streams.close(this.#readerName);
        this.#reader = undefined;
      }
      const argc = toNumber(this.state.getVariable("ARGC"));
      let name: string | undefined;
      while (this.#operands.length + 1 < argc) {
        const word = this.state.text(
          this.state
            .cell("ARGV")
            .elements()
            .get(String(this.#operands.length + 1)),
        );
        this.#operands.push(word);
        const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word);
        if (assignment) this.assign(assignment[1] ?? "", assignment[2] ?? "");
        else if (word !== "") {
          name = word;
          break;
        }
      }
      if (name === undefined) {
        if (this.#usedFiles) return undefined;
        name = "-";
      }
      this.#usedFiles = true;
      const source = this.streams.file(name, () => this.state.special("RS"));
      if (!source) {
        await this.streams.flush();
        await this.self.error(`awk: cannot open ${name} (No such file or directory)\n`);
        this.#failedInput = true;
        continue;
      }
      this.#reader = source.reader;
      this.#readerName = name;
      this.state.setVariable("FILENAME", name === "-" ? "" : name);
      this.state.setVariable("FNR", 0);
    }
  }

  *#statement(statement: Statement): Run<Signal> {
    if (++this.#steps % 2000 === 0) yield this.self.tick();
    switch (statement.kind) {
      case "block":
        for (const each of statement.body) {
          const signal = yield* this.#statement(each);
          if (signal) return signal;
        }
        return undefined;
      case "expression":
        yield* this.#evaluate(statement.value);
        return undefined;
      case "print":
        yield* this.#print(statement);
        return undefined;
      case "if":
        if (isTrue(yield* this.#evaluate(statement.test))) return yield* this.#statement(statement.yes);
        return statement.no ? yield* this.#statement(statement.no) : undefined;
      case "while":
        while (isTrue(yield* this.#evaluate(statement.test))) {
          const signal = yield* this.#statement(statement.body);
          if (signal === "break") return undefined;
          if (signal && signal !== "continue") return signal;
        }
        return undefined;
      case "do":
        do {
          const signal = yield* this.#statement(statement.body);
          if (signal === "break") return undefined;
          if (signal && signal !== "continue") return signal;
        } while (isTrue(yield* this.#evaluate(statement.test)));
        return undefined;
      case "for":
        if (statement.start) yield* this.#statement(statement.start);
        while (!statement.test || isTrue(yield* this.#evaluate(statement.test))) {
          const signal = yield* this.#statement(statement.body);
          if (signal === "break") return undefined;
          if (signal && signal !== "continue") return signal;
          if (statement.step) yield* this.#statement(statement.step);
        }
        return undefined;
      case "for-in":
        for (const key of [...this.state.cell(statement.array).elements().keys()]) {
          this.state.setVariable(statement.variable, fromInput(key));
          const signal = yield* this.#statement(statement.body);
          if (signal === "break") return undefined;
          if (signal && signal !== "continue") return signal;
        }
        return undefined;
      case "delete": {
        const array = this.state.cell(statement.array).elements();
        if (!statement.keys) array.clear();
        else array.delete(yield* this.#key(statement.keys));
        return undefined;
      }
      case "return":
        this.#returned = statement.value ? yield* this.#evaluate(statement.value) : undefined;
        return "return";
      case "exit":
        if (statement.value) this.#status = Math.trunc(toNumber(yield* this.#evaluate(statement.value))) & 255;
        return "exit";
      default:
        return statement.kind;
    }
  }

  *#print(statement: Extract<Statement, { kind: "print" }>): Run<void> {
    const values: Value[] = [];
    for (const each of statement.values) values.push(yield* this.#evaluate(each));
    let text: string;
    if (statement.formatted) text = sprintf(this.state.text(values[0]), values.slice(1), this.state.convfmt);
    else
      text =
        (values.length === 0 ? this.state.record : values.map((value) => this.state.printed(value)).join(this.state.special("OFS"))) +
        this.state.special("ORS");
    if (statement.to) {
      const name = this.state.text(yield* this.#evaluate(statement.to.target));
      const sink = yield* wait(this.streams.sink(statement.to.kind, name));
      yield sink.write(text);
    } else if (this.streams.out.full(text)) yield this.streams.out.flush();
  }

  *#key(keys: readonly Expression[]): Run<string> {
    const [first] = keys;
    if (keys.length === 1 && first) return this.state.text(yield* this.#evaluate(first));
    const parts: string[] = [];
    for (const key of keys) parts.push(this.state.text(yield* this.#evaluate(key)));
    return parts.join(this.state.special("SUBSEP"));
  }

  *#store(target: Expression, value: Value): Run<Value> {
    switch (target.kind) {
      case "variable":
        this.state.setVariable(target.name, value);
        return value;
      case "field": {
        const index = Math.trunc(toNumber(yield* this.#evaluate(target.index)));
        if (index < 0) throw new Failure(`attempt to access field ${index}`, 2);
        this.state.setField(index, value);
        return value;
      }
      case "element":
        this.state
          .cell(target.array)
          .elements()
          .set(yield* this.#key(target.keys), value);
        return value;
      case "group":
        return yield* this.#store(target.inner, value);
      default:
        throw new Failure("this cannot be assigned to", 2);
    }
  }

  #pattern(expression: Expression, value: Value): string {
    return expression.kind === "regex" ? expression.source : this.state.text(value);
  }

  *#evaluate(expression: Expression): Run<Value> {
    const { state } = this;
    switch (expression.kind) {
      case "number":
      case "string":
        return expression.value;
      case "regex":
        return awkRegex(expression.source).test(state.record) ? 1 : 0;
      case "variable":
        return state.getVariable(expression.name);
      case "group":
        return yield* this.#evaluate(expression.inner);
      case "field": {
        const index = Math.trunc(
          toNumber(expression.index.kind === "number" ? expression.index.value : yield* this.#evaluate(expression.index)),
        );
        if (index < 0) throw new Failure(`attempt to access field ${index}`, 2);
        return state.field(index);
      }
      case "element": {
        const array = state.cell(expression.array).elements();
        const key = yield* this.#key(expression.keys);
        if (!array.has(key)) array.set(key, undefined);
        return array.get(key);
      }
      case "in":
        return state
          .cell(expression.array)
          .elements()
          .has(yield* this.#key(expression.keys))
          ? 1
          : 0;
      case "assign": {
        let value = yield* this.#evaluate(expression.value);
        if (expression.operator !== "=")
          value = arithmetic(expression.operator.slice(0, -1), toNumber(yield* this.#evaluate(expression.target)), toNumber(value));
        return yield* this.#store(expression.target, value);
      }
      case "step": {
        const before = toNumber(yield* this.#evaluate(expression.target));
        yield* this.#store(expression.target, before + expression.by);
        return expression.prefix ? before + expression.by : before;
      }
      case "ternary":
        return yield* this.#evaluate(isTrue(yield* this.#evaluate(expression.test)) ? expression.yes : expression.no);
      case "unary": {
        const value = yield* this.#evaluate(expression.operand);
        if (expression.operator === "!") return isTrue(value) ? 0 : 1;
        return expression.operator === "-" ? -toNumber(value) : toNumber(value);
      }
      case "binary":
        return yield* this.#binary(expression);
      case "list": {
        const parts: string[] = [];
        for (const item of expression.items) parts.push(state.text(yield* this.#evaluate(item)));
        return parts.join(state.special("SUBSEP"));
      }
      case "getline":
        return yield* this.#getline(expression);
      case "call":
        return expression.builtin
          ? yield* this.#builtin(expression.name, expression.args)
          : yield* this.#call(expression.name, expression.args);
    }
  }

  *#binary(expression: Extract<Expression, { kind: "binary" }>): Run<Value> {
    const { operator } = expression;
    const left = yield* this.#evaluate(expression.left);
    if (operator === "&&") return isTrue(left) && isTrue(yield* this.#evaluate(expression.right)) ? 1 : 0;
    if (operator === "||") return isTrue(left) || isTrue(yield* this.#evaluate(expression.right)) ? 1 : 0;
    if (operator === "~" || operator === "!~") {
      const source = expression.right.kind === "regex" ? expression.right.source : this.state.text(yield* this.#evaluate(expression.right));
      return awkRegex(source).test(this.state.text(left)) === (operator === "~") ? 1 : 0;
    }
    const right = yield* this.#evaluate(expression.right);
    if (operator === " ") return this.state.text(left) + this.state.text(right);
    switch (operator) {
      case "<":
        return compare(left, right, this.state.convfmt) < 0 ? 1 : 0;
      case "<=":
        return compare(left, right, this.state.convfmt) <= 0 ? 1 : 0;
      case "==":
        return compare(left, right, this.state.convfmt) === 0 ? 1 : 0;
      case "!=":
        return compare(left, right, this.state.convfmt) !== 0 ? 1 : 0;
      case ">":
        return compare(left, right, this.state.convfmt) > 0 ? 1 : 0;
      case ">=":
        return compare(left, right, this.state.convfmt) >= 0 ? 1 : 0;
      default:
        return arithmetic(operator, toNumber(left), toNumber(right));
    }
  }

  *#getline(expression: Extract<Expression, { kind: "getline" }>): Run<Value> {
    const separator = () => this.state.special("RS");
    let text: string | undefined;
    if (expression.from === "input") text = yield* wait(this.#nextRecord());
    else {
      const name = this.state.text(expression.source ? yield* this.#evaluate(expression.source) : "");
      const source = expression.from === "file" ? this.streams.file(name, separator) : yield* wait(this.streams.command(name, separator));
      if (!source) return -1;
      try {
        text = yield* wait(source.reader.next());
      } catch (error) {
        if (expression.from === "file" && this.self.files.exists(name)) return -1;
        throw error;
      }
    }
    if (text === undefined) return 0;
    if (expression.target) yield* this.#store(expression.target, fromInput(text));
    else this.state.setRecord(text);
    if (expression.from === "input") this.#count();
    else if (expression.from === "command") this.state.setVariable("NR", toNumber(this.state.getVariable("NR")) + 1);
    return 1;
  }

  *#call(name: string, args: readonly Expression[]): Run<Value> {
    const callee = this.program.functions.get(name);
    if (!callee) throw new Failure(`calling undefined function ${name}`, 2);
    if (args.length > callee.parameters.length)
      throw new Failure(`function ${name} called with ${args.length} arguments, accepts only ${callee.parameters.length}`, 2);
    if (this.#depth > 1000) throw new Failure(`function call nesting too deep: ${name}`, 2);
    const frame = new Map<string, Cell>();
    for (const [index, parameter] of callee.parameters.entries()) {
      const arg = args[index];
      let cell = new Cell();
      if (arg?.kind === "variable" && arg.name !== "NF") {
        const origin = this.state.cell(arg.name);
        // Nobody knows yet whether an unused variable is an array: the function decides.
        cell = new Cell(origin);
        if (origin.array) cell.array = origin.array;
        cell.value = origin.value;
      } else if (arg) cell.value = yield* this.#evaluate(arg);
      frame.set(parameter, cell);
    }
    const saved = this.state.frame;
    this.state.frame = frame;
    this.#depth++;
    this.#returned = undefined;
    try {
      const signal = yield* this.#statement(callee.body);
      if (signal === "exit" || signal === "next" || signal === "nextfile")
        throw new Failure("exit and next inside a function are real, but this machine does not model them; see /reference/machine", 2);
      const value = this.#returned;
      this.#returned = undefined;
      return value;
    } finally {
      this.state.frame = saved;
      this.#depth--;
    }
  }

  *#builtin(name: string, args: readonly Expression[]): Run<Value> {
    const { state } = this;
    const [first, second, third] = args;
    switch (name) {
      case "length": {
        if (!first) return [...state.record].length;
        if (first.kind === "variable" && state.cell(first.name).array) return state.cell(first.name).elements().size;
        return [...state.text(yield* this.#evaluate(first))].length;
      }
      case "split": {
        const text = state.text(first ? yield* this.#evaluate(first) : "");
        const separator = third ? this.#pattern(third, third.kind === "regex" ? "" : yield* this.#evaluate(third)) : state.special("FS");
        const parts = splitText(text, third?.kind === "regex" && separator === " " ? "[ ]" : separator, false);
        if (second?.kind !== "variable") throw new Failure("split needs an array", 2);
        const array = state.cell(second.name).elements();
        array.clear();
        for (const [index, part] of parts.entries()) array.set(String(index + 1), fromInput(part));
        return parts.length;
      }
      case "sub":
      case "gsub":
      case "gensub": {
        const source = first ? this.#pattern(first, first.kind === "regex" ? "" : yield* this.#evaluate(first)) : "";
        const replacement = state.text(second ? yield* this.#evaluate(second) : "");
        if (name === "gensub") {
          const how = state.text(third ? yield* this.#evaluate(third) : "g");
          const subject = args[3] ? state.text(yield* this.#evaluate(args[3])) : state.record;
          return substitute(subject, source, replacement.replace(/\\0/g, "&"), /^g/i.test(how) ? 0 : Math.max(1, Number(how) || 1), true)
            .text;
        }
        const target: Expression = third ?? { kind: "field", index: { kind: "number", value: 0 } };
        const result = substitute(state.text(yield* this.#evaluate(target)), source, replacement, name === "sub" ? 1 : 0, false);
        if (result.count > 0) yield* this.#store(target, result.text);
        return result.count;
      }
      case "match": {
        const text = state.text(first ? yield* this.#evaluate(first) : "");
        const found = second
          ? awkRegex(this.#pattern(second, second.kind === "regex" ? "" : yield* this.#evaluate(second))).exec(text)
          : null;
        state.setVariable("RSTART", found ? [...text.slice(0, found.index)].length + 1 : 0);
        state.setVariable("RLENGTH", found ? [...found[0]].length : -1);
        if (third?.kind === "variable") {
          const array = state.cell(third.name).elements();
          array.clear();
          for (const [index, group] of (found ?? []).entries()) if (group !== undefined) array.set(String(index), fromInput(group));
        }
        return state.getVariable("RSTART");
      }
      case "rand":
        return this.self.machine.kernel.random();
      case "srand": {
        this.#previousSeed = this.#seed;
        this.#seed = first ? toNumber(yield* this.#evaluate(first)) : Math.floor(this.self.machine.kernel.clock.now() / 1000);
        return this.#previousSeed;
      }
      case "system":
        return yield* wait(this.streams.system(state.text(first ? yield* this.#evaluate(first) : "")));
      case "close":
        return yield* wait(this.streams.close(state.text(first ? yield* this.#evaluate(first) : "")));
      case "fflush":
        yield this.streams.flush();
        return 0;
    }
    const values: Value[] = [];
    for (const arg of args) values.push(yield* this.#evaluate(arg));
    if (name === "sprintf") return sprintf(state.text(values[0]), values.slice(1), state.convfmt);
    return pureFunction(name, values, state, () => this.self.machine.kernel.clock.now(), this.self.env.TZ ?? "UTC");
  }
}

function arithmetic(operator: string, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      if (right === 0) throw new Failure("division by zero", 2);
      return left / right;
    case "%":
      if (right === 0) throw new Failure("division by zero in %", 2);
      return left % right;
    default:
      return left ** right;
  }
}
