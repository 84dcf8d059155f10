/** nginx's configuration as text that can be changed in places and stays as it was everywhere else. */

export type Node =
  | { readonly kind: "directive"; space: string; words: string[]; text: string }
  | { readonly kind: "block"; space: string; words: string[]; text: string; body: Node[]; tail: string }
  | { readonly kind: "comment"; space: string; text: string }
  /** White space that stays where it is, whatever goes before or after it. */
  | { readonly kind: "space"; space: string };

export type Block = Extract<Node, { kind: "block" }>;
export type Directive = Extract<Node, { kind: "directive" }>;

/** A file: its nodes, and the white space after the last. */
export interface ConfigurationText {
  nodes: Node[];
  tail: string;
}

/** Braces or quotes that do not close. */
export class NotParsable extends Error {}

export function parseConfiguration(text: string): ConfigurationText {
  const reader = new Reader(text);
  const found = reader.nodes(false);
  return { nodes: found.nodes, tail: found.tail };
}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  #space(): string {
    const start = this.#at;
    while (this.#at < this.text.length && /\s/.test(this.text[this.#at] ?? "")) this.#at++;
    return this.text.slice(start, this.#at);
  }

  nodes(inside: boolean): { nodes: Node[]; tail: string } {
    const nodes: Node[] = [];
    for (;;) {
      const space = this.#space();
      const next = this.text[this.#at];
      if (next === undefined) {
        if (inside) throw new NotParsable("unexpected end of file");
        return { nodes, tail: space };
      }
      if (next === "}") {
        if (!inside) throw new NotParsable('unexpected "}"');
        this.#at++;
        return { nodes, tail: space };
      }
      if (next === "#") {
        const end = this.text.indexOf("\n", this.#at);
        const stop = end < 0 ? this.text.length : end;
        nodes.push({ kind: "comment", space, text: this.text.slice(this.#at, stop) });
        this.#at = stop;
        continue;
      }
      nodes.push(this.#statement(space));
    }
  }

  #statement(space: string): Node {
    const start = this.#at;
    const words: string[] = [];
    for (;;) {
      this.#space();
      const next = this.text[this.#at];
      if (next === undefined) throw new NotParsable('unexpected end of file, expecting ";" or "}"');
      if (next === ";") {
        const text = this.text.slice(start, this.#at);
        this.#at++;
        return { kind: "directive", space, words, text };
      }
      if (next === "{") {
        const text = this.text.slice(start, this.#at);
        this.#at++;
        const { nodes, tail } = this.nodes(true);
        return { kind: "block", space, words, text, body: nodes, tail };
      }
      words.push(this.#word());
    }
  }

  #word(): string {
    const start = this.#at;
    const quote = this.text[start];
    if (quote === '"' || quote === "'") {
      for (this.#at++; this.text[this.#at] !== quote; this.#at++) {
        if (this.#at >= this.text.length) throw new NotParsable("unexpected end of file");
        if (this.text[this.#at] === "\\") this.#at++;
      }
      this.#at++;
      return this.text.slice(start + 1, this.#at - 1);
    }
    // "${name}" is part of a word; another brace begins a block.
    while (this.#at < this.text.length && !/[\s;{]/.test(this.text[this.#at] ?? "")) {
      if (this.text.startsWith("${", this.#at)) this.#at++;
      this.#at++;
    }
    return this.text.slice(start, this.#at);
  }
}

export function printConfiguration({ nodes, tail }: ConfigurationText): string {
  return nodes.map(printNode).join("") + tail;
}

function printNode(node: Node): string {
  if (node.kind === "space") return node.space;
  if (node.kind === "comment") return node.space + node.text;
  if (node.kind === "directive") return `${node.space}${node.text};`;
  return `${node.space}${node.text}{${node.body.map(printNode).join("")}${node.tail}}`;
}

export function copyBlock(block: Block): Block {
  return structuredClone(block);
}
