/** The bytes of one side of a pair. */

import { encode } from "../../core/io.ts";
import { hashObject, MODE, ZERO } from "../objects/object.ts";
import type { Repository } from "../repository/repository.ts";
import type { Side } from "./pairs.ts";

/** What a file of the working tree would be as a blob: a link's target is its content. */
export function workBytes(repository: Repository, path: string): Uint8Array {
  const full = repository.workPath(path);
  if (repository.files.lstat(full).kind === "symlink") return encode(repository.files.readlink(full));
  return repository.files.readFile(full);
}

/** `oid` ZERO means the working tree. */
export function readSide(repository: Repository, side: Side): { data: Uint8Array; oid: string } {
  if (side.mode === MODE.gitlink) return { data: encode(`Subproject commit ${side.oid}\n`), oid: side.oid };
  if (side.oid !== ZERO) return { data: repository.store.blob(side.oid), oid: side.oid };
  const data = workBytes(repository, side.path);
  return { data, oid: hashObject("blob", data) };
}
