/** Rules of ufw(8): as they lie in /etc/ufw, and what they say of a packet. */
import type { Files, Firewall, Machine, Packet } from "../../kernel/types.ts";

export type Action = "allow" | "deny" | "reject" | "limit";

export interface Rule {
  readonly action: Action;
  readonly direction: "in" | "out";
  readonly protocol: "any" | "tcp" | "udp";
  /** "any", "80", "8000:8010", "80,443". */
  readonly port: string;
  /** "any", an address or a network. */
  readonly to: string;
  readonly from: string;
  readonly fromPort: string;
  readonly app?: string;
  readonly device?: string;
  readonly comment?: string;
  readonly v6: boolean;
}

export type Policy = "allow" | "deny" | "reject";

export interface Settings {
  readonly enabled: boolean;
  readonly logging: "off" | "low" | "medium" | "high" | "full";
  readonly incoming: Policy;
  readonly outgoing: Policy;
}

export const PATHS = {
  settings: "/etc/ufw/ufw.conf",
  defaults: "/etc/default/ufw",
  rules: "/etc/ufw/user.rules",
  rules6: "/etc/ufw/user6.rules",
  apps: "/etc/ufw/applications.d",
} as const;

const ANY4 = "0.0.0.0/0";
const ANY6 = "::/0";
/** ufw(8): six connections within thirty seconds are too many. */
const LIMIT_COUNT = 6;
const LIMIT_MS = 30_000;

function encodeComment(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function decodeComment(hex: string): string {
  return new TextDecoder().decode(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

function tuple(rule: Rule): string {
  const any = rule.v6 ? ANY6 : ANY4;
  const address = (text: string) => (text === "any" ? any : text);
  const app = rule.app === undefined ? [] : [rule.app.replaceAll(" ", "%20"), "-"];
  const direction = rule.device === undefined ? rule.direction : `${rule.direction}_${rule.device}`;
  const comment = rule.comment === undefined ? [] : [`comment=${encodeComment(rule.comment)}`];
  const { action, protocol, port, fromPort } = rule;
  return [action, protocol, port, address(rule.to), fromPort, address(rule.from), ...app, direction, ...comment].join(" ");
}

/** What iptables-restore would be given for the rule: for people who read the file. */
function filterLines(rule: Rule): string[] {
  const chain = `${rule.v6 ? "ufw6" : "ufw"}-user-${rule.direction === "in" ? "input" : "output"}`;
  const device = rule.device === undefined ? "" : ` ${rule.direction === "in" ? "-i" : "-o"} ${rule.device}`;
  const multiple = /[,:]/.test(rule.port);
  const port = rule.port === "any" ? "" : multiple ? ` -m multiport --dports ${rule.port}` : ` --dport ${rule.port}`;
  const to = rule.to === "any" ? "" : ` -d ${rule.to}`;
  const from = rule.from === "any" ? "" : ` -s ${rule.from}`;
  const protocols = rule.protocol !== "any" ? [rule.protocol] : rule.port === "any" ? [""] : ["tcp", "udp"];
  return protocols.flatMap((protocol) => {
    const match = `-A ${chain}${device}${protocol === "" ? "" : ` -p ${protocol}`}${port}${to}${from}`;
    const comment = rule.app === undefined ? "" : ` -m comment --comment 'dapp_${rule.app.replaceAll(" ", "%20")}'`;
    switch (rule.action) {
      case "allow":
        return [`${match} -j ACCEPT${comment}`];
      case "deny":
        return [`${match} -j DROP${comment}`];
      case "reject":
        return [`${match} -j REJECT${protocol === "tcp" ? " --reject-with tcp-reset" : ""}${comment}`];
      default:
        return [
          `${match} -m conntrack --ctstate NEW -m recent --set`,
          `${match} -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 -j ufw-user-limit`,
          `${match} -j ufw-user-limit-accept`,
        ];
    }
  });
}

function rulesFile(rules: readonly Rule[], v6: boolean): string {
  const name = v6 ? "ufw6" : "ufw";
  const chains = ["input", "output", "forward", "limit", "limit-accept"].map((chain) => `:${name}-user-${chain} - [0:0]`);
  const blocks = rules.map((rule) => `\n### tuple ### ${tuple(rule)}\n${filterLines(rule).join("\n")}\n`);
  return `*filter\n${chains.join("\n")}\n### RULES ###\n${blocks.join("")}\n### END RULES ###\nCOMMIT\n`;
}

function parseTuple(text: string, v6: boolean): Rule | undefined {
  const words = text.trim().split(/\s+/);
  const comment = words.at(-1)?.startsWith("comment=") ? decodeComment(words.pop()?.slice(8) ?? "") : undefined;
  const [action, protocol, port, to, fromPort, from, ...rest] = words;
  const [direction, device] = (rest.at(-1) ?? "in").split("_");
  const app = rest.length >= 3 ? rest[0]?.replaceAll("%20", " ") : undefined;
  if (action !== "allow" && action !== "deny" && action !== "reject" && action !== "limit") return undefined;
  if (protocol !== "any" && protocol !== "tcp" && protocol !== "udp") return undefined;
  const address = (word: string | undefined) => (word === undefined || word === ANY4 || word === ANY6 ? "any" : word);
  return {
    action,
    direction: direction === "out" ? "out" : "in",
    protocol,
    port: port ?? "any",
    to: address(to),
    from: address(from),
    fromPort: fromPort ?? "any",
    app: app === "-" ? undefined : app,
    device,
    comment,
    v6,
  };
}

function readRules(files: Files, path: string, v6: boolean): Rule[] {
  if (!files.exists(path)) return [];
  return [...files.readText(path).matchAll(/^### tuple ### (.*)$/gm)].flatMap(([, text = ""]) => parseTuple(text, v6) ?? []);
}

/** All rules, those of IPv4 first, as `ufw status numbered` counts them. */
export function loadRules(files: Files): Rule[] {
  return [...readRules(files, PATHS.rules, false), ...readRules(files, PATHS.rules6, true)];
}

export function saveRules(files: Files, rules: readonly Rule[]): void {
  const write = (path: string, v6: boolean) => {
    const chosen = rules.filter((rule) => rule.v6 === v6);
    files.writeFile(path, rulesFile(chosen, v6), { mode: 0o640 });
  };
  write(PATHS.rules, false);
  write(PATHS.rules6, true);
}

function valueIn(files: Files, path: string, key: string): string | undefined {
  if (!files.exists(path)) return undefined;
  return new RegExp(`^${key}=["']?([^"'\\n]*)["']?`, "m").exec(files.readText(path))?.[1];
}

/** Replaces the value of a key in a file of `KEY=value` lines; adds it when it is missing. */
export function setValue(files: Files, path: string, key: string, value: string): void {
  const text = files.exists(path) ? files.readText(path) : "";
  const line = new RegExp(`^${key}=.*$`, "m");
  files.writeFile(path, line.test(text) ? text.replace(line, `${key}=${value}`) : `${text}${key}=${value}\n`);
}

const TARGETS: Readonly<Record<string, Policy>> = { ACCEPT: "allow", DROP: "deny", REJECT: "reject" };
export const TARGET_OF: Readonly<Record<Policy, string>> = { allow: "ACCEPT", deny: "DROP", reject: "REJECT" };

export function loadSettings(files: Files): Settings {
  const policy = (key: string, otherwise: Policy) => TARGETS[valueIn(files, PATHS.defaults, key) ?? ""] ?? otherwise;
  const level = valueIn(files, PATHS.settings, "LOGLEVEL");
  return {
    enabled: valueIn(files, PATHS.settings, "ENABLED")?.toLowerCase() === "yes",
    logging: level === "off" || level === "medium" || level === "high" || level === "full" ? level : "low",
    incoming: policy("DEFAULT_INPUT_POLICY", "deny"),
    outgoing: policy("DEFAULT_OUTPUT_POLICY", "allow"),
  };
}

function addressNumber(text: string): number {
  return text.split(".").reduce((value, part) => value * 256 + Number(part), 0);
}

function inNetwork(address: string, network: string): boolean {
  if (network === "any") return true;
  const [base = "", bits = "32"] = network.split("/");
  const size = 2 ** (32 - Number(bits));
  return Math.floor(addressNumber(address) / size) === Math.floor(addressNumber(base) / size);
}

function portMatches(port: number, wanted: string): boolean {
  return (
    wanted === "any" ||
    wanted.split(",").some((part) => {
      const [first, last = first] = part.split(":").map(Number);
      return first !== undefined && last !== undefined && port >= first && port <= last;
    })
  );
}

function matches(rule: Rule, packet: Packet): boolean {
  return (
    !rule.v6 &&
    rule.direction === packet.direction &&
    (rule.protocol === "any" || rule.protocol === packet.protocol) &&
    (rule.device === undefined || rule.device === "eth0") &&
    rule.fromPort === "any" &&
    portMatches(packet.port, rule.port) &&
    inNetwork(packet.to, rule.to) &&
    inNetwork(packet.from, rule.from)
  );
}

const VERDICTS = { allow: "accept", deny: "drop", reject: "reject" } as const;

/** The packet filter that these rules make: the first that matches decides, else the policy. `now` in milliseconds. */
export function firewallOf(rules: readonly Rule[], settings: Settings, now: () => number): Firewall {
  const seen = new Map<string, number[]>();
  const limited = (rule: Rule, packet: Packet) => {
    const key = `${tuple(rule)} ${packet.from}`;
    const recent = [...(seen.get(key) ?? []), now()].filter((atMs) => now() - atMs < LIMIT_MS);
    if (!packet.unsent) seen.set(key, recent.slice(-LIMIT_COUNT));
    return recent.length >= LIMIT_COUNT ? "reject" : "accept";
  };
  return {
    verdict: (packet) => {
      const rule = rules.find((each) => matches(each, packet));
      if (rule?.action === "limit") return limited(rule, packet);
      return VERDICTS[rule?.action ?? (packet.direction === "in" ? settings.incoming : settings.outgoing)];
    },
  };
}

/** Puts into force what /etc/ufw says: at the start of a machine, and after every change. */
export function applyFirewall(machine: Machine): void {
  const settings = loadSettings(machine.files);
  const { clock } = machine.kernel;
  machine.network.firewall = settings.enabled ? firewallOf(loadRules(machine.files), settings, () => clock.monotonic()) : undefined;
}
