/** What the kernel's half of the engine posts to each worker. */

export interface PythonAssets {
  readonly module: WebAssembly.Module;
  /** One copy for all workers. */
  readonly snapshot: SharedArrayBuffer;
  readonly manifest: SnapshotManifest;
}

/** What a worker must know of the snapshot (`build/freeze.py` writes it). */
export interface SnapshotManifest {
  /** Addresses of the functions of python/process.py. */
  readonly start: number;
  readonly finish: number;
  /** Modules of the snapshot: name, and its file on a machine (absent for those built in). */
  readonly modules: readonly { readonly name: string; readonly file?: string }[];
  /** Top-level module → the top-level modules that it imported. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
}

/** `ExecMessage.engine`: of each module of the manifest, the content id that its file has when it is the one in the snapshot. */
export interface PythonExec {
  readonly contents: Int32Array;
}

/** The package is not here, so no file can be known to be its. */
export const UNKNOWN = -1;

/** Stands for the content of files without bytes: whatever they came from, they are the same. */
export const EMPTY = 0;
