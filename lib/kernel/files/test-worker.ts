/** The worker of `workers.test.ts`: a process that uses the shared files, its system calls answered by the test's thread. */

import { CONTROL, CONTROL_BYTES, OPEN_SLOTS } from "../abi.ts";
import { O } from "../types.ts";
import { ClientFiles, LocalFile } from "./client-files.ts";
import type { SharedFiles } from "./shared-memory.ts";

export interface TestWorkerData {
  readonly shared: SharedFiles;
  readonly control: SharedArrayBuffer;
  readonly pid: number;
  readonly rootInode: number;
  readonly task: "append" | "rewrite" | "spin";
}

const encoder = new TextEncoder();

/** Does the task; `post` is the worker's postMessage. */
export function run({ shared, control, pid, rootInode, task }: TestWorkerData, post: (message: 0 | "done") => void): void {
  const words = new Int32Array(control, 0, CONTROL_BYTES / 4);
  const area = new Uint8Array(control, CONTROL_BYTES);

  const files = new ClientFiles({
    shared,
    pid,
    rootInode,
    credentials: { uid: 0, gid: 0, groups: [] },
    cwd: "/",
    umask: () => 0o022,
    openInodes: words.subarray(CONTROL.OPEN_INODES, CONTROL.OPEN_INODES + OPEN_SLOTS),
    calls: {
      call(op, args, data = new Uint8Array(0)) {
        words[CONTROL.OP] = op;
        for (let index = 0; index < 6; index++) words[CONTROL.ARGS + index] = args[index] ?? 0;
        area.set(data);
        words[CONTROL.LENGTH] = data.length;
        Atomics.store(words, CONTROL.STATE, 1);
        post(0);
        while (Atomics.load(words, CONTROL.STATE) === 1) Atomics.wait(words, CONTROL.STATE, 1);
        return words[CONTROL.RESULT] ?? 0;
      },
      answer: () => area.slice(0, words[CONTROL.LENGTH]),
    },
  });

  function open(path: string, flags: number): LocalFile {
    const file = files.open(path, flags);
    if (!(file instanceof LocalFile)) throw new Error(`${path} is special`);
    return file;
  }

  if (task === "append") {
    const log = open("/log", O.WRONLY | O.APPEND | O.CREAT);
    for (let line = 0; line < 2000; line++) {
      log.write(encoder.encode(`${pid} ${line} ${"x".repeat(line % 50)}\n`));
      // Names change meanwhile, so listings and inodes are renewed under way.
      if (line % 20 === 0) {
        files.writeFile(`/tmp-${pid}-${line}`, "t");
        files.rename(`/tmp-${pid}-${line}`, `/tmp-${pid}`);
      }
    }
    log.release();
  } else if (task === "rewrite") {
    // Two files that always say the same, as a program with a journal keeps them.
    const [first, second] = [open("/first", O.RDWR | O.CREAT), open("/second", O.RDWR | O.CREAT)];
    for (let round = 1; round <= 5000; round++) {
      const text = encoder.encode(String(round).padStart(8, "0"));
      first.pwrite(text, 0, 8, 0);
      second.pwrite(text, 0, 8, 0);
    }
  } else {
    // A holder that never lets go: what a process looks like that was killed in the middle of a write.
    files.fileMemory.lock(files.stat("/log").ino, pid);
  }
  post("done");
}
