/** What a worker is once it has become a process. */

import { type ExecMessage, OP } from "../../../kernel/abi.ts";
import { ClientFiles, type LocalFile } from "../../../kernel/files/client-files.ts";
import type { SharedFiles } from "../../../kernel/files/shared-memory.ts";
import type { SyscallClient } from "../../../kernel/syscall-client.ts";
import { O } from "../../../kernel/types.ts";
import { type Description, DescriptorTable, KernelFile } from "./descriptors.ts";
import type { Memory } from "./memory.ts";

export class ProcessState {
  readonly files: ClientFiles;
  readonly descriptors = new DescriptorTable();
  umask: number;
  /**
   * Handlers have to run: looked at whenever Python asks for signals. True at first: what came while this was made has told nobody, and
   * the kernel interrupts every wait until it is taken.
   */
  signalsPending = true;

  constructor(
    readonly message: ExecMessage,
    readonly client: SyscallClient,
    readonly memory: Memory,
    shared: SharedFiles,
  ) {
    this.umask = message.umask;
    this.files = new ClientFiles({
      shared,
      calls: client,
      pid: message.pid,
      rootInode: message.rootInode,
      credentials: message.credentials,
      cwd: message.cwd,
      umask: () => this.umask,
      openInodes: client.openInodes,
    });
    for (const [fd, handle] of Object.entries(message.fds)) this.descriptors.set(Number(fd), this.kernelFile(handle));
  }

  /** A description for a handle; asks the kernel for its flags. */
  kernelFile(handle: number, flags?: number): KernelFile {
    return new KernelFile(handle, this.client, flags ?? Math.max(0, this.client.call(OP.SETFLAGS, [handle, -1])));
  }

  /** open(2) of a path, and the descriptor for it. */
  open(path: string, flags: number, mode: number): number {
    const opened = this.files.open(path, flags, mode);
    const file: Description =
      opened.kind === "special" ? this.kernelFile(this.client.must(OP.OPEN, [opened.ino, flags]), flags & ~O.CLOEXEC) : opened;
    return this.descriptors.add(file, (flags & O.CLOEXEC) !== 0);
  }

  /**
   * A handle under which a child can be given this description, and whether it must be closed afterwards. A file of this worker's gets
   * a description of its own in the kernel, at the same position.
   */
  handleFor(file: Description): { readonly handle: number; readonly temporary: boolean } {
    if (file.kind === "kernel") return { handle: file.handle, temporary: false };
    const local: LocalFile = file;
    const flags = local.flags & ~(O.CREAT | O.EXCL | O.TRUNC | O.CLOEXEC);
    const handle = this.client.must(OP.OPEN, [local.ino, flags]);
    if (local.kind === "file" && local.position > 0) this.client.must(OP.SEEK, [handle, local.position, 0]);
    return { handle, temporary: true };
  }

  /** Descriptors that execve(2) leaves open, by the handles that the next program gets them from. */
  keptByExec(): Record<number, number> {
    const kept: Record<number, number> = {};
    for (const [fd, file] of this.descriptors.entries()) if (!this.descriptors.closeOnExec(fd)) kept[fd] = this.handleFor(file).handle;
    return kept;
  }

  /** Tells the kernel that nothing of this process matters anymore. Returns only if the worker `isReusable`, and shall be used again. */
  exit(status: number, isReusable = false): void {
    this.client.call(OP.EXIT, [status & 0xff, isReusable ? 1 : 0]);
  }
}
