/** Saved work of another version of its lesson: what the author has changed since, and how that meets what the learner has done. */
import type { TreeManifest } from "../../kernel/files/capture.ts";
import type { SavedLab } from "../saving/saved-lab.ts";
import type { SessionMemory } from "../session/session.ts";
import type { LabDefinition, TaskDefinition } from "../types.ts";
import type { FileChange, OutdatedWork } from "./types.ts";

/** A file longer than this is not shown line by line. */
const MOST_CHARACTERS = 100_000;

/** Tells the version that the work was done in from the one that the lesson has now. `bytes` are those that were saved with it. */
export function compareVersions(saved: SavedLab, lab: LabDefinition, bytes: ReadonlyMap<string, Uint8Array>): OutdatedWork {
  const { savedAtMs, lab: before } = saved;
  if (before === undefined) return { savedAtMs, isKnown: false, tasks: [], files: [], machines: [] };
  const mine = (machine: string, path: string): string | undefined => {
    const tree = saved.machines.find(({ name }) => name === machine)?.files;
    return tree === undefined ? undefined : textAt(tree, path, bytes);
  };
  return {
    savedAtMs,
    isKnown: true,
    tasks: [
      ...lab.tasks.flatMap((task): OutdatedWork["tasks"] => {
        const old = before.tasks.find(({ id }) => id === task.id);
        if (old === undefined) return [{ title: task.title, change: "added" }];
        return asksTheSame(old, task) ? [] : [{ title: task.title, change: "changed" }];
      }),
      ...before.tasks
        .filter(({ id }) => !lab.tasks.some((task) => task.id === id))
        .map(({ title }) => ({ title, change: "removed" as const })),
    ],
    files: fileChanges(before, lab, mine),
    machines: [
      ...lab.machines
        .filter(({ name }) => !before.machines.some((old) => old.name === name))
        .map(({ name }) => ({ name, change: "added" as const })),
      ...before.machines
        .filter(({ name }) => !lab.machines.some((each) => each.name === name))
        .map(({ name }) => ({ name, change: "removed" as const })),
    ],
  };
}

/** What of the memory still counts: a task that asks for something else than it did when it passed is open again. */
export function memoryInVersion(memory: SessionMemory, before: LabDefinition | undefined, lab: LabDefinition): SessionMemory {
  const passed = memory.passed.filter((id) => {
    const [old, task] = [before, lab].map((each) => each?.tasks.find((other) => other.id === id));
    return task !== undefined && (before === undefined || (old !== undefined && asksTheSame(old, task)));
  });
  const quizzes = new Set(lab.quizzes.map(({ id }) => id));
  const answers = Object.fromEntries(Object.entries(memory.answers).filter(([quiz]) => quizzes.has(quiz)));
  // The list of actions belongs to a world that began otherwise: it can't be run again in this one.
  return { ...memory, passed, answers, actions: [], actionCount: (memory.actionCount ?? 0) + 1 };
}

function asksTheSame(one: TaskDefinition, other: TaskDefinition): boolean {
  return JSON.stringify([one.checks, one.needs]) === JSON.stringify([other.checks, other.needs]);
}

function fileChanges(before: LabDefinition, lab: LabDefinition, mine: (machine: string, path: string) => string | undefined): FileChange[] {
  const at = ({ machine, path }: { machine: string; path: string }): string => `${machine}:${path}`;
  const [old, now] = [before, lab].map(({ files }) => new Map(files.map((file) => [at(file), file])));
  const keys = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [old?.get(key), now?.get(key)];
    const file = is ?? was;
    if (file === undefined || (was?.base64 === is?.base64 && was?.mode === is?.mode)) return [];
    const { machine, path } = file;
    const yours = mine(machine, path);
    const theirs = is === undefined ? undefined : textOf(fromBase64(is.base64));
    const touched = yours !== (was === undefined ? undefined : textOf(fromBase64(was.base64)));
    const change = was === undefined ? "added" : is === undefined ? "removed" : "changed";
    return [{ machine, path, change, touched, ...(yours === undefined ? {} : { yours }), ...(theirs === undefined ? {} : { theirs }) }];
  });
}

/** The text of a saved file; undefined where there is none, or it is no text. */
function textAt({ inodes }: TreeManifest, path: string, bytes: ReadonlyMap<string, Uint8Array>): string | undefined {
  let inode = inodes[0];
  for (const name of path.split("/").filter((part) => part !== "")) {
    const entry = inode?.entries?.find((each) => each.name === name);
    inode = entry === undefined ? undefined : inodes[entry.inode];
  }
  if (inode?.bytes === undefined) return undefined;
  return inode.bytes.length === 0 ? "" : textOf(bytes.get(inode.bytes.key));
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length > MOST_CHARACTERS || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** For the learner who goes on: what is not as it was. */
export function keepingNotice({ isKnown, tasks, files }: OutdatedWork): string {
  const changed = tasks.filter(({ change }) => change === "changed").map(({ title }) => `“${title}”`);
  const sentences = ["You go on with the work that you began in an earlier version of this lesson."];
  if (!isKnown)
    sentences.push("What its author has changed since is not known; checks may ask for something that your machines do not have.");
  if (changed.length > 0)
    sentences.push(
      `${changed.join(", ")} now ask${changed.length === 1 ? "s" : ""} for something else and ${changed.length === 1 ? "is" : "are"} looked at anew.`,
    );
  if (files.length > 0)
    sentences.push(
      `Files that the lesson brings were changed; your machines have the earlier ones: ${files.map(({ path }) => path).join(", ")}. A check that fails may look for what is new in them.`,
    );
  return sentences.join(" ");
}
