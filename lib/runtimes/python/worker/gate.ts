/**
 * The way by which Python code of ours (python/process.py and adapt.py) asks the worker for what no C function of the interpreter can:
 * an ioctl on a descriptor that nobody has. What can be asked is what any process may ask its kernel.
 *
 * Buffer: 4 bytes length of the request, 4 bytes size of the buffer, then JSON [name, argument]. The answer is JSON at the same place;
 * when there is no room for it, it waits for request 1.
 */

import { OP } from "../../../kernel/abi.ts";
import { KernelError, kernelError } from "../../../kernel/errno.ts";
import type { SnapshotManifest } from "../assets.ts";
import { bcrypt } from "./bcrypt.ts";
import { standardHandles } from "./process-calls.ts";
import type { ProcessState } from "./process-state.ts";
import { type Pbkdf2, scrypt } from "./scrypt.ts";
import { unixSocketRequests } from "./unix-sockets.ts";
import { unusableModules } from "./usable-modules.ts";

const FETCH = 1;
const HEADER = 8;

export interface Gate {
  readonly descriptor: number;
  call(request: number, address: number): number;
}

/** What python/process.py gets when it starts. */
export interface StartInfo {
  readonly env: Readonly<Record<string, string>>;
  readonly ignored: readonly number[];
}

interface SpawnArgument {
  readonly argv: string[];
  readonly executables: string[];
  readonly env: Record<string, string>;
  readonly cwd: string | null;
  readonly fds: Record<string, number>;
  readonly closeFds: boolean;
  readonly newSession: boolean;
  readonly processGroup: number;
}

export function createGate(state: () => ProcessState, manifest: SnapshotManifest): Gate {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let waiting: Uint8Array = new Uint8Array(0);

  const identity = () => state().message.credentials;
  const requests: Record<string, (argument: never) => unknown> = {
    start: (): StartInfo => ({ env: state().message.env, ignored: state().message.ignored }),
    unusable: ({ path }: { path: string[] }) => unusableModules(state(), manifest, path),
    ids: () => identity(),
    alarm: ({ milliseconds }: { milliseconds: number }) => state().client.must(OP.ALARM, [milliseconds]),
    getpid: () => state().message.pid,
    waitpid: ({ pid, options }: { pid: number; options: number }) => {
      const { client } = state();
      const found = client.call(OP.WAIT, [pid, options & 3]);
      if (found < 0) throw kernelError(found);
      const answer = client.answer();
      return [found, found === 0 ? 0 : new Int32Array(answer.buffer, answer.byteOffset, 1)[0]];
    },
    link: ({ existing, path }: { existing: string; path: string }) => state().files.link(existing, path),
    setsid: () => state().client.must(OP.SETSID),
    getpgid: ({ pid }: { pid: number }) => state().client.must(OP.GETPGID, [pid]),
    setpgid: ({ pid, group }: { pid: number; group: number }) => state().client.must(OP.SETPGID, [pid, group]),
    execve: ({ path, argv, env }: { path: string; argv: string[]; env: Record<string, string> }) => {
      const { client, files } = state();
      const request = { path: files.absolute(path), argv, env, fds: state().keptByExec() };
      const result = client.call(OP.EXEC, [0], encoder.encode(JSON.stringify(request)));
      if (result < 0) throw kernelError(result);
      return 0;
    },
    getppid: () => state().client.must(OP.GETPPID),
    getsid: ({ pid }: { pid: number }) => state().client.must(OP.GETSID, [pid]),
    spawn: (argument: SpawnArgument) => spawn(state(), argument),
    ...unixSocketRequests(state),
    secure: ({ fd, request, patience }: { fd: number; request: unknown; patience: number }) => {
      const { client, descriptors } = state();
      const file = descriptors.get(fd);
      if (file.kind !== "kernel") throw new KernelError("ENOTSOCK");
      const handle = client.must(OP.SECURE, [file.handle, patience], encoder.encode(JSON.stringify(request)));
      const answer: unknown = JSON.parse(decoder.decode(client.answer()));
      if (handle > 0) file.become(handle);
      return answer;
    },
    flock: ({ fd, operation }: { fd: number; operation: number }) => {
      const file = state().descriptors.get(fd);
      if (file.kind !== "kernel") file.flock(operation);
      return 0;
    },
    setcredentials: ({ uid, gid, groups }: { uid: number; gid: number; groups: number[] }) => {
      const current = state();
      current.client.must(OP.SETCREDENTIALS, [uid, gid], encoder.encode(JSON.stringify(groups)));
      const credentials = { uid, gid, groups };
      Object.assign(current.message.credentials, credentials);
      current.files.setCredentials(credentials);
      return 0;
    },
    scrypt: (argument: { n: number; r: number; p: number; length: number; password: number[]; salt: number[] }) => {
      const { client } = state();
      const pbkdf2: Pbkdf2 = (password, salt, length) => {
        client.must(OP.PBKDF2, [1, length, 256, password.length], Uint8Array.from([...password, ...salt]));
        return client.answer().slice();
      };
      return [...scrypt(Uint8Array.from(argument.password), Uint8Array.from(argument.salt), argument, argument.length, pbkdf2)];
    },
    bcrypt: ({ password, salt, cost }: { password: number[]; salt: number[]; cost: number }) => [
      ...bcrypt(Uint8Array.from(password), Uint8Array.from(salt), cost),
    ],
    pbkdf2: (argument: { iterations: number; length: number; hash: number; password: number[]; salt: number[] }) => {
      const { client } = state();
      const { iterations, length, hash, password, salt } = argument;
      client.must(OP.PBKDF2, [iterations, length, hash, password.length], Uint8Array.from([...password, ...salt]));
      return [...client.answer()];
    },
  };

  return {
    descriptor: 0x7ffffff0,
    call(request, address) {
      const { memory } = state();
      const room = memory.int(address + 4) - HEADER;
      if (request !== FETCH) {
        const length = memory.int(address);
        const [name, argument] = JSON.parse(decoder.decode(memory.slice(address + HEADER, length).slice())) as [string, never];
        const handler = Object.hasOwn(requests, name) ? requests[name] : undefined;
        if (!handler) throw new KernelError("ENOSYS");
        waiting = encoder.encode(JSON.stringify(handler(argument) ?? null));
      }
      if (waiting.length <= room) memory.bytes.set(waiting, address + HEADER);
      return waiting.length;
    },
  };
}

/** posix_spawn for subprocess: the pid, or Linux's number of the error and what failed. */
function spawn(state: ProcessState, argument: SpawnArgument): { pid: number } | { errno: number; chdir: boolean } {
  const { client, descriptors } = state;
  const wanted: Record<number, number> = {};
  if (!argument.closeFds) for (const [fd] of descriptors.entries()) if (!descriptors.closeOnExec(fd)) wanted[fd] = fd;
  for (const [child, fd] of Object.entries(argument.fds)) wanted[Number(child)] = fd;
  const given = standardHandles(state, wanted);
  try {
    const cwd = argument.cwd === null ? state.files.cwd : state.files.absolute(argument.cwd);
    try {
      if (argument.cwd !== null && state.files.stat(argument.cwd).kind !== "directory") return { errno: 20, chdir: true };
    } catch (error) {
      if (error instanceof KernelError) return { errno: error.errno, chdir: true };
      throw error;
    }
    let failure = kernelError("ENOENT").errno;
    for (const path of argument.executables) {
      const request = {
        argv: argument.argv,
        path,
        env: argument.env,
        cwd,
        fds: given.handles,
        ...(argument.newSession ? { newSession: true } : {}),
        ...(argument.processGroup >= 0 ? { processGroup: argument.processGroup === 0 ? "new" : argument.processGroup } : {}),
      };
      const pid = client.call(OP.SPAWN, [], new TextEncoder().encode(JSON.stringify(request)));
      if (pid >= 0) return { pid };
      // As CPython's child_exec: what is there but can't be run is more telling than what is not there.
      if (-pid !== kernelError("ENOENT").errno && -pid !== kernelError("ENOTDIR").errno) failure = -pid;
    }
    return { errno: failure, chdir: false };
  } finally {
    given.close();
  }
}
