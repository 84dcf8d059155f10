/** How ufw shows its rules: in columns, and as the command that would make them. */
import type { Rule, Settings } from "./rules.ts";

const COLUMN = 26;
const ACTION = 12;

function place(address: string, port: string, protocol: string, rule: Rule): string {
  const where = address === "any" ? "" : address;
  const what = port === "any" ? "" : protocol === "any" ? port : `${port}/${protocol}`;
  const v6 = rule.v6 ? " (v6)" : "";
  if (where === "" && what === "") return `Anywhere${v6}`;
  return `${[where, what].filter((part) => part !== "").join(" ")}${v6}`;
}

function target(rule: Rule, verbose: boolean): string {
  const { app } = rule;
  const v6 = rule.v6 ? " (v6)" : "";
  const ports = rule.protocol === "any" ? rule.port : `${rule.port}/${rule.protocol}`;
  const base = app === undefined ? place(rule.to, rule.port, rule.protocol, rule) : verbose ? `${ports} (${app}${v6})` : `${app}${v6}`;
  return rule.device !== undefined && rule.direction === "in" ? `${base} on ${rule.device}` : base;
}

function row(rule: Rule, options: { verbose: boolean; direction: boolean; mark: boolean }): string {
  const action = `${rule.action.toUpperCase()}${options.direction || rule.direction === "out" ? ` ${rule.direction.toUpperCase()}` : ""}`;
  const from = place(rule.from, rule.fromPort, "any", rule);
  const comment = rule.comment === undefined ? "" : ` # ${rule.comment}`;
  const out = options.mark && rule.direction === "out" ? " (out)" : "";
  return `${target(rule, options.verbose).padEnd(COLUMN)} ${action.padEnd(ACTION)}${from.padEnd(COLUMN)}${out}${comment}`;
}

const HEAD = `${"To".padEnd(COLUMN)} ${"Action".padEnd(ACTION)}From`;
const LINE = `${"--".padEnd(COLUMN)} ${"------".padEnd(ACTION)}----`;

export function statusText(rules: readonly Rule[], settings: Settings, kind: "plain" | "verbose" | "numbered"): string {
  if (!settings.enabled) return "Status: inactive\n";
  let text = "Status: active\n";
  if (kind === "verbose") {
    text += `Logging: ${settings.logging === "off" ? "off" : `on (${settings.logging})`}\n`;
    text += `Default: ${settings.incoming} (incoming), ${settings.outgoing} (outgoing), disabled (routed)\nNew profiles: skip\n`;
  }
  if (rules.length === 0) return text;
  if (kind === "numbered") {
    const rows = rules.map(
      (rule, index) => `[${String(index + 1).padStart(2)}] ${row(rule, { verbose: false, direction: true, mark: true })}`,
    );
    return `${text}\n     ${HEAD}\n     ${LINE}\n${rows.join("\n")}\n\n`;
  }
  const options = { verbose: kind === "verbose", direction: kind === "verbose", mark: false };
  const rowsOf = (direction: "in" | "out") => rules.filter((rule) => rule.direction === direction).map((rule) => row(rule, options));
  const blocks = [rowsOf("in"), rowsOf("out")].filter((rows) => rows.length > 0).map((rows) => `${rows.join("\n")}\n`);
  return `${text}\n${HEAD}\n${LINE}\n${blocks.join("\n")}\n`;
}

/** The words behind `ufw` that make this rule. */
export function commandOf(rule: Rule): string {
  const words: string[] = [rule.action];
  if (rule.direction === "out" || rule.device !== undefined) words.push(rule.direction);
  if (rule.device !== undefined) words.push("on", rule.device);
  if (rule.from === "any" && rule.to === "any" && rule.fromPort === "any" && rule.device === undefined) {
    const ports = rule.protocol === "any" ? rule.port : `${rule.port}/${rule.protocol}`;
    words.push(rule.app === undefined ? ports : rule.app.includes(" ") ? `'${rule.app}'` : rule.app);
  } else {
    if (rule.from !== "any") words.push("from", rule.from);
    if (rule.fromPort !== "any") words.push("port", rule.fromPort);
    if (rule.to !== "any" || rule.port !== "any") words.push("to", rule.to);
    if (rule.app !== undefined) words.push("app", rule.app.includes(" ") ? `'${rule.app}'` : rule.app);
    else if (rule.port !== "any") words.push("port", rule.port);
    if (rule.protocol !== "any" && rule.app === undefined) words.push("proto", rule.protocol);
  }
  if (rule.comment !== undefined) words.push("comment", `'${rule.comment}'`);
  return words.join(" ");
}
