/** The expression of find(1) as a tree. */
import { Failure, quote } from "../core/errors.ts";

export type Expression =
  | { readonly kind: "and"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "comma"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not"; readonly inner: Expression }
  | {
      readonly kind: "primary";
      readonly name: string;
      readonly words: readonly string[] /** Files collected by -exec … {} +. */;
      readonly batch: string[];
      readonly folderBatches: Map<string, string[]>;
    };

export interface FindExpression {
  readonly root: Expression;
  readonly options: {
    readonly maxDepth: number;
    readonly minDepth: number;
    readonly depthFirst: boolean;
    readonly oneFileSystem: boolean;
    readonly dayStart: boolean;
  };
}

/** Primaries with the number of their arguments. */
const ARGUMENTS: Readonly<Record<string, number>> = {
  "-amin": 1,
  "-anewer": 1,
  "-atime": 1,
  "-cmin": 1,
  "-cnewer": 1,
  "-ctime": 1,
  "-delete": 0,
  "-empty": 0,
  "-executable": 0,
  "-false": 0,
  "-fprint": 1,
  "-gid": 1,
  "-group": 1,
  "-ilname": 1,
  "-iname": 1,
  "-inum": 1,
  "-ipath": 1,
  "-iregex": 1,
  "-iwholename": 1,
  "-links": 1,
  "-lname": 1,
  "-ls": 0,
  "-mmin": 1,
  "-mtime": 1,
  "-name": 1,
  "-newer": 1,
  "-newermt": 1,
  "-nogroup": 0,
  "-nouser": 0,
  "-path": 1,
  "-perm": 1,
  "-print": 0,
  "-print0": 0,
  "-printf": 1,
  "-prune": 0,
  "-quit": 0,
  "-readable": 0,
  "-regex": 1,
  "-samefile": 1,
  "-size": 1,
  "-true": 0,
  "-type": 1,
  "-uid": 1,
  "-used": 1,
  "-user": 1,
  "-wholename": 1,
  "-writable": 0,
  "-xtype": 1,
};

const OPTIONS = new Set([
  "-maxdepth",
  "-mindepth",
  "-depth",
  "-d",
  "-mount",
  "-xdev",
  "-daystart",
  "-follow",
  "-warn",
  "-nowarn",
  "-noleaf",
  "-regextype",
  "-ignore_readdir_race",
  "-noignore_readdir_race",
]);
const ACTIONS = new Set(["-delete", "-exec", "-execdir", "-ok", "-okdir", "-fprint", "-ls", "-print", "-print0", "-printf", "-quit"]);
const UNMODELED = new Set(["-context", "-fls", "-fprint0", "-fprintf", "-fstype"]);

/** Whether a word begins the expression. */
export function startsExpression(word: string): boolean {
  return (word.startsWith("-") && word !== "-") || word === "(" || word === "!" || word === ")" || word === ",";
}

class Parser {
  #at = 0;
  acted = false;
  regexType = "emacs";
  readonly options = { maxDepth: Number.POSITIVE_INFINITY, minDepth: 0, depthFirst: false, oneFileSystem: false, dayStart: false };

  constructor(private readonly words: readonly string[]) {}

  primary(name: string, words: readonly string[] = []): Expression {
    return { kind: "primary", name, words, batch: [], folderBatches: new Map() };
  }

  parse(): Expression {
    if (this.words.length === 0) return this.primary("-true");
    const root = this.comma();
    const rest = this.words[this.#at];
    if (rest === ")") throw new Failure("you have too many ')'");
    if (rest !== undefined) throw new Failure(`paths must precede expression: ${"`"}${rest}'`);
    return root;
  }

  comma(): Expression {
    let left = this.or();
    while (this.words[this.#at] === ",") {
      this.#at++;
      left = { kind: "comma", left, right: this.or() };
    }
    return left;
  }

  or(): Expression {
    let left = this.and();
    while (this.words[this.#at] === "-o" || this.words[this.#at] === "-or") {
      const operator = this.words[this.#at++] ?? "";
      if (this.#at >= this.words.length)
        throw new Failure(`invalid expression; you have used a binary operator '${operator}' with nothing after it.`);
      left = { kind: "or", left, right: this.and() };
    }
    return left;
  }

  and(): Expression {
    let left = this.not();
    for (;;) {
      const word = this.words[this.#at];
      if (word === undefined || word === ")" || word === "," || word === "-o" || word === "-or") return left;
      if (word === "-a" || word === "-and") this.#at++;
      left = { kind: "and", left, right: this.not() };
    }
  }

  not(): Expression {
    const word = this.words[this.#at];
    if (word === "!" || word === "-not") {
      this.#at++;
      if (this.#at >= this.words.length) throw new Failure(`expected an expression after '${word}'`);
      return { kind: "not", inner: this.not() };
    }
    return this.one();
  }

  one(): Expression {
    const word = this.words[this.#at++];
    if (word === undefined) throw new Failure("expected an expression");
    if (word === "(") {
      if (this.words[this.#at] === ")") throw new Failure("invalid expression; empty parentheses are not allowed.");
      const inner = this.comma();
      if (this.words[this.#at++] !== ")")
        throw new Failure("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    if (/^-(a|and|o|or)$/.test(word))
      throw new Failure(`invalid expression; you have used a binary operator '${word}' with nothing before it.`);
    if (OPTIONS.has(word)) return this.option(word);
    if (word === "-exec" || word === "-execdir" || word === "-ok" || word === "-okdir") return this.command(word);
    const count = ARGUMENTS[word] ?? (/^-newer[aBcm][aBcmt]$/.test(word) ? 1 : undefined);
    if (count === undefined) {
      if (UNMODELED.has(word)) throw new Failure(`'${word}' is real, but this machine does not model it; see /reference/machine`);
      if (word.startsWith("-")) throw new Failure(`unknown predicate ${"`"}${word}'`);
      throw new Failure(`paths must precede expression: ${"`"}${word}'`);
    }
    const words = this.words.slice(this.#at, this.#at + count);
    if (words.length < count) throw new Failure(`missing argument to ${"`"}${word}'`);
    this.#at += count;
    if (ACTIONS.has(word)) this.acted = word !== "-quit" ? true : this.acted;
    if (word === "-delete") this.options.depthFirst = true;
    if (word === "-regex" || word === "-iregex") return this.primary(word, [...words, this.regexType]);
    return this.primary(word, words);
  }

  option(word: string): Expression {
    if (word === "-depth" || word === "-d") this.options.depthFirst = true;
    else if (word === "-mount" || word === "-xdev") this.options.oneFileSystem = true;
    else if (word === "-daystart") this.options.dayStart = true;
    else if (word === "-maxdepth" || word === "-mindepth" || word === "-regextype") {
      const value = this.words[this.#at++];
      if (value === undefined) throw new Failure(`missing argument to ${"`"}${word}'`);
      if (word === "-regextype") this.regexType = value;
      else if (!/^\d+$/.test(value)) throw new Failure(`Expected a positive decimal integer argument to ${word}, but got ${quote(value)}`);
      else if (word === "-maxdepth") this.options.maxDepth = Number(value);
      else this.options.minDepth = Number(value);
    }
    return this.primary("-true");
  }

  command(word: string): Expression {
    const words: string[] = [];
    for (;;) {
      const next = this.words[this.#at++];
      if (next === undefined) throw new Failure(`missing argument to ${"`"}${word}'`);
      if (next === ";") {
        this.acted = true;
        return this.primary(word, words);
      }
      if (next === "+" && words.at(-1) === "{}") {
        this.acted = true;
        return this.primary(`${word}+`, words.slice(0, -1));
      }
      words.push(next);
    }
  }
}

/** Parses; where no action is given, what matches is printed. Throws Failure with find's message. */
export function parseExpression(words: readonly string[]): FindExpression {
  const parser = new Parser(words);
  const tree = parser.parse();
  const root: Expression = parser.acted ? tree : { kind: "and", left: tree, right: parser.primary("-print") };
  return { root, options: parser.options };
}
