import type { TreeManifest } from "../../kernel/files/capture.ts";
import type { Credentials } from "../../kernel/types.ts";
import type { ServicesState } from "../services/services.ts";
import type { SessionMemory } from "../session/session.ts";
import type { LabDefinition } from "../types.ts";

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
}

/** How a lab was when a task became open. Lies beside it, as it does not change. */
export interface SavedStart {
  readonly task: string;
  readonly version: string;
  readonly machines: readonly SavedMachine[];
  readonly terminals: readonly SavedTerminal[];
  readonly servers: readonly SavedServer[];
  readonly memory: SessionMemory;
  readonly services?: ServicesState;
}

export interface SavedMachine {
  readonly name: string;
  readonly files: TreeManifest;
  /** Units of its systemd that were up: it starts those again by itself. */
  readonly units?: readonly string[];
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
  for (const machine of saved.machines) {
    for (const inode of machine.files.inodes) if (inode.bytes !== undefined && inode.bytes.length > 0) yield inode.bytes.key;
  }
}

const ASIDE = "earlier:";

/** Under this name work lies that was put aside for another version of its lesson. */
export function asideName(lesson: string): string {
  return `${ASIDE}${lesson}`;
}

export function isAside(name: string): boolean {
  return name.startsWith(ASIDE);
}
