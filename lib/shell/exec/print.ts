/** Commands as text, laid out as bash prints them (`declare -f`, `type`, BASH_COMMAND, job lists). */
import type {
  AndOr,
  ArithmeticExpression,
  Case,
  CommandNode,
  CompoundList,
  If,
  Pipeline,
  PipelineNode,
  Redirection,
  Statement,
  TestExpression,
} from "unbash";
import { arithmeticText } from "./arithmetic-text.ts";

/** One command. Lines after the first are indented by `indent` blanks and more. */
export function printCommand(node: PipelineNode | AndOr, indent = 0): string {
  return new Printer().node(node, indent);
}

/** A function's definition, `name () ` and its body; lines after the first are indented by `indent` blanks and more. */
export function printFunction(name: string, body: CommandNode | CompoundList, indent = 0): string {
  const printer = new Printer();
  const redirected = body.type === "Redirected" ? body : undefined;
  const inner = redirected?.command ?? body;
  const commands = inner.type === "BraceGroup" ? inner.body : inner.type === "CompoundList" ? inner : undefined;
  const inside = indent + 4;
  const text =
    commands === undefined ? spaces(inside) + printer.node(inner as CommandNode, inside) : printer.list(commands.commands, inside, false);
  const redirects = redirected === undefined ? "" : redirected.redirects.map((redirect) => ` ${printer.redirect(redirect)}`).join("");
  return `${name} () \n${spaces(indent)}{ \n${text}${printer.documents()}\n${spaces(indent)}}${redirects}`;
}

function spaces(count: number): string {
  return " ".repeat(count);
}

type Branch = Pick<If, "clause" | "then">;

class Printer {
  /** Bodies of here-documents that wait for the end of the line. */
  private waiting: string[] = [];

  documents(): string {
    const text = this.waiting
      .splice(0)
      .map((body) => `\n${body}`)
      .join("");
    return text;
  }

  /** Statements, each on a line of its own; `closed`: the last one ends in a semicolon too. */
  list(statements: readonly Statement[], indent: number, closed: boolean): string {
    let text = spaces(indent);
    statements.forEach((statement, at) => {
      const last = at === statements.length - 1;
      text += this.node(statement.command, indent);
      if (this.waiting.length > 0) {
        text += `${statement.background ? " &" : ""}${this.documents()}\n${last ? "" : `\n${spaces(indent)}`}`;
        return;
      }
      if (statement.background) text += last ? " &" : " & ";
      else if (!last) text += `;\n${spaces(indent)}`;
      else if (closed) text += ";";
    });
    return text;
  }

  node(node: PipelineNode | AndOr, indent: number): string {
    if (node.type === "AndOr") {
      return node.commands.map((command, at) => (at === 0 ? "" : ` ${node.operators[at - 1]} `) + this.node(command, indent)).join("");
    }
    if (node.type === "Pipeline") return this.pipeline(node, indent);
    return this.command(node, indent);
  }

  private pipeline(node: Pipeline, indent: number): string {
    const prefixes = node.prefixes.map((prefix) => (prefix.type === "Negation" ? "! " : prefix.posix === undefined ? "time " : "time -p "));
    const commands = node.commands.map((command, at) => this.command(command, indent) + (node.operators[at] === "|&" ? " 2>&1" : ""));
    return prefixes.join("") + commands.join(" | ");
  }

  private command(node: CommandNode, indent: number): string {
    const body = (list: CompoundList): string => this.list(list.commands, indent + 4, true);
    const end = (word: string): string => `\n${spaces(indent)}${word}`;
    const words = (list: readonly { readonly text: string }[] | undefined): string =>
      list === undefined ? '"$@"' : list.map((word) => word.text).join(" ");
    switch (node.type) {
      case "Command": {
        const parts: string[] = [];
        for (const part of node.prefix) parts.push(part.type === "Assignment" ? part.text : this.redirect(part));
        if (node.name !== undefined) parts.push(node.name.text);
        for (const part of node.suffix) parts.push(part.type === "Word" || part.type === "Assignment" ? part.text : this.redirect(part));
        return parts.join(" ");
      }
      case "If":
        return this.branches([node, ...node.elif], node.else, indent);
      case "For":
        return `for ${node.name.text} in ${words(node.wordlist)};${end("do")}\n${body(node.body)}${end("done")}`;
      case "Select":
        return `select ${node.name.text} in ${words(node.wordlist)};${end("do")}\n${body(node.body)}${end("done")}`;
      case "ArithmeticFor": {
        const part = (expression: ArithmeticExpression | undefined): string =>
          expression === undefined ? "1" : arithmeticText(expression);
        return `for ((${part(node.initialize)}; ${part(node.test)}; ${part(node.update)}))${end("do")}\n${body(node.body)}${end("done")}`;
      }
      case "While":
        return `${node.kind} ${this.list(node.clause.commands, indent, false).trimStart()}; do\n${body(node.body)}${end("done")}`;
      case "Case":
        return this.caseClause(node, indent);
      case "BraceGroup":
        return `{ \n${this.list(node.body.commands, indent + 4, false)}${end("}")}`;
      case "Subshell":
        return `( ${this.list(node.body.commands, indent, false).trimStart()} )`;
      case "TestCommand":
        return `[[ ${testText(node.expression)} ]]`;
      case "ArithmeticCommand":
        return `((${node.body}))`;
      case "Redirected":
        return `${this.command(node.command, indent)}${node.redirects.map((redirect) => ` ${this.redirect(redirect)}`).join("")}`;
      case "Function":
        return `function ${printFunction(node.name.text, node.body, indent)}`;
      case "Coproc": {
        const inner = node.body.type === "CompoundList" ? this.list(node.body.commands, indent, false) : this.command(node.body, indent);
        return `coproc ${node.name === undefined ? "" : `${node.name.text} `}${inner}`;
      }
    }
  }

  /** `if`, with each `elif` as an `if` inside `else`, as bash stores it. */
  private branches(list: readonly Branch[], last: CompoundList | undefined, indent: number): string {
    const [first, ...rest] = list;
    if (first === undefined) return "";
    const end = `\n${spaces(indent)}`;
    const clause = this.list(first.clause.commands, indent, false).trimStart();
    let text = `if ${clause}; then\n${this.list(first.then.commands, indent + 4, true)}`;
    if (rest.length > 0) text += `${end}else\n${spaces(indent + 4)}${this.branches(rest, last, indent + 4)};`;
    else if (last !== undefined) text += `${end}else\n${this.list(last.commands, indent + 4, true)}`;
    return `${text}${end}fi`;
  }

  private caseClause(node: Case, indent: number): string {
    const inside = spaces(indent + 4);
    let text = `case ${node.word.text} in `;
    for (const item of node.items) {
      const patterns = item.pattern.map((pattern) => pattern.text).join(" | ");
      text += `\n${inside}${patterns})\n${item.body.commands.length === 0 ? "" : this.list(item.body.commands, indent + 8, false)}\n${inside}${item.terminator ?? ";;"}`;
    }
    return `${text}\n${spaces(indent)}esac`;
  }

  redirect(redirect: Redirection): string {
    const { descriptor } = redirect;
    const before = descriptor === undefined ? "" : descriptor.type === "FileDescriptor" ? String(descriptor.value) : `{${descriptor.name}}`;
    if (redirect.type === "HereDoc") {
      const body = redirect.operator === "<<-" ? redirect.body.text.replace(/^\t+/gm, "") : redirect.body.text;
      this.waiting.push(`${body}${redirect.delimiter?.value ?? ""}`);
      return `${before}${redirect.operator}${redirect.delimiter?.text ?? ""}`;
    }
    const target = redirect.target?.text ?? "";
    if (redirect.operator === ">&" && /^\d+-?$/.test(target)) return `${before}>&${target}`;
    if (redirect.operator === ">&" && target !== "-" && descriptor === undefined) return `&> ${target}`;
    if (redirect.operator === "<&" || redirect.operator === ">&") return `${before}${target === "-" ? ">&" : redirect.operator}${target}`;
    return `${before}${redirect.operator} ${target}`;
  }
}

function testText(node: TestExpression): string {
  switch (node.type) {
    case "TestUnary":
      return `${node.operator} ${node.operand.text}`;
    case "TestBinary":
      return `${node.left.text} ${node.operator} ${node.right.text}`;
    case "TestNot":
      return `${"! ".repeat(node.negations.length)}${testText(node.operand)}`;
    case "TestGroup":
      return `( ${testText(node.expression)} )`;
    case "TestLogical":
      return node.operands.map(testText).join(` ${node.operator} `);
  }
}
