/** Calls on open file descriptions (abi.ts: OPEN, READ … PIPE). */
import { DATA_BYTES, OP } from "../abi.ts";
import { KernelError } from "../errno.ts";
import { createPipe } from "../pipe.ts";
import { mayReadTerminal } from "../terminal-access.ts";
import { O, type OpenFile, POLL } from "../types.ts";
import { type Answer, type Blocked, type Call, done, type Handler, int32, json, orWait } from "./call.ts";

/** The description behind the first argument. Throws EBADF. */
export function fileOf({ process, args }: Call, call: string): OpenFile {
  return process.fds.require(args[0] ?? -1, call);
}

function read(call: Call): Answer | Blocked {
  const { process, args } = call;
  const file = fileOf(call, "read");
  const max = Math.min(args[1] ?? 0, DATA_BYTES);
  const attempt = () => {
    if (max <= 0) return done;
    if (!mayReadTerminal(process, file)) return undefined;
    const data = file.readNow(max);
    if (data !== undefined) return { result: data.length, data };
    if ((file.flags & O.NONBLOCK) !== 0) throw new KernelError("EAGAIN", "read");
    return undefined;
  };
  // A background reader waits for SIGCONT, others for the file.
  return orWait(attempt, (wake) => {
    const offReady = file.onReady(wake);
    const offContinued = process.runStateChanged.add(wake);
    return () => {
      offReady();
      offContinued();
    };
  });
}

function write(call: Call): Answer | Blocked {
  const { process, data } = call;
  const file = fileOf(call, "write");
  const isNonBlocking = (file.flags & O.NONBLOCK) !== 0;
  let at = 0;
  const attempt = () => {
    while (at < data.length) {
      const count = process.writeSome(file, data.subarray(at));
      at += count;
      if (count > 0) continue;
      if (!isNonBlocking) return undefined;
      if (at === 0) throw new KernelError("EAGAIN", "write");
      break;
    }
    return { result: at };
  };
  const now = attempt();
  // write(2): interrupted after some bytes, it has written those.
  return now ?? { retry: attempt, subscribe: (wake) => file.onReady(wake), partial: () => at };
}

function poll({ process, args, data }: Call): Answer | Blocked {
  const pairs = new Int32Array(data.slice(0, data.length & ~7).buffer);
  const files: (OpenFile | undefined)[] = [];
  for (let index = 0; index < pairs.length; index += 2) files.push(process.fds.get(pairs[index] ?? -1));
  const look = (): Answer => {
    const found = files.map((file, index) => {
      if (file === undefined) return POLL.NVAL;
      return file.poll() & ((pairs[index * 2 + 1] ?? 0) | POLL.ERR | POLL.HUP);
    });
    return { result: found.filter((events) => events !== 0).length, data: int32(...found) };
  };
  const attempt = () => {
    const answer = look();
    return answer.result > 0 ? answer : undefined;
  };
  const now = attempt();
  const timeoutMs = args[0] ?? 0;
  if (now !== undefined) return now;
  if (timeoutMs === 0) return look();
  return {
    retry: attempt,
    subscribe: (wake) => {
      const unsubscribers = files.map((file) => file?.onReady(wake));
      return () => {
        for (const unsubscribe of unsubscribers) unsubscribe?.();
      };
    },
    timeoutMs: timeoutMs < 0 ? undefined : timeoutMs,
    onTimeout: look,
  };
}

const whences = ["set", "current", "end"] as const;

export const handleCalls: readonly (readonly [number, Handler])[] = [
  [OP.OPEN, ({ process, args }) => ({ result: process.fds.adopt(process.files.openInode(args[0] ?? 0, args[1] ?? 0), FIRST_HANDLE) })],
  [OP.READ, read],
  [OP.WRITE, write],
  [
    OP.CLOSE,
    ({ process, args }) => {
      process.fds.close(args[0] ?? -1);
      return done;
    },
  ],
  [OP.DUP, (call) => ({ result: call.process.fds.add(fileOf(call, "dup"), FIRST_HANDLE) })],
  [OP.STAT, (call) => json(fileOf(call, "fstat").stat())],
  [
    OP.SEEK,
    (call) => {
      const whence = whences[call.args[2] ?? 0];
      if (whence === undefined) throw new KernelError("EINVAL", "lseek");
      return { result: fileOf(call, "lseek").seek(call.args[1] ?? 0, whence) };
    },
  ],
  [
    OP.FTRUNCATE,
    (call) => {
      fileOf(call, "ftruncate").truncate(call.args[1] ?? 0);
      return done;
    },
  ],
  [
    OP.SETFLAGS,
    (call) => {
      const file = fileOf(call, "fcntl");
      const flags = call.args[1] ?? -1;
      if (flags === -1) return { result: file.flags };
      const changeable = O.NONBLOCK | O.APPEND;
      file.flags = (file.flags & ~changeable) | (flags & changeable);
      return done;
    },
  ],
  [OP.POLL, poll],
  [
    OP.PIPE,
    ({ process, args }) => {
      const { reader, writer } = createPipe(args[0] ?? 0);
      const readEnd = process.fds.adopt(reader, FIRST_HANDLE);
      return { result: 0, data: int32(readEnd, process.fds.adopt(writer, FIRST_HANDLE)) };
    },
  ],
];

/** Handles 0, 1 and 2 are never given out again, so that a mix-up of handles and descriptors shows. */
export const FIRST_HANDLE = 3;
