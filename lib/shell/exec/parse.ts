/** Parsing with bash's error messages, and with aliases put in (bash(1), ALIASES). */
import { type Command, forEachChild, type ParsedScript, type ParseError, parse, type Statement, type SyntaxNode } from "unbash";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import type { Source } from "../source.ts";

const parsed = new Map<string, ParsedScript>();

/** Parses a text; small ones are remembered (`eval` and traps in loops). */
export function parseText(text: string): ParsedScript {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const script = withStrayParenthesis(text, parse(text));
  if (text.length < 4096) {
    if (parsed.size > 500) parsed.clear();
    parsed.set(text, script);
  }
  return script;
}

/** `word (` at the end of a line, which the parser passes over. */
function withStrayParenthesis(text: string, script: ParsedScript): ParsedScript {
  if (script.errors !== undefined || !text.includes("(")) return script;
  for (const { end } of script.commands) {
    const gap = /^[ \t]*\([ \t]*(?:\n|$)/.exec(text.slice(end, end + 80));
    if (gap !== null) return { ...script, errors: [{ message: "unexpected token '('", pos: text.indexOf("(", end) }] };
  }
  return script;
}

/** Reserved words, as error tokens. */
const TOKEN = /^(?:\n|&&|\|\||;;&|;;|;&|\|&|&>>|&>|<<<|<<-|<<|>>|<&|>&|<>|>\||[;&|()<>]|(?:\\.|"(?:\\.|[^"])*"|'[^']*'|[^\s;&|()<>])+)/s;

/** What bash says about the first error of a text, one line each, without the prefix. */
export function syntaxErrorText(source: Source, errors: readonly ParseError[]): { line: number; messages: string[] } {
  const { text } = source;
  const error = firstFault(text, errors);
  const unterminated = /^unterminated (.*)$/.exec(error.message);
  if (unterminated !== null) {
    const closing = CLOSING[unterminated[1]!] ?? ")";
    const toEnd = unterminated[1] === "command substitution" && !text.startsWith("$((", error.pos);
    const line = source.lineOf(toEnd ? text.length : error.pos);
    return { line, messages: [`unexpected EOF while looking for matching \`${closing}'`] };
  }
  const conditional = conditionalError(text, error);
  if (conditional !== undefined) return { line: source.lineOf(error.pos), messages: [conditional] };
  const missed = missedWord(text, error);
  if (missed !== undefined) return near(source, missed);
  const opened = /^unexpected token '[()]'$/.test(error.message) ? afterParenthesis(text, error.pos) : undefined;
  if (opened !== undefined) return near(source, opened);
  let at = error.pos;
  if (EMPTY_GROUP.test(error.message)) at += 1;
  while (at < text.length && (/[ \t]/.test(text[at]!) || (EMPTY_GROUP.test(error.message) && text[at] === "\n"))) at++;
  if (text.slice(at).trim() === "" && !/expected redirect target|unexpected token/.test(error.message)) {
    return { line: source.lineOf(text.replace(/\n$/, "").length) + 1, messages: ["syntax error: unexpected end of file"] };
  }
  return near(source, at);
}

/** The message that names the token at an offset. */
function near(source: Source, at: number): { line: number; messages: string[] } {
  const token = TOKEN.exec(source.text.slice(at))?.[0] ?? "newline";
  const line = source.lineOf(at);
  return {
    line,
    messages: [`syntax error near unexpected token \`${token === "\n" ? "newline" : token}'`, `\`${source.lineText(line)}'`],
  };
}

/** The parser tells of a missing `then` or `do` behind the word that stands in its place. */
function missedWord(text: string, error: ParseError): number | undefined {
  const missing = /^expected '(then|do)'$/.exec(error.message)?.[1];
  if (missing === undefined) return undefined;
  const before = text.slice(0, error.pos);
  const word = /(?:^|[\s;])([^\s;]+)$/.exec(before)?.[1];
  if (word === undefined) return undefined;
  const at = before.length - word.length;
  const reserved = /^(?:fi|done|esac|else|elif|then|do|\}|\))$/.test(word);
  return reserved || /[;\n][ \t\n]*$/.test(text.slice(0, at)) ? at : undefined;
}

/** `name (`: bash wants `)` next, so what it stumbles over is the token after the bracket; `a b (`: the bracket itself. */
function afterParenthesis(text: string, pos: number): number | undefined {
  const open = text[pos] === "(" ? pos : text.lastIndexOf("(", pos);
  if (open < 0) return undefined;
  const command = /(?:^|[\n;&|({]|\b(?:then|do|else|if|while|until)\s)[ \t]*([^\n;&|(){}]*?)[ \t]*$/.exec(text.slice(0, open));
  const words = command?.[1] ?? "";
  if (words === "" || (text[open - 1] === "$" && text[pos] === ")")) return undefined;
  if (/\s/.test(words) || /=$/.test(words)) return open;
  let at = open + 1;
  while (/[ \t]/.test(text[at] ?? "")) at++;
  return at;
}

/** What bash says of a broken `[[ … ]]`. */
function conditionalError(text: string, error: ParseError): string | undefined {
  if (error.message === "expected operand after unary test operator") {
    const token = TOKEN.exec(text.slice(error.pos).trimStart())?.[0] ?? "newline";
    return `unexpected argument \`${token === "\n" ? "newline" : token}' to conditional unary operator`;
  }
  if (error.message === "expected ']]' to close '[['") return undefined;
  const before = text.slice(text.lastIndexOf("\n", error.pos - 1) + 1, error.pos);
  const inside = before.lastIndexOf("[[ ") > before.lastIndexOf(" ]]") && before.includes("[[ ");
  return inside && /^unexpected token '[^()]+'$/.test(error.message) ? "conditional binary operator expected" : undefined;
}

const CLOSING: Readonly<Record<string, string>> = {
  "double quote": '"',
  "single quote": "'",
  backtick: "`",
  "parameter expansion": "}",
  "command substitution": ")",
  "arithmetic command": ")",
  "arithmetic expansion": ")",
};

/** Prints a syntax error as bash does: `bash: -c: line 2: syntax error near unexpected token \`then'`. */
export function* reportSyntaxError(shell: Shell, source: Source, errors: readonly ParseError[], builtin?: string): Run<void> {
  const { line, messages } = syntaxErrorText(source, errors);
  const inside = builtin !== undefined ? `${builtin}: ` : shell.kind === "command" && shell.sourceDepth === 0 ? "-c: " : "";
  const frame = shell.frames[shell.frames.length - 1];
  const file = frame === undefined || frame.kind === "main" ? shell.name : frame.source;
  const start = shell.kind === "interactive" ? `${shell.name}: ` : `${file}: ${inside}line ${line}: `;
  for (const message of messages) yield* shell.write(2, `${start}${message}\n`);
}

/** Whether more input could complete the text: what makes a prompt ask for another line. */
export function isIncomplete(text: string, script: ParsedScript): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\\n?$/.test(text) && text.trimEnd().endsWith("\\")) return true;
  if (script.errors !== undefined && script.errors.length > 0) {
    const fault = firstFault(text, script.errors);
    return fault.message.startsWith("unterminated") || isAtEnd(text, fault);
  }
  return hasOpenDocument(script);
}

/** `{` or `(` without a command in it: the error stands at the bracket. */
const EMPTY_GROUP = /^expected command in /;

/** Whether the parser missed something only because the text ends. */
export function isAtEnd(text: string, error: ParseError): boolean {
  return text.slice(error.pos).trim() === "" && !/expected redirect target|unexpected token/.test(error.message);
}

/** The error to speak of: an empty group that the end of the text leaves open is no fault of its own. */
export function firstFault(text: string, errors: readonly ParseError[]): ParseError {
  const end = errors.findIndex((error) => !EMPTY_GROUP.test(error.message));
  return end > 0 && isAtEnd(text, errors[end]!) ? errors[end]! : errors[0]!;
}

/** A here-document that the end of the text has cut short is used as it is, with a warning. */
export function* warnOfOpenDocuments(shell: Shell, source: Source, script: ParsedScript): Run<void> {
  if (!source.text.includes("<<") || shell.kind === "interactive" || !hasOpenDocument(script)) return;
  const last = source.lineOf(source.text.replace(/\n$/, "").length);
  const open: { line: number; delimiter: string }[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === "HereDoc" && node.closing === undefined)
      open.push({ line: source.lineOf(node.pos), delimiter: node.delimiter?.value ?? "" });
    if (node.type !== "Word") forEachChild(node, visit);
  };
  visit(script);
  for (const { line, delimiter } of open) {
    const warning = `warning: here-document at line ${line} delimited by end-of-file (wanted \`${delimiter}')`;
    yield* shell.write(2, `${shell.name}: line ${last}: ${warning}\n`);
  }
}

function hasOpenDocument(node: SyntaxNode): boolean {
  if (node.type === "HereDoc" && node.closing === undefined) return true;
  let open = false;
  forEachChild(node, (child) => {
    if (!open && child.type !== "Word" && hasOpenDocument(child)) open = true;
  });
  return open;
}

/**
 * The text with every alias in it replaced, or undefined when there is none. An alias is not expanded again inside its own text;
 * one that ends in a blank lets the next word be an alias too.
 */
export function expandAliases(text: string, statements: readonly Statement[], aliases: ReadonlyMap<string, string>): string | undefined {
  const from = statements[0]?.pos ?? 0;
  let current = text;
  let nodes: readonly SyntaxNode[] = statements;
  let expanded: { start: number; end: number; name: string }[] = [];
  let changed = false;
  for (let rounds = 0; rounds < 100; rounds++) {
    const found = firstAlias(nodes, current, aliases, expanded, from);
    if (found === undefined) return changed ? current : undefined;
    const value = aliases.get(found.name)!;
    const grown = value.length - (found.end - found.start);
    expanded = expanded.map((range) => ({
      ...range,
      start: range.start > found.start ? range.start + grown : range.start,
      end: range.end >= found.end ? range.end + grown : range.end,
    }));
    expanded.push({ start: found.start, end: found.start + value.length, name: found.name });
    current = current.slice(0, found.start) + value + current.slice(found.end);
    nodes = parse(current).commands;
    changed = true;
  }
  return current;
}

function firstAlias(
  nodes: readonly SyntaxNode[],
  text: string,
  aliases: ReadonlyMap<string, string>,
  expanded: readonly { start: number; end: number; name: string }[],
  from: number,
): { start: number; end: number; name: string } | undefined {
  let found: { start: number; end: number; name: string } | undefined;
  const candidate = (word: { text: string; pos: number; end: number } | undefined): void => {
    if (word === undefined || word.pos < from || !aliases.has(word.text) || text.slice(word.pos, word.end) !== word.text) return;
    if (expanded.some((range) => range.name === word.text && word.pos >= range.start && word.pos < range.end)) return;
    if (found === undefined || word.pos < found.start) found = { start: word.pos, end: word.end, name: word.text };
  };
  const visit = (node: SyntaxNode): void => {
    if (node.type === "Command") {
      candidate(node.name);
      candidate(afterBlankAlias(node, text, expanded, aliases));
    }
    if (node.type !== "Word") forEachChild(node, visit);
  };
  for (const node of nodes) visit(node);
  return found;
}

/** The word after an alias whose text ends in a blank (`alias sudo='sudo '`). */
function afterBlankAlias(
  command: Command,
  text: string,
  expanded: readonly { start: number; end: number; name: string }[],
  aliases: ReadonlyMap<string, string>,
) {
  for (const range of expanded) {
    if (!/[ \t]$/.test(aliases.get(range.name) ?? "")) continue;
    const next = command.suffix.find(
      (node) => node.type === "Word" && node.pos >= range.end && text.slice(range.end, node.pos).trim() === "",
    );
    if (next?.type === "Word") return next;
  }
  return undefined;
}
