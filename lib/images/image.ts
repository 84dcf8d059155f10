/** What a fresh machine of each kind holds. */
import type { Files, Machine } from "../kernel/types.ts";

/** A disk as root sees it, with what only an image needs. */
export interface ImageFiles extends Files {
  /** mknod(2): `mode` with its type bits, `rdev` as major << 8 | minor. */
  mknod(path: string, mode: number, rdev: number): void;
}

export interface Image {
  readonly name: string;
  /** One line for the reference page. */
  readonly summary: string;
  /** Fills an empty disk; `machine` is the one it belongs to. */
  readonly build: (files: ImageFiles, machine: Machine) => void | Promise<void>;
}

/** Writes a file of root's with this mode. */
export function put(files: Files, path: string, text: string | Uint8Array, mode = 0o644): void {
  files.writeFile(path, text, { mode });
  files.chmod(path, mode);
}

/** Makes a directory (and those above it) with this mode. */
export function folder(files: Files, path: string, mode = 0o755): void {
  files.mkdir(path, { recursive: true });
  files.chmod(path, mode);
}
