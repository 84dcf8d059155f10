import { type CheckFile, type LabFile, labSchema, type TaskFile, type TextRuleFile } from "../schema.ts";
import type {
  CheckCommon,
  CheckDefinition,
  LabDefinition,
  MachineDefinition,
  QuizDefinition,
  SshAccess,
  TaskDefinition,
  TextRule,
} from "../types.ts";
import { homeOf } from "./home.ts";
import { didYouMean } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { YamlSource } from "./yaml-source.ts";

/** What lab.yaml refers to and does not hold itself. */
export interface LabSurroundings {
  /** The lesson's id. */
  readonly lesson: string;
  /** Changes when anything the lab is made of changes. */
  readonly version: string;
  /** Names of the images that machines can have. */
  readonly images: readonly string[];
  readonly files: LabDefinition["files"];
  readonly quizzes: readonly QuizDefinition[];
}

/** Reads lab.yaml. The lab is undefined when there are problems. */
export function readLab(
  file: string,
  text: string,
  surroundings: LabSurroundings,
): { lab: LabDefinition | undefined; problems: readonly Problem[] } {
  const source = new YamlSource(file, text);
  const value = source.read(labSchema);
  if (value === undefined) return { lab: undefined, problems: source.problems };

  const machines = readMachines(value, source, surroundings);
  const names = machines.map((machine) => machine.name);
  const first = machines[0];
  if (first === undefined) {
    source.problem(["machines"], "The lab has no machine.", "Add one: `laptop: { image: python }`.");
    return { lab: undefined, problems: source.problems };
  }
  const browserMachine = value.browser?.machine ?? first.name;
  requireName(source, ["browser", "machine"], "machine", browserMachine, names);
  checkAddresses(machines, source);
  for (const [name, target] of Object.entries(value.dns ?? {})) {
    if (!isAddress(target)) requireName(source, ["dns", name], "machine", target, names);
  }
  for (const copied of surroundings.files) {
    if (!names.includes(copied.machine)) {
      source.problem(["machines"], `\`files/${copied.machine}\`: no such machine.`, didYouMean(copied.machine, names), "key");
      break;
    }
  }

  const tasks = readTasks(value.tasks, source, first, names, surroundings);
  if (source.problems.length > 0) return { lab: undefined, problems: source.problems };
  return {
    lab: {
      lesson: surroundings.lesson,
      version: surroundings.version,
      machines,
      tasks,
      files: surroundings.files,
      dns: value.dns,
      latencyMs: value.network?.latency,
      browser: { machine: browserMachine, home: value.browser?.home ?? "http://localhost:8000/" },
      quizzes: surroundings.quizzes,
    },
    problems: [],
  };
}

function readMachines(value: LabFile, source: YamlSource, surroundings: LabSurroundings): MachineDefinition[] {
  return Object.entries(value.machines).map(([name, machine]) => {
    if (!surroundings.images.includes(machine.image)) {
      const remedy = didYouMean(machine.image, surroundings.images);
      source.problem(["machines", name, "image"], `\`image: ${machine.image}\`: no such image.`, remedy);
    }
    const user = machine.user ?? "learner";
    const { image, address, hostname } = machine;
    const ssh = readSsh(machine.ssh);
    for (const other of ssh?.from ?? []) requireName(source, ["machines", name, "ssh"], "machine", other, Object.keys(value.machines));
    return { name, image, user, cwd: absolutePath(machine.cwd ?? "~", homeOf(user), homeOf(user)), address, hostname, ssh };
  });
}

function readSsh(value: LabFile["machines"][string]["ssh"]): SshAccess | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return { from: [] };
  return Array.isArray(value) ? { from: value } : { from: value.from ?? [], password: value.password };
}

function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text);
}

function checkAddresses(machines: readonly MachineDefinition[], source: YamlSource): void {
  for (const { name, address } of machines) {
    const other = machines.find((each) => each.address === address);
    if (address === undefined || other === undefined || other.name === name) continue;
    source.problem(["machines", name, "address"], `\`${other.name}\` has the address ${address} already.`, "Give one of them another.");
  }
}

/** `path` with a leading ~ replaced by `home`, and relative ones begun at `cwd`. */
function absolutePath(path: string, home: string, cwd: string): string {
  if (path === "~" || path.startsWith("~/")) return home + path.slice(1);
  return path.startsWith("/") ? path : `${cwd}/${path}`;
}

function requireName(source: YamlSource, path: readonly PropertyKey[], what: string, name: string, known: readonly string[]): void {
  if (!known.includes(name)) source.problem(path, `\`${String(path.at(-1))}: ${name}\`: no such ${what}.`, didYouMean(name, known));
}

function readTasks(
  tasks: readonly TaskFile[],
  source: YamlSource,
  first: MachineDefinition,
  machines: readonly string[],
  surroundings: LabSurroundings,
): TaskDefinition[] {
  const ids = tasks.map((task) => task.id);
  return tasks.map((task, index) => {
    const path = ["tasks", index];
    if (ids.indexOf(task.id) !== index) {
      source.problem([...path, "id"], `The task \`${task.id}\` is declared twice.`, "Give one of them another id.");
    }
    for (const [at, need] of (task.needs ?? []).entries()) {
      if (!ids.includes(need)) {
        source.problem([...path, "needs", at], `\`needs: ${need}\`: no such task.`, didYouMean(need, ids));
      } else if (ids.indexOf(need) >= index) {
        // A task can only need earlier ones: that rules out circles, and is the order in which the learner meets them.
        source.problem([...path, "needs", at], `\`needs: ${need}\`: that task comes later.`, "Move it before this one, or drop the need.");
      }
    }
    const seen = new Set<string>();
    const checks = task.checks.map((check, at) => {
      const checkPath = [...path, "checks", at];
      if (seen.has(check.id)) {
        source.problem([...checkPath, "id"], `The check \`${check.id}\` is declared twice in this task.`, "Give one of them another id.");
      }
      seen.add(check.id);
      if ("on" in check && check.on !== undefined) requireName(source, [...checkPath, "on"], "machine", check.on, machines);
      validateRules(check, checkPath, source);
      if ("quiz" in check) {
        const quizzes = surroundings.quizzes.map((quiz) => quiz.id);
        requireName(source, [...checkPath, "quiz"], "quiz in quiz.yaml", check.quiz, quizzes);
      }
      return readCheck(check, first);
    });
    return {
      id: task.id,
      title: task.title,
      text: task.text,
      needs: task.needs ?? [],
      checks,
      hints: task.hints ?? [],
      solution: task.solution,
    };
  });
}

function validateRules(check: CheckFile, path: readonly PropertyKey[], source: YamlSource): void {
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

function readCheck(check: CheckFile, first: MachineDefinition): CheckDefinition {
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

function textRule(rule: TextRuleFile): TextRule | undefined {
  const list = (value: string | string[] | undefined): string[] | undefined => (typeof value === "string" ? [value] : value);
  const { contains, excludes, matches, equals } = rule;
  if (contains === undefined && excludes === undefined && matches === undefined && equals === undefined) return undefined;
  return { contains: list(contains), excludes: list(excludes), matches, equals };
}
