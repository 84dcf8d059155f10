import { print } from "unbash/printer";
import type { ShellFunction } from "./functions.ts";

/** A function as `declare -f` and `type` show it. */
export function functionText(definition: ShellFunction): string {
  const { node, name } = definition;
  const body = print({
    type: "Script",
    pos: node.pos,
    end: node.end,
    shebang: undefined,
    commands: [{ type: "Statement", pos: node.pos, end: node.end, background: undefined, command: node }],
  });
  const lines = body
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^( {2})+/, (indent) => indent + indent));
  lines[0] = `${name} () `;
  return [lines[0], "{ ", ...lines.slice(1)].join("\n");
}
