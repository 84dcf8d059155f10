import type { CheckFile, ProcessCheckFile, TextRuleFile } from "../check-schema.ts";
import type { CheckCommon, CheckDefinition, MachineDefinition, TextRule } from "../types.ts";
import type { YamlSource } from "./yaml-source.ts";

/** What the schema can't say of a check: rules that contradict each other, expressions that are none. */
export function validateRules(check: CheckFile, path: readonly PropertyKey[], source: YamlSource): void {
  const validate = (rule: TextRuleFile, at: readonly PropertyKey[]): void => {
    if (rule.matches === undefined) return;
    try {
      new RegExp(rule.matches, "m");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      source.problem(
        [...at, "matches"],
        `\`matches\` is not a regular expression: ${reason}.`,
        "Escape the characters ( [ { * + ? . \\ where they stand for themselves.",
      );
    }
  };
  if ("run" in check) {
    if (check.stdout) validate(check.stdout, [...path, "stdout"]);
    if (check.exit === "any" && check.stdout === undefined) {
      source.problem([...path, "exit"], "This check looks at nothing: any exit status will do.", "Add `stdout:`, or name the exit status.");
    }
  }
  if ("file" in check) {
    validate(check, path);
    const looks = check.type ?? check.mode ?? check.owner ?? textRule(check);
    if (check.exists === false && looks !== undefined) {
      source.problem(
        [...path, "exists"],
        "A file that must not exist can have no further rules.",
        "Drop `exists: false`, or the other rules.",
      );
    }
  }
  if ("port" in check) {
    const looks = check.address ?? check.process ?? check.from;
    if (check.listening === false && looks !== undefined) {
      source.problem(
        [...path, "listening"],
        "A port on which nothing listens has no address, no process, and nobody reaches it.",
        "Drop `listening: false`, or the other rules.",
      );
    }
    if (check.reachable !== undefined && check.from === undefined) {
      source.problem([...path, "reachable"], "`reachable` needs to know from where.", "Add `from:` with the name of a machine.");
    }
    return;
  }
  if ("process" in check) {
    validate(check, path);
    if (check.running === false && check.count !== undefined) {
      source.problem([...path, "running"], "A program that must not run has no count.", "Drop `running: false`, or `count`.");
    }
    if (typeof check.count === "object" && (check.count.min ?? 0) > (check.count.max ?? Number.POSITIVE_INFINITY)) {
      source.problem([...path, "count"], "`min` is more than `max`.", "Exchange them.");
    }
  }
  if ("http" in check) {
    validate(check, path);
    for (const [name, rule] of Object.entries(check.header ?? {})) if (typeof rule !== "string") validate(rule, [...path, "header", name]);
    const looks = check.status ?? check.header ?? textRule(check);
    if (looks === undefined && check.refused === undefined) {
      source.problem([...path, "http"], "This check looks at nothing of the answer.", "Add `status: 200`, `contains:` or `header:`.");
    }
    if (looks !== undefined && check.refused !== undefined) {
      source.problem([...path, "refused"], "A refused connection has no answer to look at.", "Drop `refused: true`, or the other rules.");
    }
  }
}

/** A check with its defaults filled in. `first` is the machine that is meant where none is named. */
export function readCheck(check: CheckFile, first: MachineDefinition): CheckDefinition {
  const common: CheckCommon = {
    id: check.id,
    because: check.because,
    next: check.next,
    lasting: "lasting" in check ? check.lasting : undefined,
  };
  if ("quiz" in check) return { ...common, kind: "quiz", quiz: check.quiz };
  const on = check.on ?? first.name;
  if ("run" in check) {
    return {
      ...common,
      kind: "run",
      run: check.run,
      on,
      cwd: check.cwd,
      user: check.user,
      exit: check.exit === "any" ? undefined : (check.exit ?? 0),
      stdout: check.stdout && textRule(check.stdout),
      network: check.network ?? false,
      timeoutSeconds: check.timeout ?? 20,
    };
  }
  if ("file" in check) {
    return {
      ...common,
      kind: "file",
      file: check.file,
      on,
      exists: check.exists ?? true,
      type: check.type,
      text: textRule(check),
      mode: check.mode,
      owner: check.owner,
    };
  }
  if ("port" in check) {
    const { port, address, process } = check;
    const reach = check.from === undefined ? undefined : { from: check.from, reachable: check.reachable ?? true };
    return { ...common, kind: "port", port, on, listening: check.listening ?? true, address, process, reach };
  }
  if ("process" in check) {
    const { process, user } = check;
    return { ...common, kind: "process", process, on, user, command: textRule(check), count: readCount(check) };
  }
  const headers = Object.entries(check.header ?? {}).map(([name, rule]): [string, TextRule] => [
    name.toLowerCase(),
    typeof rule === "string" ? { equals: rule } : (textRule(rule) ?? {}),
  ]);
  return {
    ...common,
    kind: "http",
    http: check.http,
    on,
    method: check.method ?? "GET",
    headers: check.sends ?? {},
    refused: check.refused,
    status: check.status,
    body: textRule(check),
    responseHeaders: headers.length > 0 ? Object.fromEntries(headers) : undefined,
  };
}

function readCount({ running, count }: Pick<ProcessCheckFile, "running" | "count">): { min: number; max: number | undefined } {
  if (running === false) return { min: 0, max: 0 };
  if (count === undefined) return { min: 1, max: undefined };
  return typeof count === "number" ? { min: count, max: count } : { min: count.min ?? 0, max: count.max };
}

function textRule(rule: TextRuleFile): TextRule | undefined {
  const list = (value: string | string[] | undefined): string[] | undefined => (typeof value === "string" ? [value] : value);
  const { contains, excludes, matches, equals } = rule;
  if (contains === undefined && excludes === undefined && matches === undefined && equals === undefined) return undefined;
  return { contains: list(contains), excludes: list(excludes), matches, equals };
}
