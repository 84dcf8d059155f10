/** Texts with variables ("complex values"): `$name`, `${name}`, `$1`. */
import { ConfigError } from "./tokens.ts";

export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "capture"; readonly number: number }
  | { readonly kind: "variable"; readonly name: string };

export interface Template {
  readonly source: string;
  readonly parts: readonly Part[];
  /** The value, where nothing in it changes. */
  readonly constant: string | undefined;
}

export const constant = (text: string): Template => ({ source: text, parts: [{ kind: "text", text }], constant: text });

/** Throws ConfigError; `use` hears of every variable. */
export function compileTemplate(source: string, use: (name: string) => void): Template {
  if (!source.includes("$")) return constant(source);
  const parts: Part[] = [];
  for (let at = 0; at < source.length; ) {
    if (source[at] !== "$") {
      const end = source.indexOf("$", at);
      const text = end < 0 ? source.slice(at) : source.slice(at, end);
      parts.push({ kind: "text", text });
      at += text.length;
      continue;
    }
    at++;
    const digit = source[at] ?? "";
    if (digit >= "1" && digit <= "9") {
      parts.push({ kind: "capture", number: Number(digit) });
      at++;
      continue;
    }
    const bracket = digit === "{";
    if (bracket) at++;
    const name = /^[A-Za-z0-9_]*/.exec(source.slice(at))?.[0] ?? "";
    if (at >= source.length) throw new ConfigError("invalid variable name");
    at += name.length;
    if (bracket) {
      if (source[at] !== "}") throw new ConfigError(`the closing bracket in "${name}" variable is missing`);
      at++;
    }
    if (name === "") throw new ConfigError("invalid variable name");
    use(name);
    parts.push({ kind: "variable", name });
  }
  return { source, parts, constant: undefined };
}

/** What values come from: a request. */
export interface Values {
  variable(name: string): string;
  capture(number: number): string;
}

export function evaluate(template: Template, values: Values): string {
  if (template.constant !== undefined) return template.constant;
  let out = "";
  for (const part of template.parts) {
    if (part.kind === "text") out += part.text;
    else if (part.kind === "variable") out += values.variable(part.name);
    else out += values.capture(part.number);
  }
  return out;
}
