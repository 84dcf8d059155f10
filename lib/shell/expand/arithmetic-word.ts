import type { ArithmeticExpansionPart } from "unbash";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { evaluateArithmetic } from "./arithmetic.ts";
import { partsOfText } from "./fragments.ts";
import { expandQuotedParts } from "./word.ts";

/** `$((…))` and `$[…]`. */
export function* expandArithmetic(shell: Shell, part: ArithmeticExpansionPart): Run<string> {
  const inner = part.text.startsWith("$((") ? part.text.slice(3, -2) : part.text.slice(2, -1);
  return String(yield* evaluateArithmeticText(shell, inner));
}

/** The value of an expression as it stands in a script: its `$` expansions are done first, as in double quotes. */
export function* evaluateArithmeticText(shell: Shell, text: string): Run<bigint> {
  return evaluateArithmetic(shell, yield* expandArithmeticText(shell, text));
}

export function* expandArithmeticText(shell: Shell, text: string): Run<string> {
  const expanded = /[$`\\]/.test(text) ? yield* expandQuotedParts(shell, partsOfText(text)) : text;
  return expanded.includes('"') ? expanded.replaceAll('"', "") : expanded;
}
