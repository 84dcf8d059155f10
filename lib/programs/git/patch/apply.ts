/** Doing what was chosen: in the index, or in the working tree. */

import type { Git } from "../context.ts";
import type { Pair } from "../diff/pairs.ts";
import { MODE } from "../objects/object.ts";
import { bareEntry } from "../repository/index-file.ts";
import type { PatchMode } from "./words.ts";

export interface Chosen {
  /** What the file shall be. */
  readonly content: Uint8Array;
  readonly takesMode: boolean;
  /** Every hunk was chosen; none was. */
  readonly takesAll: boolean;
  readonly takesNone: boolean;
}

export function applyChoices(git: Git, mode: PatchMode, pair: Pair, chosen: Chosen): void {
  const path = pair.new?.path ?? pair.old?.path ?? "";
  if (mode === "discard") discard(git, path, pair, chosen);
  else {
    // What is not taken stays as it was: of the old side when it is staged, of the new one when it is unstaged.
    const takes = mode === "stage" ? chosen.takesMode : !chosen.takesMode;
    const fileMode = (takes ? (pair.new ?? pair.old) : (pair.old ?? pair.new))?.mode ?? MODE.file;
    const { index, store } = git.repository;
    const isGone = mode === "stage" ? pair.new === undefined && chosen.takesAll : pair.old === undefined && chosen.takesAll;
    if (isGone) index.remove(path);
    else index.set(bareEntry(path, fileMode, store.write("blob", chosen.content)));
  }
  git.repository.writeIndex();
}

function discard(git: Git, path: string, { old, new: now }: Pair, { content, takesMode, takesAll }: Chosen): void {
  const { repository } = git;
  const full = repository.workPath(path);
  const isGone = now === undefined;
  if (old === undefined) {
    if (takesAll) repository.files.unlink(full);
    return;
  }
  if (isGone) repository.files.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
  repository.files.writeFile(full, content);
  const wanted = isGone || takesMode ? old.mode : now.mode;
  repository.files.chmod(full, wanted === MODE.executable ? 0o755 : 0o644);
}
