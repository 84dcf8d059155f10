/** A whole file of the machine's. */

import { O } from "../../../kernel/types.ts";
import type { ProcessState } from "../../python/worker/process-state.ts";

export function readFile(state: ProcessState, path: string): Uint8Array<ArrayBuffer> {
  const fd = state.open(path, O.RDONLY, 0);
  try {
    const file = state.descriptors.get(fd);
    if (file.kind !== "file") throw new Error(`${path} is no file`);
    const bytes = new Uint8Array(file.size);
    file.pread(bytes, 0, bytes.length, 0);
    return bytes;
  } finally {
    state.descriptors.close(fd);
  }
}
