import type { CheckFile, GitCheckFile, ObservedFile, ProcessCheckFile, SqlCheckFile, TextRuleFile } from "../check-schema.ts";
import type {
  CheckCommon,
  CheckDefinition,
  FileCheck,
  GitCheck,
  HistoryCheck,
  MachineDefinition,
  PortCheck,
  ProcessCheck,
  SqlCheck,
  StatusClass,
  TextRule,
} from "../types.ts";
import { SLOW_REMEDY, slowMessage, slowPart } from "./slow-pattern.ts";
import type { YamlSource } from "./yaml-source.ts";

/** Where a check names a machine, a task, a traffic or a quiz of the lab. */
interface NamedThing {
  readonly at: readonly PropertyKey[];
  readonly what: "machine" | "task" | "traffic" | "quiz in quiz.yaml";
  readonly name: string;
}

export function namesIn(check: CheckFile | ObservedFile): readonly NamedThing[] {
  const thing = (what: NamedThing["what"], name: string | undefined, ...at: PropertyKey[]): NamedThing[] =>
    name === undefined ? [] : [{ at, what, name }];
  if ("quiz" in check) return thing("quiz in quiz.yaml", check.quiz, "quiz");
  if ("traffic" in check) return [...thing("traffic", check.traffic, "traffic"), ...thing("machine", check.during?.on, "during", "on")];
  if ("never" in check || "always" in check) {
    const [key, what] = "never" in check ? (["never", check.never] as const) : (["always", check.always] as const);
    return [...thing("task", check.since, "since"), ...namesIn(what).map((inner) => ({ ...inner, at: [key, ...inner.at] }))];
  }
  if ("status" in check && !("http" in check)) return [];
  return [...("on" in check ? thing("machine", check.on, "on") : []), ...("from" in check ? thing("machine", check.from, "from") : [])];
}

/** What the schema can't say of a check: rules that contradict each other, expressions that are none. */
export function validateRules(check: CheckFile | ObservedFile, path: readonly PropertyKey[], source: YamlSource): void {
  const validate = (rule: TextRuleFile, at: readonly PropertyKey[]): void => {
    if (rule.matches === undefined) {
      if (rule.wanted !== undefined)
        source.problem([...at, "wanted"], "`wanted` goes with `matches`, and there is none.", "Drop `wanted`, or add `matches:`.");
      return;
    }
    if (rule.wanted === undefined)
      source.problem(
        [...at, "matches"],
        "What `matches` looks for is not said in words.",
        "Add `wanted:` with what a learner reads, for example `wanted: a port from 8000 on`.",
      );
    try {
      const slow = slowPart(rule.matches);
      if (slow !== undefined) source.problem([...at, "matches"], slowMessage(slow), SLOW_REMEDY);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      source.problem(
        [...at, "matches"],
        `\`matches\` is not a regular expression: ${reason}.`,
        "Escape the characters ( [ { * + ? . \\ where they stand for themselves.",
      );
    }
  };
  if ("never" in check) validateRules(check.never, [...path, "never"], source);
  if ("always" in check) validateRules(check.always, [...path, "always"], source);
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
  if ("sql" in check) {
    if ((check.database === undefined) === (check.sqlite === undefined)) {
      source.problem(
        [...path, "sql"],
        "A query needs one database to ask.",
        "Add `database:` (PostgreSQL) or `sqlite:` (a file), not both.",
      );
    }
    if (check.sqlite !== undefined && check.as !== undefined) {
      source.problem([...path, "as"], "A file of SQLite's knows no users.", "Drop `as`.");
    }
    if (check.value === undefined && check.rows === undefined && check.count === undefined) {
      source.problem([...path, "sql"], "This check looks at nothing of the answer.", "Add `value:`, `rows:` or `count:`.");
    }
    return;
  }
  if ("git" in check) {
    const { git } = check;
    const at = [...path, "git"];
    if (git.file) validate(git.file, [...at, "file"]);
    if (typeof git.message === "object") validate(git.message, [...at, "message"]);
    if (git.file && textRule(git.file) === undefined)
      source.problem([...at, "file"], "This file has no rules.", "Add `contains:`, or name it in `tracked:`.");
    const looks = git.message ?? git.commits ?? git.tracked ?? git.untracked ?? git.file ?? git.clean ?? git.tag ?? git.never ?? git.branch;
    if (looks === undefined)
      source.problem(
        at,
        "This check looks at nothing of the repository.",
        "Add `branch:`, `message:`, `tracked:`, `clean: true` or `never:`.",
      );
    return;
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
    const looks = check.status ?? check.header ?? check.certificate ?? textRule(check);
    if (check.certificate !== undefined && !check.http.startsWith("https:")) {
      source.problem([...path, "certificate"], "Only https addresses have certificates.", "Begin the address with https://.");
    }
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
    teaches: check.teaches,
    because: check.because,
    next: check.next,
    lasting: "lasting" in check ? check.lasting : undefined,
  };
  if ("quiz" in check) return { ...common, kind: "quiz", quiz: check.quiz };
  if ("never" in check) return { ...common, kind: "never", what: readObserved(check.never, first), since: check.since };
  if ("always" in check) return { ...common, kind: "always", what: readObserved(check.always, first), since: check.since };
  if ("traffic" in check) {
    const { traffic, requests = 20, lost = 0, errors = 0, during } = check;
    const changed = during && { process: during.process, on: during.on ?? first.name };
    return { ...common, kind: "traffic", traffic, requests, lost, errors, during: changed };
  }
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
  if ("sql" in check) return { ...common, ...readSql(check, on) };
  if ("git" in check) return { ...common, ...readGit(check.git, on) };
  if (!("http" in check)) return { ...common, ...readState(check, on) };
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
    certificate: check.certificate,
  };
}

type StateFile = Exclude<ObservedFile, { status: unknown }>;

/** The kinds that look at the state of a machine. */
function readState(check: StateFile, on: string): FileCheck | PortCheck | ProcessCheck {
  if ("file" in check) {
    const { file, exists = true, type, mode, owner } = check;
    return { kind: "file", file, on, exists, type, text: textRule(check), mode, owner };
  }
  if ("port" in check) {
    const { port, address, process } = check;
    const reach = check.from === undefined ? undefined : { from: check.from, reachable: check.reachable ?? true };
    return { kind: "port", port, on, listening: check.listening ?? true, address, process, reach };
  }
  const { process, user } = check;
  return { kind: "process", process, on, user, command: textRule(check), count: readCount(check) };
}

function readSql({ sql, database, as, sqlite, value, rows, count }: SqlCheckFile, on: string): SqlCheck {
  const place: SqlCheck["database"] =
    sqlite === undefined
      ? { engine: "postgres", name: database ?? "postgres", user: as ?? "postgres" }
      : { engine: "sqlite", file: sqlite };
  return { kind: "sql", sql, on, database: place, value, rows, count: count === undefined ? undefined : readCount({ count }) };
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

function readGit(
  { repository, branch, message, commits, tracked, untracked, file, clean, tag, never }: GitCheckFile["git"],
  on: string,
): GitCheck {
  return {
    kind: "git",
    on,
    repository,
    branch,
    message: typeof message === "string" ? { contains: [message] } : message && textRule(message),
    commits: commits === undefined ? undefined : readCount({ count: commits }),
    tracked: listOf(tracked),
    untracked: listOf(untracked),
    file: file && { path: file.path, text: textRule(file) ?? {} },
    clean: clean ?? false,
    tag,
    never: listOf(never),
  };
}

function readObserved(what: ObservedFile, first: MachineDefinition): HistoryCheck["what"] {
  if (!("status" in what)) return readState(what, what.on ?? first.name);
  const status = (Array.isArray(what.status) ? what.status : [what.status]).filter(isStatusClass);
  return { kind: "request", status, to: what.to, by: what.by ?? "users" };
}

function isStatusClass(value: string | number): value is StatusClass {
  return typeof value === "number" || /^(?:[1-5]xx|none)$/.test(value);
}

function readCount({ running, count }: Pick<ProcessCheckFile, "running" | "count">): { min: number; max: number | undefined } {
  if (running === false) return { min: 0, max: 0 };
  if (count === undefined) return { min: 1, max: undefined };
  return typeof count === "number" ? { min: count, max: count } : { min: count.min ?? 0, max: count.max };
}

function textRule(rule: TextRuleFile): TextRule | undefined {
  const list = (value: string | string[] | undefined): string[] | undefined => (typeof value === "string" ? [value] : value);
  const { contains, excludes, matches, wanted, equals } = rule;
  if (contains === undefined && excludes === undefined && matches === undefined && equals === undefined) return undefined;
  return { contains: list(contains), excludes: list(excludes), matches, wanted, equals };
}
