import { optionalPackages } from "../../programs/packages/catalog.ts";
import { type LabFile, labSchema, type TaskFile } from "../schema.ts";
import { HOSTING } from "../services/hosting/names.ts";
import type { LabDefinition, MachineDefinition, QuizDefinition, SshAccess, TaskDefinition, TrafficDefinition } from "../types.ts";
import { homeOf } from "./home.ts";
import { didYouMean } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { readBuckets } from "./read-buckets.ts";
import { namesIn, readCheck, validateRules } from "./read-check.ts";
import { readHosting } from "./read-hosting.ts";
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
  /** Undefined: quiz.yaml can't be read, so nothing is known of them. */
  readonly quizzes: readonly QuizDefinition[] | undefined;
  /** Ids of the syllabus, which checks may name in `teaches`; undefined: nothing is known of them. */
  readonly topics?: readonly string[];
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
    const to = typeof target === "string" ? target : target.to;
    if (!isAddress(to)) requireName(source, ["dns", name], "machine", to, names);
  }
  for (const copied of surroundings.files) {
    if (!names.includes(copied.machine) && copied.machine !== HOSTING) {
      source.problem(["machines"], `\`files/${copied.machine}\`: no such machine.`, didYouMean(copied.machine, names), "key");
      break;
    }
  }

  const traffic = readTraffic(value, source, names);
  const hosting = readHosting(value.github, source, names, surroundings.files);
  const buckets = readBuckets(value.buckets, source, names);
  const tasks = readTasks(value.tasks, source, first, names, surroundings, Object.keys(value.traffic ?? {}));
  if (source.problems.length > 0) return { lab: undefined, problems: source.problems };
  return {
    lab: {
      lesson: surroundings.lesson,
      version: surroundings.version,
      // The rest is filled in when all lessons are known (`continues.ts`).
      ...(value.continues === undefined ? {} : { continues: { lesson: value.continues, title: "", tasks: [], world: "" } }),
      machines,
      tasks,
      files: surroundings.files,
      dns: value.dns,
      registrar: value.registrar,
      buckets,
      // A check that looks there wants it to be there.
      hosting: hosting ?? (looksAtHosting(tasks) ? { keys: [], repositories: [] } : undefined),
      latencyMs: value.network?.latency,
      traffic,
      browser: { machine: browserMachine, home: value.browser?.home ?? "http://localhost:8000/" },
      quizzes: surroundings.quizzes ?? [],
    },
    problems: [],
  };
}

function looksAtHosting(tasks: readonly TaskDefinition[]): boolean {
  return tasks.some(({ checks }) => checks.some((check) => "on" in check && check.on === HOSTING));
}

function readMachines(value: LabFile, source: YamlSource, surroundings: LabSurroundings): MachineDefinition[] {
  return Object.entries(value.machines).map(([name, machine]) => {
    if (!surroundings.images.includes(machine.image)) {
      const remedy = didYouMean(machine.image, surroundings.images);
      source.problem(["machines", name, "image"], `\`image: ${machine.image}\`: no such image.`, remedy);
    }
    const user = machine.user ?? "learner";
    const { image, address, hostname, without } = machine;
    for (const [at, each] of (without ?? []).entries()) {
      requireName(source, ["machines", name, "without", at], "package that apt can install", each, optionalPackages);
    }
    const ssh = readSsh(machine.ssh);
    for (const other of ssh?.from ?? []) requireName(source, ["machines", name, "ssh"], "machine", other, Object.keys(value.machines));
    return { name, image, user, cwd: absolutePath(machine.cwd ?? "~", homeOf(user), homeOf(user)), address, hostname, without, ssh };
  });
}

function readTraffic(value: LabFile, source: YamlSource, machines: readonly string[]): TrafficDefinition[] | undefined {
  if (value.traffic === undefined) return undefined;
  const tasks = value.tasks.map((task) => task.id);
  return Object.entries(value.traffic).map(([name, { from, to, perSecond, during }]) => {
    const inside = from !== undefined && from !== "internet";
    if (inside) requireName(source, ["traffic", name, "from"], "machine", from, [...machines, "internet"]);
    if (during !== undefined) requireName(source, ["traffic", name, "during"], "task", during, tasks);
    return { name, from: inside ? from : undefined, to: typeof to === "string" ? [to] : to, perSecond: perSecond ?? 10, during };
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
  const field = path.findLast((part) => typeof part === "string");
  if (!known.includes(name)) source.problem(path, `\`${String(field)}: ${name}\`: no such ${what}.`, didYouMean(name, known));
}

function readTasks(
  tasks: readonly TaskFile[],
  source: YamlSource,
  first: MachineDefinition,
  machines: readonly string[],
  surroundings: LabSurroundings,
  traffic: readonly string[],
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
      for (const { at: field, what, name } of namesIn(check)) {
        const known = {
          machine: "git" in check ? [...machines, HOSTING] : machines,
          task: ids,
          traffic,
          "quiz in quiz.yaml": surroundings.quizzes?.map((quiz) => quiz.id),
        };
        requireName(source, [...checkPath, ...field], what, name, known[what] ?? [name]);
      }
      for (const [at, topic] of (check.teaches ?? []).entries()) {
        const { topics } = surroundings;
        if (topics !== undefined) requireName(source, [...checkPath, "teaches", at], "topic in content/syllabus.yaml", topic, topics);
      }
      validateRules(check, checkPath, source);
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
