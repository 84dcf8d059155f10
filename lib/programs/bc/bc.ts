/** bc(1), GNU bc 1.07.1: arithmetic of any precision. */
import type { Process } from "../../kernel/types.ts";
import { decode, Output } from "../core/io.ts";
import { program } from "../core/program.ts";
import {
  add,
  compare,
  type Decimal,
  divide,
  format,
  fromInteger,
  lengthOf,
  MathError,
  modulo,
  multiply,
  negate,
  ONE,
  parse,
  power,
  squareRoot,
  subtract,
  toInteger,
  ZERO,
} from "./decimal.ts";
import { BcSyntaxError, type Expression, Parser, type Statement, type Variable } from "./parser.ts";

/** The library of bc -l, in bc itself: series that are cut where a term is too small to count, with digits to spare. */
const LIBRARY = `scale=20
define e(x){auto a,b,c,i,s,m,n;n=0;if(x<0){n=1;x=-x};s=scale;scale=s+8;m=0;while(x>1){m=m+1;x=x/2};a=1;b=1;for(i=1;1;i++){b=b*x/i;if(b==0)break;a=a+b};while(m>0){a=a*a;m=m-1};scale=s;if(n)return(1/a);return(a/1)}
define l(x){auto a,b,c,i,s,m;if(x<=0)return((1-10^scale)/1);s=scale;scale=s+8;m=2;while(x>=2){m=m*2;x=sqrt(x)};while(x<=.5){m=m*2;x=sqrt(x)};c=(x-1)/(x+1);a=c;b=c*c;for(i=3;1;i+=2){c=c*b;if(c/i==0)break;a=a+c/i};a=m*a;scale=s;return(a/1)}
define s(x){auto a,b,i,s,n;s=scale;scale=s+8;n=8*a(1);if(x>n||x<-n){a=x/n;scale=0;a=a/1;scale=s+8;x=x-a*n};a=x;b=x;for(i=3;1;i+=2){b=-b*x*x/(i*(i-1));if(b==0)break;a=a+b};scale=s;return(a/1)}
define c(x){auto a,b,i,s,n;s=scale;scale=s+8;n=8*a(1);if(x>n||x<-n){a=x/n;scale=0;a=a/1;scale=s+8;x=x-a*n};a=1;b=1;for(i=2;1;i+=2){b=-b*x*x/(i*(i-1));if(b==0)break;a=a+b};scale=s;return(a/1)}
define a(x){auto a,b,i,s,m,n;n=1;if(x<0){n=-1;x=-x};s=scale;scale=s+8;m=1;while(x>.2){m=m*2;x=x/(1+sqrt(1+x*x))};a=x;b=x;for(i=3;1;i+=2){b=-b*x*x;if(b/i==0)break;a=a+b/i};a=n*m*a;scale=s;return(a/1)}
`;

/** A way out of the statements: break, continue, return, or the end of everything. */
type Flow = { readonly kind: "break" | "continue" | "quit" } | { readonly kind: "return"; readonly value: Decimal } | undefined;

type Defined = Extract<Statement, { kind: "define" }>;

const truth = (value: boolean): Decimal => (value ? ONE : ZERO);
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", a: "\x07", b: "\b", f: "\f", r: "\r", q: '"', "\\": "\\" };
/** Longer numbers are broken over lines (BC_LINE_LENGTH). */
const LINE = 68;
const DEEPEST = 500;

class Interpreter {
  scale = 0;
  #inputBase = 10;
  #outputBase = 10;
  readonly #variables = new Map<string, Decimal>();
  readonly #functions = new Map<string, Defined>();
  #depth = 0;
  #steps = 0;

  constructor(
    private readonly self: Process,
    private readonly out: Output,
  ) {}

  async #number(value: Decimal, end: string): Promise<void> {
    let text = format(value, this.#outputBase);
    while (text.length > LINE + 1) {
      await this.out.write(`${text.slice(0, LINE)}\\\n`);
      text = text.slice(LINE);
    }
    await this.out.write(text + end);
  }

  async run(statement: Statement): Promise<Flow> {
    if (++this.#steps % 64 === 0) await this.self.tick();
    switch (statement.kind) {
      case "expression": {
        const value = await this.evaluate(statement.value);
        if (statement.prints) await this.#number(value, "\n");
        return undefined;
      }
      case "string":
        await this.out.write(statement.text);
        return undefined;
      case "print":
        for (const item of statement.items)
          if (typeof item === "string") await this.out.write(item.replace(/\\(.)/g, (all, letter: string) => ESCAPES[letter] ?? all));
          else await this.#number(await this.evaluate(item), "");
        return undefined;
      case "block":
        for (const each of statement.body) {
          const flow = await this.run(each);
          if (flow) return flow;
        }
        return undefined;
      case "if": {
        if ((await this.evaluate(statement.test)).digits !== 0n) return this.run(statement.then);
        return statement.otherwise ? this.run(statement.otherwise) : undefined;
      }
      case "while":
        return this.#loop(statement.test, undefined, statement.body);
      case "for":
        if (statement.start) await this.evaluate(statement.start);
        return this.#loop(statement.test, statement.step, statement.body);
      case "return":
        return { kind: "return", value: statement.value ? await this.evaluate(statement.value) : ZERO };
      case "define":
        this.#functions.set(statement.name, statement);
        return undefined;
      case "halt":
        return { kind: "quit" };
      default:
        return { kind: statement.kind };
    }
  }

  async #loop(test: Expression | undefined, step: Expression | undefined, body: Statement): Promise<Flow> {
    while (!test || (await this.evaluate(test)).digits !== 0n) {
      const flow = await this.run(body);
      if (flow?.kind === "break") return undefined;
      if (flow && flow.kind !== "continue") return flow;
      if (step) await this.evaluate(step);
      if (++this.#steps % 64 === 0) await this.self.tick();
    }
    return undefined;
  }

  async #key(target: Variable): Promise<string> {
    return target.index ? `${target.name}[${toInteger(await this.evaluate(target.index))}]` : target.name;
  }

  #get(key: string): Decimal {
    if (key === "scale") return fromInteger(this.scale);
    if (key === "ibase") return fromInteger(this.#inputBase);
    if (key === "obase") return fromInteger(this.#outputBase);
    return this.#variables.get(key) ?? ZERO;
  }

  #set(key: string, value: Decimal): void {
    const small = Number(toInteger(value));
    if (key === "scale") this.scale = Math.max(0, Math.min(10_000, small));
    else if (key === "ibase") this.#inputBase = Math.max(2, Math.min(16, small));
    else if (key === "obase") this.#outputBase = Math.max(2, small);
    else this.#variables.set(key, value);
  }

  #binary(operator: string, a: Decimal, b: Decimal): Decimal {
    switch (operator) {
      case "+":
        return add(a, b);
      case "-":
        return subtract(a, b);
      case "*":
        return multiply(a, b, this.scale);
      case "/":
        return divide(a, b, this.scale);
      case "%":
        return modulo(a, b, this.scale);
      case "^":
        return power(a, b, this.scale);
      case "&&":
        return truth(a.digits !== 0n && b.digits !== 0n);
      case "||":
        return truth(a.digits !== 0n || b.digits !== 0n);
      case "<":
        return truth(compare(a, b) < 0);
      case "<=":
        return truth(compare(a, b) <= 0);
      case ">":
        return truth(compare(a, b) > 0);
      case ">=":
        return truth(compare(a, b) >= 0);
      case "==":
        return truth(compare(a, b) === 0);
      default:
        return truth(compare(a, b) !== 0);
    }
  }

  async evaluate(expression: Expression): Promise<Decimal> {
    switch (expression.kind) {
      case "number":
        return parse(expression.text, this.#inputBase);
      case "variable":
        return this.#get(expression.name === "last" ? "last" : await this.#key(expression));
      case "unary": {
        const value = await this.evaluate(expression.value);
        return expression.operator === "-" ? negate(value) : expression.operator === "!" ? truth(value.digits === 0n) : value;
      }
      case "binary":
        return this.#binary(expression.operator, await this.evaluate(expression.left), await this.evaluate(expression.right));
      case "assign": {
        const key = await this.#key(expression.target);
        const value = await this.evaluate(expression.value);
        const result = expression.operator === "" ? value : this.#binary(expression.operator, this.#get(key), value);
        this.#set(key, result);
        return result;
      }
      case "step": {
        const key = await this.#key(expression.target);
        const before = this.#get(key);
        const after = add(before, expression.operator === "++" ? ONE : negate(ONE));
        this.#set(key, after);
        return expression.before ? after : before;
      }
      case "call":
        return this.#call(expression.name, expression.args);
    }
  }

  async #call(name: string, args: readonly Expression[]): Promise<Decimal> {
    const values: Decimal[] = [];
    for (const arg of args) values.push(await this.evaluate(arg));
    const [first = ZERO] = values;
    if (name === "sqrt") return squareRoot(first, this.scale);
    if (name === "length") return fromInteger(lengthOf(first));
    if (name === "scale") return fromInteger(first.scale);
    const defined = this.#functions.get(name);
    if (!defined) throw new MathError(`Function ${name} not defined.`);
    if (defined.parameters.length !== values.length) throw new MathError("Parameter number mismatch");
    if (++this.#depth > DEEPEST) throw new MathError("Too many function calls inside each other");
    const locals = [...defined.parameters, ...defined.autos];
    const saved = locals.map((local) => this.#variables.get(local));
    for (const [index, local] of locals.entries()) this.#variables.set(local, values[index] ?? ZERO);
    try {
      const flow = await this.run(defined.body);
      return flow?.kind === "return" ? flow.value : ZERO;
    } finally {
      this.#depth--;
      for (const [index, local] of locals.entries()) {
        const before = saved[index];
        if (before) this.#variables.set(local, before);
        else this.#variables.delete(local);
      }
    }
  }

  /** Runs a whole text; true when it asked to quit. */
  async text(source: string, name: string): Promise<boolean> {
    let parser: Parser;
    try {
      parser = new Parser(source);
    } catch (error) {
      if (!(error instanceof BcSyntaxError)) throw error;
      await this.#complain(`(${name}) ${error.line}: ${error.message}`);
      return false;
    }
    while (!parser.ended) {
      try {
        const flow = await this.run(parser.next());
        if (flow?.kind === "quit") return true;
      } catch (error) {
        if (error instanceof BcSyntaxError) {
          await this.#complain(`(${name}) ${error.line}: ${error.message}`);
          parser.recover();
        } else if (error instanceof MathError) {
          await this.#complain(`Runtime error (func=(main), adr=3): ${error.message}`);
          parser.recover();
        } else throw error;
      }
    }
    return false;
  }

  async #complain(text: string): Promise<void> {
    await this.out.flush();
    await this.self.error(`${text}\n`);
  }
}

export const bc = program({
  name: "bc",
  summary: "an arbitrary precision calculator language",
  section: "text",
  origin: "bc 1.07.1",
  synopsis: ["[options] [file ...]"],
  options: [
    "-i, --interactive  (accepted)",
    "-l, --mathlib  use the predefined math routines: s, c, a, l, e; scale is 20",
    "-q, --quiet  don't print initial banner",
    "-s, --standard  (accepted)",
    "-w, --warn  (accepted)",
  ],
  limits: "The function j (Bessel) of -l and arrays as parameters are not covered.",
  run: async (self, args) => {
    const out = new Output(self);
    const interpreter = new Interpreter(self, out);
    if (args.has("mathlib")) await interpreter.text(LIBRARY, "library");
    for (const name of args.operands) {
      if (!self.files.exists(name)) {
        await self.error(`File ${name} is unavailable.\n`);
        return 1;
      }
      if (await interpreter.text(self.files.readText(name), name)) {
        await out.flush();
        return 0;
      }
    }
    if (self.fds.get(0)?.tty) {
      if (!args.has("quiet"))
        await self.print("bc 1.07.1\nOn this machine it is Slipway's own; see /reference/machine for what it covers.\n");
      let source = "";
      for await (const line of self.lines(0)) {
        source += `${line}\n`;
        // What is open goes on in the next line.
        const open = (source.match(/[{(]/g)?.length ?? 0) - (source.match(/[})]/g)?.length ?? 0);
        if (open > 0 || line.endsWith("\\")) continue;
        const quits = await interpreter.text(source, "standard_in");
        await out.flush();
        if (quits) return 0;
        source = "";
      }
      return 0;
    }
    await interpreter.text(decode(await self.readAll(0)), "standard_in");
    await out.flush();
    return 0;
  },
});
