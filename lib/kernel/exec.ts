/** Gives a process its program (execve(2)). */
import type { LoadedImage } from "./loading.ts";
import { ProgramBody } from "./program-body.ts";
import type { KernelProcess } from "./program-process.ts";

/** Replaces whatever the process runs. */
export function startImage(process: KernelProcess, image: LoadedImage): void {
  process.argv = image.argv;
  process.comm = image.comm;
  process.body?.end();
  const { executable } = image;
  process.body =
    executable.kind === "typescript"
      ? new ProgramBody(process, executable.load)
      : process.machine.kernel.workers.start(process, executable.engine, image);
}
