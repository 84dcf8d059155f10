/** ufw(8): the "uncomplicated firewall". Its rules decide which packets reach the machine. */
import type { Process } from "../../kernel/types.ts";
import { program } from "../core/program.ts";
import { readApps } from "./apps.ts";
import { commandOf, statusText } from "./describe.ts";
import { parseRule, sameMatch, UfwError } from "./grammar.ts";
import {
  type Action,
  applyFirewall,
  loadRules,
  loadSettings,
  PATHS,
  type Policy,
  type Rule,
  saveRules,
  setValue,
  TARGET_OF,
} from "./rules.ts";

const USAGE = `
Usage: ufw COMMAND

Commands:
 enable                          enables the firewall
 disable                         disables the firewall
 default ARG                     set default policy
 logging LEVEL                   set logging to LEVEL
 allow ARGS                      add allow rule
 deny ARGS                       add deny rule
 reject ARGS                     add reject rule
 limit ARGS                      add limit rule
 delete RULE|NUM                 delete RULE
 insert NUM RULE                 insert RULE at NUM
 prepend RULE                    prepend RULE
 route RULE                      add route RULE
 route delete RULE|NUM           delete route RULE
 route insert NUM RULE           insert route RULE at NUM
 reload                          reload firewall
 reset                           reset firewall
 status                          show firewall status
 status numbered                 show firewall status as numbered list of RULES
 status verbose                  show verbose firewall status
 show ARG                        show firewall report
 version                         display version information

Application profile commands:
 app list                        list application profiles
 app info PROFILE                show information on PROFILE
 app update PROFILE              update PROFILE
 app default ARG                 set default application policy

`;

const ACTIONS: ReadonlySet<string> = new Set(["allow", "deny", "reject", "limit"]);
const isAction = (word: string | undefined): word is Action => word !== undefined && ACTIONS.has(word);

export const ufw = program({
  name: "ufw",
  summary: "program for managing a netfilter firewall",
  section: "network",
  origin: "ufw 0.36.2",
  ownParsing: "all",
  synopsis: [
    "enable|disable|reload",
    "default allow|deny|reject [incoming|outgoing]",
    "status [verbose|numbered]",
    "[delete] [insert NUM] [prepend] allow|deny|reject|limit [in|out [on INTERFACE]] PORT[/PROTOCOL] | APPNAME [comment COMMENT]",
    "[rule] allow|deny|reject|limit [proto PROTOCOL] [from ADDRESS [port PORT]] [to ADDRESS [port PORT]]",
    "app list|info PROFILE",
  ],
  limits:
    "Rules for routed packets (`route`) and the log of blocked packets are real, but not modeled. Loopback, ping and answers always pass.",
  run: async (self, args) => {
    const words = [...args.raw];
    const force = words[0] === "--force" || words[0] === "-f";
    if (force || words[0] === "--dry-run") {
      if (!force) return fail(self, new UfwError("--dry-run is real, but this machine does not model it; see /reference/machine"));
      words.shift();
    }
    if (words[0] === "version" || words[0] === "--version") {
      await self.print("ufw 0.36.2\nCopyright 2008-2023 Canonical Ltd.\n");
      return 0;
    }
    if (words[0] === "help" || words[0] === "--help" || words[0] === "-h") {
      await self.print(USAGE);
      return 0;
    }
    if (words.length === 0) return fail(self, new UfwError("not enough args", true));
    if (self.credentials.uid !== 0) return fail(self, new UfwError("You need to be root to run this script"));
    try {
      return await command(self, words, force);
    } catch (error) {
      if (error instanceof UfwError) return fail(self, error);
      throw error;
    }
  },
});

async function fail(self: Process, error: UfwError): Promise<number> {
  await self.error(`ERROR: ${error.message}\n${error.withUsage ? USAGE : ""}`);
  return 1;
}

async function command(self: Process, words: readonly string[], force: boolean): Promise<number> {
  const { files } = self.machine;
  const [verb = "", ...rest] = words[0] === "rule" ? words.slice(1) : words;
  if (isAction(verb)) return addRule(self, verb, rest, undefined);
  switch (verb) {
    case "status": {
      const kind = rest[0] ?? "plain";
      if (kind !== "plain" && kind !== "verbose" && kind !== "numbered") throw new UfwError("Invalid syntax", true);
      await self.print(statusText(loadRules(files), loadSettings(files), kind));
      return 0;
    }
    case "enable":
      return enable(self, force);
    case "disable":
      setValue(files, PATHS.settings, "ENABLED", "no");
      applyFirewall(self.machine);
      await self.print("Firewall stopped and disabled on system startup\n");
      return 0;
    case "reload":
      applyFirewall(self.machine);
      await self.print(loadSettings(files).enabled ? "Firewall reloaded\n" : "Firewall not enabled (skipping reload)\n");
      return 0;
    case "reset":
      return reset(self, force);
    case "default":
      return setDefault(self, rest);
    case "logging":
      return setLogging(self, rest[0]);
    case "app":
      return showApps(self, rest);
    case "show":
      return showAdded(self, rest);
    case "delete":
      return isAction(rest[0]) ? deleteRule(self, rest[0], rest.slice(1)) : deleteNumber(self, rest, force);
    case "insert":
      return insert(self, rest);
    case "prepend":
      if (!isAction(rest[0])) throw new UfwError("Invalid syntax", true);
      return addRule(self, rest[0], rest.slice(1), 0);
    case "route":
      throw new UfwError("route is real, but this machine does not model it; see /reference/machine");
    default:
      throw new UfwError("Invalid syntax", true);
  }
}

/** Whether it was run over ssh: one of the processes above is sshd (under_ssh in ufw's util.py). */
function isUnderSsh(self: Process): boolean {
  const all = new Map(self.machine.processes().map((process) => [process.pid, process]));
  for (let process = all.get(self.ppid); process !== undefined && process.pid !== 1; process = all.get(process.ppid)) {
    if ((process.argv[0] ?? "").startsWith("sshd")) return true;
  }
  return false;
}

async function confirmed(self: Process, question: string): Promise<boolean> {
  await self.print(`${question}Proceed with operation (y|n)? `);
  let line = "";
  while (!line.endsWith("\n")) {
    const bytes = await self.read(0, 1);
    if (bytes.length === 0) break;
    line += new TextDecoder().decode(bytes);
  }
  if (/^y(es)?$/i.test(line.trim())) return true;
  await self.print("Aborted\n");
  return false;
}

async function enable(self: Process, force: boolean): Promise<number> {
  if (!force && isUnderSsh(self) && !(await confirmed(self, "Command may disrupt existing ssh connections. "))) return 0;
  setValue(self.machine.files, PATHS.settings, "ENABLED", "yes");
  applyFirewall(self.machine);
  await self.print("Firewall is active and enabled on system startup\n");
  return 0;
}

async function reset(self: Process, force: boolean): Promise<number> {
  const { files, kernel } = self.machine;
  const ssh = isUnderSsh(self) ? "This may disrupt existing ssh\nconnections. " : "";
  if (!force && !(await confirmed(self, `Resetting all rules to installed defaults. ${ssh}`))) return 0;
  const stamp = new Date(kernel.clock.now()).toISOString().replace(/[-:]/g, "").replace("T", "_").slice(0, 15);
  for (const path of [PATHS.rules, PATHS.rules6].filter((each) => files.exists(each))) {
    files.writeFile(`${path}.${stamp}`, files.readFile(path), { mode: 0o640 });
    await self.print(`Backing up '${path.slice(path.lastIndexOf("/") + 1)}' to '${path}.${stamp}'\n`);
  }
  await self.print("\n");
  setValue(files, PATHS.settings, "ENABLED", "no");
  setValue(files, PATHS.defaults, "DEFAULT_INPUT_POLICY", '"DROP"');
  setValue(files, PATHS.defaults, "DEFAULT_OUTPUT_POLICY", '"ACCEPT"');
  saveRules(files, []);
  applyFirewall(self.machine);
  return 0;
}

async function setDefault(self: Process, words: readonly string[]): Promise<number> {
  const [policy, direction = "incoming"] = words;
  if (policy !== "allow" && policy !== "deny" && policy !== "reject") throw new UfwError("Invalid syntax", true);
  if (direction === "routed") throw new UfwError("routed is real, but this machine does not model it; see /reference/machine");
  if (direction !== "incoming" && direction !== "outgoing") throw new UfwError("Invalid syntax", true);
  const chosen: Policy = policy;
  const key = direction === "incoming" ? "DEFAULT_INPUT_POLICY" : "DEFAULT_OUTPUT_POLICY";
  setValue(self.machine.files, PATHS.defaults, key, `"${TARGET_OF[chosen]}"`);
  applyFirewall(self.machine);
  await self.print(`Default ${direction} policy changed to '${chosen}'\n(be sure to update your rules accordingly)\n`);
  return 0;
}

async function setLogging(self: Process, level: string | undefined): Promise<number> {
  if (level === undefined || !/^(on|off|low|medium|high|full)$/.test(level)) throw new UfwError("Invalid syntax", true);
  setValue(self.machine.files, PATHS.settings, "LOGLEVEL", level === "on" ? "low" : level);
  await self.print(level === "off" ? "Logging disabled\n" : "Logging enabled\n");
  return 0;
}

async function showApps(self: Process, words: readonly string[]): Promise<number> {
  const apps = readApps(self.machine.files);
  if (words[0] === "list") {
    await self.print(`Available applications:\n${apps.map(({ name }) => `  ${name}\n`).join("")}`);
    return 0;
  }
  if (words[0] !== "info" || words[1] === undefined) throw new UfwError("Invalid syntax", true);
  const app = apps.find(({ name }) => name === words[1]);
  if (app === undefined) throw new UfwError(`Could not find profile '${words[1]}'`);
  const ports = app.ports.split("|");
  await self.print(
    `Profile: ${app.name}\nTitle: ${app.title}\nDescription: ${app.description}\n\nPort${ports.length > 1 || app.ports.includes(",") ? "s" : ""}:\n${ports.map((port) => `  ${port}\n`).join("")}`,
  );
  return 0;
}

async function showAdded(self: Process, words: readonly string[]): Promise<number> {
  if (words[0] !== "added") throw new UfwError("this report is real, but this machine does not model it; see /reference/machine");
  const rules = loadRules(self.machine.files);
  const lines = [...new Set(rules.map((rule) => `ufw ${commandOf(rule)}\n`))];
  await self.print(`Added user rules (see 'ufw status' for running firewall):\n${lines.length === 0 ? "(None)\n" : lines.join("")}`);
  return 0;
}

function ruleContext(self: Process) {
  return { files: self.machine.files, apps: readApps(self.machine.files) };
}

/** Changes the rules, puts them into force, and says what became of each of the two (IPv4 and IPv6). */
async function change(self: Process, wanted: readonly Rule[], each: (rules: Rule[], rule: Rule) => string): Promise<number> {
  const { files } = self.machine;
  const rules = loadRules(files);
  const { enabled } = loadSettings(files);
  const lines = wanted.map((rule) => {
    const said = each(rules, rule);
    const isChange = /^Rule /.test(said);
    return `${isChange && !enabled ? "Rules updated" : said}${rule.v6 ? " (v6)" : ""}\n`;
  });
  saveRules(files, rules);
  applyFirewall(self.machine);
  await self.print(lines.join(""));
  return 0;
}

function addRule(self: Process, action: Action, words: readonly string[], position: number | undefined): Promise<number> {
  return change(self, parseRule(action, words, ruleContext(self)), (rules, rule) => {
    const index = rules.findIndex((other) => sameMatch(other, rule));
    const same = rules[index];
    if (same !== undefined) {
      if (same.action === rule.action && same.comment === rule.comment)
        return position === undefined ? "Skipping adding existing rule" : "Skipping inserting existing rule";
      rules[index] = rule;
      return "Rule updated";
    }
    const firstOfKind = rule.v6 ? rules.filter((other) => !other.v6).length : 0;
    const end = rule.v6 ? rules.length : rules.filter((other) => !other.v6).length;
    rules.splice(position === undefined ? end : Math.min(firstOfKind + position, end), 0, rule);
    return position === undefined ? "Rule added" : "Rule inserted";
  });
}

function insert(self: Process, words: readonly string[]): Promise<number> {
  const [number, action, ...rest] = words;
  if (!isAction(action)) throw new UfwError("Invalid syntax", true);
  const position = Number(number);
  if (!(position >= 1 && position <= Math.max(loadRules(self.machine.files).length, 1))) throw new UfwError(`Invalid position '${number}'`);
  return addRule(self, action, rest, position - 1);
}

function deleteRule(self: Process, action: Action, words: readonly string[]): Promise<number> {
  return change(self, parseRule(action, words, ruleContext(self)), (rules, rule) => {
    const index = rules.findIndex((other) => sameMatch(other, rule) && other.action === rule.action);
    if (index < 0) return "Could not delete non-existent rule";
    rules.splice(index, 1);
    return "Rule deleted";
  });
}

async function deleteNumber(self: Process, words: readonly string[], force: boolean): Promise<number> {
  const [word] = words;
  if (word === undefined || !/^\d+$/.test(word)) throw new UfwError("Invalid syntax", true);
  const rules = loadRules(self.machine.files);
  const rule = rules[Number(word) - 1];
  if (rule === undefined) throw new UfwError(`Could not find rule '${word}'`);
  if (!force && !(await confirmed(self, `Deleting:\n ${commandOf(rule)}\n`))) return 0;
  return change(self, [rule], (all) => {
    all.splice(Number(word) - 1, 1);
    return "Rule deleted";
  });
}
