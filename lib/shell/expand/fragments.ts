import { parse, type Word, type WordPart } from "unbash";

/** Parses texts that are not commands: words made by brace expansion, and text that expands as if in double quotes. */

const doubleQuoted = new Map<string, readonly WordPart[]>();
const words = new Map<string, Word | undefined>();
const LIMIT = 2000;

/** The parts of a text in which only `$`, backquotes and backslashes mean something (arithmetic, prompts, here-documents). */
export function partsOfText(text: string): readonly WordPart[] {
  const known = doubleQuoted.get(text);
  if (known !== undefined) return known;
  let delimiter = "END_OF_TEXT";
  while (text.includes(delimiter)) delimiter += "_";
  const command = parse(`cat <<${delimiter}\n${text}\n${delimiter}\n`).commands[0]?.command;
  let parts: readonly WordPart[] = [];
  if (command?.type === "Command") {
    const document = command.suffix.find((node) => node.type === "HereDoc");
    const body = document?.type === "HereDoc" ? document.body : undefined;
    const plain = (body?.text ?? "").replace(/\\([$`\\\n])/g, (_, character: string) => (character === "\n" ? "" : character));
    parts = withoutLastNewline(body?.parts ?? [{ type: "Literal", pos: 0, end: 0, text: plain, value: plain }]);
  }
  if (doubleQuoted.size >= LIMIT) doubleQuoted.clear();
  doubleQuoted.set(text, parts);
  return parts;
}

function withoutLastNewline(parts: readonly WordPart[]): WordPart[] {
  const last = parts[parts.length - 1];
  if (last?.type !== "Literal" || !last.value.endsWith("\n")) return [...parts];
  return [...parts.slice(0, -1), { ...last, value: last.value.slice(0, -1) }];
}

/** A word as a command would have it as an argument; undefined when the text is not exactly one word. */
export function wordOfText(text: string): Word | undefined {
  if (words.has(text)) return words.get(text);
  const script = parse(`: ${text}`);
  const command = script.commands[0]?.command;
  const first = script.errors === undefined && script.commands.length === 1 && command?.type === "Command" ? command.suffix : [];
  const word = first.length === 1 && first[0]?.type === "Word" ? first[0] : undefined;
  if (words.size >= LIMIT) words.clear();
  words.set(text, word);
  return word;
}
