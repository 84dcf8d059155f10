/** What follows allow, deny, reject and limit on ufw's command line (ufw(8), RULE SYNTAX). */
import type { Files } from "../../kernel/types.ts";
import type { AppProfile } from "./apps.ts";
import type { Action, Rule } from "./rules.ts";

/** "ERROR: …", with the usage behind it or not. */
export class UfwError extends Error {
  constructor(
    message: string,
    readonly withUsage = false,
  ) {
    super(message);
  }
}

export interface RuleContext {
  readonly files: Files;
  readonly apps: readonly AppProfile[];
}

const SYNTAX = "Invalid syntax";

/** The rule that the words describe: one for IPv4 and, where no address says otherwise, its twin for IPv6. Throws UfwError. */
export function parseRule(action: Action, words: readonly string[], context: RuleContext): Rule[] {
  const rest = [...words];
  let comment: string | undefined;
  const at = rest.lastIndexOf("comment");
  if (at >= 0 && at === rest.length - 2) {
    comment = rest[at + 1];
    rest.splice(at);
  }
  let direction: "in" | "out" = "in";
  let device: string | undefined;
  if (rest[0] === "in" || rest[0] === "out") {
    direction = rest.shift() === "out" ? "out" : "in";
    const on = rest.indexOf("on") === 0;
    if (on) device = rest.splice(0, 2)[1];
    if (on && device === undefined) throw new UfwError(SYNTAX, true);
  }
  if (rest[0] === "log" || rest[0] === "log-all") rest.shift();
  const [first] = rest;
  if (first === undefined && device === undefined) throw new UfwError(SYNTAX, true);
  const isFull = first === undefined || /^(from|to|proto)$/.test(first);
  const base = { action, direction, device, comment, to: "any", from: "any", fromPort: "any" } as const;
  const found = isFull ? parseFull(rest, context) : [parseSimple(rest, context)];
  return found.flatMap((part) => {
    const rule = { ...base, ...part };
    const four: Rule = { ...rule, v6: false };
    return rule.from === "any" && rule.to === "any" ? [four, { ...rule, v6: true }] : [four];
  });
}

type Part = Pick<Rule, "protocol" | "port"> & Partial<Pick<Rule, "to" | "from" | "fromPort" | "app">>;

function parseSimple(words: readonly string[], context: RuleContext): Part {
  if (words.length !== 1) throw new UfwError(SYNTAX, true);
  const word = words[0] ?? "";
  const numbers = /^([\d,:]+)(?:\/(.*))?$/.exec(word);
  if (numbers !== null) return { port: portOf(numbers[1] ?? "", numbers[2]), protocol: protocolOf(numbers[2]) };
  const [name = "", protocol] = word.split("/");
  return serviceOrApp(name, protocol, context);
}

function serviceOrApp(name: string, protocol: string | undefined, { files, apps }: RuleContext): Part {
  const app = apps.find((each) => each.name === name);
  if (app !== undefined) return { ...portsOfApp(app), app: name };
  const text = files.exists("/etc/services") ? files.readText("/etc/services") : "";
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
  const found = lines.filter(([service, , ...aliases]) => service === name || aliases.includes(name)).map((line) => line[1] ?? "");
  const [port] = found[0]?.split("/") ?? [];
  if (port === undefined) throw new UfwError(`Could not find a profile matching '${name}'`);
  const known = [...new Set(found.map((each) => each.split("/")[1]))];
  return { port, protocol: protocolOf(protocol ?? (known.length === 1 ? known[0] : undefined)) };
}

function portsOfApp(app: AppProfile): Pick<Rule, "protocol" | "port"> {
  const [port = "any", protocol] = app.ports.split("/");
  return { port, protocol: protocolOf(protocol) };
}

function protocolOf(text: string | undefined): Rule["protocol"] {
  if (text === undefined || text === "any") return "any";
  if (text === "tcp" || text === "udp") return text;
  throw new UfwError("Bad port");
}

function portOf(text: string, protocol: string | undefined): string {
  const bounds = text.split(/[,:]/).map(Number);
  if (bounds.some((port) => !(port >= 1 && port <= 65535))) throw new UfwError("Bad port");
  if (/[,:]/.test(text) && protocol === undefined) throw new UfwError("Must specify 'tcp' or 'udp' with multiple ports");
  return text;
}

function addressOf(text: string | undefined): string {
  if (text === "any") return "any";
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text ?? "");
  if (found === null || found.slice(1, 5).some((part) => Number(part) > 255) || Number(found[5] ?? 0) > 32)
    throw new UfwError(text === undefined ? SYNTAX : "Bad source address", text === undefined);
  return found[0];
}

function parseFull(words: readonly string[], context: RuleContext): Part[] {
  const rest = [...words];
  const part: { protocol: Rule["protocol"]; port: string; to: string; from: string; fromPort: string; app?: string } = {
    protocol: "any",
    port: "any",
    to: "any",
    from: "any",
    fromPort: "any",
  };
  let side: "from" | "to" = "to";
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const value = rest.shift();
    if (value === undefined) throw new UfwError(SYNTAX, true);
    if (word === "proto") part.protocol = protocolOf(value);
    else if (word === "from" || word === "to") {
      side = word;
      part[side] = addressOf(value);
    } else if (word === "port") {
      const named = /^[\d,:]+$/.test(value) ? undefined : serviceOrApp(value, undefined, context);
      const port = named?.port ?? value;
      if (named !== undefined && part.protocol === "any") part.protocol = named.protocol;
      if (side === "to") part.port = port;
      else part.fromPort = port;
    } else if (word === "app") {
      const app = context.apps.find((each) => each.name === value);
      if (app === undefined) throw new UfwError(`Could not find a profile matching '${value}'`);
      Object.assign(part, portsOfApp(app), { app: value });
    } else throw new UfwError(SYNTAX, true);
  }
  if (part.port !== "any") portOf(part.port, part.protocol === "any" ? undefined : part.protocol);
  return [part];
}

/** The same packets are meant: what a second rule replaces, and what `delete` looks for. */
export function sameMatch(left: Rule, right: Rule): boolean {
  return (["direction", "protocol", "port", "to", "from", "fromPort", "app", "device", "v6"] as const).every(
    (key) => left[key] === right[key],
  );
}
