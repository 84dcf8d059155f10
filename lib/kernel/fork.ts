/** fork(2) proper: a process whose child goes on where it stands itself. Only what runs in a worker can be copied. */
import { KernelError } from "./errno.ts";
import { KernelProcess } from "./program-process.ts";

/** Rejects with EAGAIN when there is no room for another process, ENOSYS for a program of the kernel's own. */
export async function forkProcess(parent: KernelProcess): Promise<KernelProcess> {
  const { machine, body } = parent;
  machine.table.mustHaveRoom(parent.credentials.uid);
  if (body?.fork === undefined) throw new KernelError("ENOSYS", "fork");
  return body.fork(() => {
    const child = new KernelProcess({
      machine,
      pid: machine.kernel.newPid(machine),
      parent,
      argv: parent.argv,
      env: parent.env,
      cwd: parent.cwd,
      cwdIsInherited: true,
      credentials: parent.credentials,
      umask: parent.umask,
    });
    child.comm = parent.comm;
    child.signals.copy(parent.signals);
    for (const [fd, file] of parent.fds.all()) child.fds.set(fd, file);
    machine.table.add(child);
    machine.table.started(child);
    return child;
  });
}
