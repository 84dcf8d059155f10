/** psql's variables: those it treats specially are checked when they are set (psql: Variables). */

export const VERSION_NAME = "18.6";
export const VERSION_NUMBER = "180006";
export const VERSION = `PostgreSQL ${VERSION_NAME} on Slipway`;

type Rule =
  | { readonly kind: "boolean" }
  | { readonly kind: "number" }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "on-off-or"; readonly choices: readonly string[] };

const BOOLEAN: Rule = { kind: "boolean" };
const NUMBER: Rule = { kind: "number" };
const RULES: Readonly<Record<string, { readonly rule: Rule; readonly unset: string }>> = {
  AUTOCOMMIT: { rule: BOOLEAN, unset: "off" },
  COMP_KEYWORD_CASE: {
    rule: { kind: "choice", choices: ["lower", "upper", "preserve-lower", "preserve-upper"] },
    unset: "preserve-upper",
  },
  ECHO: { rule: { kind: "choice", choices: ["none", "errors", "queries", "all"] }, unset: "none" },
  ECHO_HIDDEN: { rule: { kind: "on-off-or", choices: ["noexec"] }, unset: "off" },
  FETCH_COUNT: { rule: NUMBER, unset: "0" },
  HIDE_TABLEAM: { rule: BOOLEAN, unset: "off" },
  HIDE_TOAST_COMPRESSION: { rule: BOOLEAN, unset: "off" },
  HISTCONTROL: { rule: { kind: "choice", choices: ["ignorespace", "ignoredups", "ignoreboth", "none"] }, unset: "none" },
  HISTSIZE: { rule: NUMBER, unset: "500" },
  IGNOREEOF: { rule: NUMBER, unset: "0" },
  ON_ERROR_ROLLBACK: { rule: { kind: "on-off-or", choices: ["interactive"] }, unset: "off" },
  ON_ERROR_STOP: { rule: BOOLEAN, unset: "off" },
  QUIET: { rule: BOOLEAN, unset: "off" },
  SHOW_ALL_RESULTS: { rule: BOOLEAN, unset: "off" },
  SHOW_CONTEXT: { rule: { kind: "choice", choices: ["never", "errors", "always"] }, unset: "errors" },
  SINGLELINE: { rule: BOOLEAN, unset: "off" },
  SINGLESTEP: { rule: BOOLEAN, unset: "off" },
  VERBOSITY: { rule: { kind: "choice", choices: ["default", "verbose", "terse", "sqlstate"] }, unset: "default" },
  WATCH_INTERVAL: { rule: NUMBER, unset: "2" },
};

/** "on", "1", "yes", "tr"… as psql reads them; undefined: none of them. */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (word === "") return undefined;
  if ("true".startsWith(word) || "yes".startsWith(word) || word === "on" || word === "1") return true;
  if ("false".startsWith(word) || "no".startsWith(word) || word === "of" || word === "off" || word === "0") return false;
  return undefined;
}

export const isVariableName = (name: string): boolean => /^[A-Za-z_0-9\u0080-\uffff]+$/.test(name);

export class Variables {
  readonly #values = new Map<string, string>([
    ["AUTOCOMMIT", "on"],
    ["PROMPT1", "%/%R%x%# "],
    ["PROMPT2", "%/%R%x%# "],
    ["PROMPT3", ">> "],
    ["SHOW_ALL_RESULTS", "on"],
    ["LAST_ERROR_MESSAGE", ""],
    ["LAST_ERROR_SQLSTATE", "00000"],
    ["VERSION", VERSION],
    ["VERSION_NAME", VERSION_NAME],
    ["VERSION_NUM", VERSION_NUMBER],
    ...Object.entries(RULES)
      .filter(([name]) => name !== "AUTOCOMMIT" && name !== "SHOW_ALL_RESULTS")
      .map(([name, { unset }]): [string, string] => [name, unset]),
  ]);

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** A boolean variable. */
  on(name: string): boolean {
    return this.#values.get(name) === "on";
  }

  number(name: string): number {
    return Number(this.#values.get(name) ?? 0);
  }

  all(): readonly (readonly [string, string])[] {
    return [...this.#values].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  /** Sets what psql itself knows: nothing is checked. */
  put(name: string, value: string): void {
    this.#values.set(name, value);
  }

  drop(name: string): void {
    this.#values.delete(name);
  }

  /** Undefined unsets. Gives the complaint when it may not be. */
  set(name: string, value: string | undefined): string | undefined {
    if (!isVariableName(name)) return `invalid variable name: "${name}"`;
    const special = RULES[name];
    if (special === undefined) {
      if (value === undefined) this.#values.delete(name);
      else this.#values.set(name, value);
      return undefined;
    }
    const checked = value === undefined ? special.unset : check(special.rule, value);
    if (checked === undefined) return complaint(name, value ?? "", special.rule);
    this.#values.set(name, checked);
    return undefined;
  }
}

function check(rule: Rule, value: string): string | undefined {
  switch (rule.kind) {
    case "boolean": {
      if (value === "") return "on";
      const found = parseBoolean(value);
      return found === undefined ? undefined : found ? "on" : "off";
    }
    case "number":
      return /^\s*[+-]?(?:\d+|0x[0-9a-f]+)$/i.test(value) ? value : undefined;
    case "choice":
      return rule.choices.find((choice) => choice === value.toLowerCase());
    case "on-off-or": {
      const choice = rule.choices.find((each) => each === value.toLowerCase());
      if (choice !== undefined) return choice;
      const found = value === "" ? true : parseBoolean(value);
      return found === undefined ? undefined : found ? "on" : "off";
    }
  }
}

function complaint(name: string, value: string, rule: Rule): string {
  switch (rule.kind) {
    case "boolean":
      return `unrecognized value "${value}" for "${name}": Boolean expected`;
    case "number":
      return `invalid value "${value}" for "${name}": integer expected`;
    case "choice":
      return `unrecognized value "${value}" for "${name}"\nAvailable values are: ${rule.choices.join(", ")}.`;
    case "on-off-or":
      return `unrecognized value "${value}" for "${name}"\nAvailable values are: on, off, ${rule.choices.join(", ")}.`;
  }
}
