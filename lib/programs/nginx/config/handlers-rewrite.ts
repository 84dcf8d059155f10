/** rewrite, return, set, if, break (https://nginx.org/en/docs/http/ngx_http_rewrite_module.html). */
import { type Cycle, child, type DirectiveHandler, locationOf } from "./cycle.ts";
import { type Condition, type FileTest, LocationConfig } from "./model.ts";
import { ConfigError } from "./tokens.ts";
import { parseNumber } from "./values.ts";

const isAddress = (text: string) => /^(http:\/\/|https:\/\/|\$scheme)/.test(text);
const isFileTest = (text: string): text is FileTest => ["f", "d", "e", "x"].includes(text);

function conditionOf(cycle: Cycle, args: readonly string[]): Condition {
  const words = [...args];
  const first = words[0] ?? "";
  const last = words.at(-1) ?? "";
  if (!first.startsWith("(")) throw new ConfigError(`invalid condition "${first}"`);
  if (first === "(") words.shift();
  else words[0] = first.slice(1);
  if (!last.endsWith(")")) throw new ConfigError(`invalid condition "${last}"`);
  if (last === ")") words.pop();
  else words[words.length - 1] = (words.at(-1) ?? "").slice(0, -1);
  const [subject = "", operator = "", value = ""] = words;
  if (subject.length > 1 && subject.startsWith("$")) {
    if (words.length !== 1 && words.length !== 3) throw new ConfigError(`invalid condition "${subject}"`);
    const name = subject.slice(1);
    cycle.used.add(name);
    const variable = { source: subject, parts: [{ kind: "variable" as const, name }], constant: undefined };
    if (words.length === 1) return { kind: "set", variable };
    if (operator === "=" || operator === "!=")
      return { kind: "equal", variable, value: cycle.template(value), negative: operator === "!=" };
    if (/^!?~\*?$/.test(operator))
      return { kind: "match", variable, pattern: cycle.pattern(value, operator.endsWith("*")), negative: operator.startsWith("!") };
    throw new ConfigError(`unexpected "${operator}" in condition`);
  }
  if (/^!?-.$/.test(subject)) {
    const test = subject.at(-1) ?? "";
    if (words.length !== 2 || !isFileTest(test)) throw new ConfigError(`invalid condition "${subject}"`);
    return { kind: "file", path: cycle.template(operator), test, negative: subject.startsWith("!") };
  }
  throw new ConfigError(`invalid condition "${subject}"`);
}

export const rewriteDirectives: Readonly<Record<string, DirectiveHandler>> = {
  rewrite: ({ args }, block, cycle) => {
    const [source = "", text = "", flag] = args;
    if (text === "") throw new ConfigError("empty replacement");
    const pattern = cycle.pattern(source);
    const keepArgs = !text.endsWith("?");
    const flags: Readonly<Record<string, number | undefined>> = { redirect: 302, permanent: 301, last: undefined, break: undefined };
    if (flag !== undefined && !(flag in flags)) throw new ConfigError(`invalid parameter "${flag}"`);
    const redirect = flag === undefined || flags[flag] === undefined ? (isAddress(text) ? 302 : undefined) : flags[flag];
    locationOf(block).codes.push({
      kind: "rewrite",
      pattern,
      replacement: cycle.template(keepArgs ? text : text.slice(0, -1)),
      keepArgs,
      redirect,
      isBreak: flag === "break",
      isLast: flag !== undefined || isAddress(text),
    });
    return undefined;
  },
  return: ({ args }, block, cycle) => {
    const [first = "", second] = args;
    const status = parseNumber(first);
    if (status === undefined) {
      if (second !== undefined || !isAddress(first)) throw new ConfigError(`invalid return code "${first}"`);
      locationOf(block).codes.push({ kind: "return", status: 302, text: cycle.template(first) });
      return undefined;
    }
    if (status > 999) throw new ConfigError(`invalid return code "${first}"`);
    locationOf(block).codes.push({ kind: "return", status, text: second === undefined ? undefined : cycle.template(second) });
    return undefined;
  },
  break: (_directive, block) => {
    locationOf(block).codes.push({ kind: "break" });
    return undefined;
  },
  set: ({ args }, block, cycle) => {
    const [variable = "", value = ""] = args;
    if (!variable.startsWith("$")) throw new ConfigError(`invalid variable name "${variable}"`);
    const name = variable.slice(1);
    if (name === "") throw new ConfigError('invalid variable name "$"');
    cycle.define(name, { kind: "set" }, true);
    locationOf(block).codes.push({ kind: "set", name, value: cycle.template(value) });
    return undefined;
  },
  if: ({ args }, block, cycle) => {
    const outer = locationOf(block);
    const condition = conditionOf(cycle, args);
    const then = new LocationConfig("if", outer.name, "none", outer, cycle.place);
    outer.codes.push({ kind: "if", condition, then });
    return child(block, block.letter === "s" ? "S" : "i", { location: then });
  },
};
