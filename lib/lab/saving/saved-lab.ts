import type { TreeManifest } from "../../kernel/files/capture.ts";
import type { Credentials } from "../../kernel/types.ts";
import type { ServicesState } from "../services/services.ts";
import type { SessionMemory } from "../session/session.ts";
import type { TimeStep } from "../time/types.ts";
import type { LabDefinition } from "../types.ts";
import type { SavedDisk } from "../world/create.ts";

/** A lab as it lies in the browser's storage. The bytes of files lie beside it, by the keys that the manifests name. */
export interface SavedLab {
  readonly format: 1;
  readonly lesson: string;
  /** `LabDefinition.version`: of a lab that has changed since, the learner says what becomes of it. */
  readonly version: string;
  /** The lab as it was then, to tell what has changed. */
  readonly lab?: LabDefinition;
  readonly savedAtMs: number;
  readonly machines: readonly SavedMachine[];
  readonly terminals: readonly SavedTerminal[];
  readonly servers: readonly SavedServer[];
  readonly memory: SessionMemory;
  /** The registrar and the authorities of certificates. */
  readonly services?: ServicesState;
  readonly past?: SavedPast;
}

/** A lab at one instant of its past. */
export interface SavedWorld {
  readonly machines: readonly SavedMachine[];
  readonly terminals: readonly SavedTerminal[];
  readonly servers: readonly SavedServer[];
  readonly memory: SessionMemory;
  readonly services?: ServicesState;
  /** How far the time of day had been made to jump, in milliseconds. */
  readonly aheadMs?: number;
}

/** How a lab was when a task became open. Lies beside it, as it does not change. */
export interface SavedStart extends SavedWorld {
  readonly task: string;
  readonly version: string;
  /** Steps with this id, or a later one, came after it. */
  readonly firstStep?: number;
}

/** What can be undone, and done again, once the lab has come back. */
export interface SavedPast {
  /** Id of the next step. */
  readonly nextStep: number;
  /** The latest last. */
  readonly done: readonly SavedStep[];
  readonly undone: readonly SavedStep[];
}

export interface SavedStep {
  readonly step: TimeStep;
  /** Id of the moment to which it leads to undo the step, or to do it again. */
  readonly moment: string;
}

/** The lab at such a moment. Its disks lie by themselves: moments share those that did not change between them. */
export interface SavedMoment extends Omit<SavedWorld, "machines"> {
  readonly id: string;
  readonly machines: readonly { readonly name: string; readonly disk: string; readonly units?: readonly string[] }[];
}

/** What a disk of a moment needs of the bytes of files: keys, and their lengths. */
export interface DiskNeeds {
  readonly inodes: number;
  readonly contents: ReadonlyMap<string, number>;
}

export interface SavedMachine {
  readonly name: string;
  readonly files: TreeManifest;
  /** Units of its systemd that were up: it starts those again by itself. */
  readonly units?: readonly string[];
  /** Pids up to this one have been given; files may name them. */
  readonly lastPid?: number;
}

/** The disks of saved machines, as a world takes them (`createWorld`). */
export function disksOf(machines: readonly SavedMachine[], bytes: ReadonlyMap<string, Uint8Array>): SavedDisk[] {
  return machines.map((machine) => ({ ...machine, bytes: (key) => bytes.get(key) }));
}

export interface SavedTerminal {
  readonly id: string;
  readonly machine: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What else its shell knew: variables, functions and aliases, as commands. */
  readonly state?: string;
  /** The end of what it has shown. */
  readonly screen: Uint8Array;
  readonly columns: number;
  readonly rows: number;
  /** A program that was running in front, and is no server: it can't come back. */
  readonly stopped?: string;
}

/** A program that listened: processes can't be saved, so it is started again. */
export interface SavedServer {
  /** Undefined: it belonged to none. */
  readonly terminal: string | undefined;
  readonly machine: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly background: boolean;
  /** As whom it ran; work that was saved before this was noted has the machine's user. */
  readonly credentials?: Credentials;
  /** Files that standard output and standard error went into, by descriptor. What went to a terminal, or into a pipe, is not named. */
  readonly outputs?: Readonly<Partial<Record<OutputDescriptor, string>>>;
}

export type OutputDescriptor = 1 | 2;

/** Names every file's bytes that a saved lab needs. */
export function* keysOf(saved: Pick<SavedLab, "machines">): Generator<string> {
  for (const { files } of saved.machines) yield* needsOf(files).contents.keys();
}

export function needsOf({ inodes }: TreeManifest): DiskNeeds {
  const contents = new Map<string, number>();
  for (const { bytes } of inodes) if (bytes !== undefined && bytes.length > 0) contents.set(bytes.key, bytes.length);
  return { inodes: inodes.length, contents };
}

const ASIDE = "earlier:";

/** Under this name work lies that was put aside for another version of its lesson. */
export function asideName(lesson: string): string {
  return `${ASIDE}${lesson}`;
}

export function isAside(name: string): boolean {
  return name.startsWith(ASIDE);
}
