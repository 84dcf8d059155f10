/** A tiny engine for tests: a worker process whose program is named by its first argument, and makes real system calls. */
import type { ExecMessage, InitMessage } from "../../kernel/abi.ts";
import { KernelError } from "../../kernel/errno.ts";
import { ClientFiles, LocalFile } from "../../kernel/files/client-files.ts";
import { SyscallClient } from "../../kernel/syscall-client.ts";
import { Syscalls } from "../../kernel/syscall-wrappers.ts";
import { O, POLL } from "../../kernel/types.ts";

interface Toy {
  readonly sys: Syscalls;
  readonly files: ClientFiles;
  readonly message: ExecMessage;
  readonly args: readonly string[];
  readonly print: (text: string) => void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Reads a handle to its end. */
function readAll(sys: Syscalls, handle: number): string {
  let text = "";
  for (;;) {
    const bytes = sys.read(handle, 65536);
    if (bytes.length === 0) return text;
    text += decoder.decode(bytes);
  }
}

function serveOnce({ sys, args, print }: Toy): number {
  const socket = sys.socket();
  sys.bind(socket, "0.0.0.0", Number(args[0]));
  sys.listen(socket, 5);
  print("listening\n");
  const { handle, peer } = sys.accept(socket);
  const asked = readAll(sys, handle);
  sys.write(handle, encoder.encode(`${asked.toUpperCase()} from ${peer.address === "127.0.0.1" ? "here" : peer.address}`));
  sys.close(handle);
  return 0;
}

function ask({ sys, args, print }: Toy): number {
  const [host = "", port = "", text = ""] = args;
  const socket = sys.socket();
  sys.connect(socket, sys.resolve(host)[0] ?? host, Number(port));
  sys.write(socket, encoder.encode(text));
  sys.shutdown(socket, "write");
  print(`${readAll(sys, socket)}\n`);
  return 0;
}

const programs: Record<string, (toy: Toy) => number> = {
  echo: ({ args, print }) => {
    print(`${args.join(" ")}\n`);
    return 0;
  },
  env: ({ message, print }) => {
    print(`${JSON.stringify([message.pid, message.ppid, message.cwd, message.env.X, message.hostname, message.engine])}\n`);
    return 0;
  },
  /** Copies a file through the shared memory. */
  copy: ({ files, args }) => {
    const [from = "", to = ""] = args;
    files.writeFile(to, files.readFile(from));
    return 0;
  },
  unlinked: ({ files, print }) => {
    const file = files.open("gone", O.RDWR | O.CREAT);
    if (!(file instanceof LocalFile)) return 1;
    file.write(encoder.encode("still here"));
    files.unlink("gone");
    const bytes = new Uint8Array(10);
    file.pread(bytes, 0, 10, 0);
    print(decoder.decode(bytes));
    file.release();
    return 0;
  },
  cat: ({ sys }) => {
    for (;;) {
      const bytes = sys.read(0, 65536);
      if (bytes.length === 0) return 0;
      sys.write(1, bytes);
    }
  },
  serve: serveOnce,
  ask,
  spin: ({ print }) => {
    print("spinning\n");
    for (;;);
  },
  flood: ({ sys }) => {
    const line = encoder.encode("all work and no play makes jack a dull boy\n");
    for (;;) sys.write(1, line);
  },
  /** Sleeps until a signal comes, and says which. */
  nap: ({ sys, args, print }) => {
    for (const signal of args) sys.signalAction(Number(signal), "handled");
    print("napping\n");
    const slept = sys.sleep(60_000);
    const taken: number[] = [];
    for (let signal = sys.takeSignal(); signal !== 0; signal = sys.takeSignal()) taken.push(signal);
    print(`${slept ? "slept" : "woken"} by ${taken.join(" ")}\n`);
    return 3;
  },
  alarm: ({ sys, print }) => {
    sys.signalAction(14, "handled");
    sys.alarm(5);
    print(sys.sleep(60_000) ? "slept\n" : `alarm ${sys.takeSignal()}\n`);
    return 0;
  },
  poll: ({ sys, print }) => {
    const { reader, writer } = sys.pipe();
    const before = sys.poll([{ handle: reader, events: POLL.IN }], 0);
    sys.write(writer, encoder.encode("x"));
    const after = sys.poll([{ handle: reader, events: POLL.IN }], -1);
    sys.close(writer);
    sys.read(reader, 1);
    const end = sys.poll([{ handle: reader, events: POLL.IN }], -1);
    print(`${before} ${after} ${end} ${sys.poll([{ handle: 99, events: POLL.IN }], -1)}\n`);
    return 0;
  },
  /** Runs itself as a child with a pipe, and waits. */
  parent: ({ sys, message, print }) => {
    const { reader, writer } = sys.pipe();
    const { env, cwd } = message;
    const child = sys.spawn({ argv: ["toy", "echo", "from", "the", "child"], env, cwd, fds: { 1: writer, 2: 2 } });
    sys.close(writer);
    const text = readAll(sys, reader);
    const { pid, status } = sys.wait(-1);
    print(`${text.trim()}, ${pid === child}, status ${status}\n`);
    return 0;
  },
  /** Children of children of children. */
  bomb: ({ sys, message }) => {
    const { env, cwd } = message;
    for (let count = 0; count < 3; count++) sys.spawn({ argv: ["toy", "bomb"], env, cwd, fds: { 1: 1, 2: 2 } });
    for (let count = 0; count < 3; count++) sys.wait(-1);
    return 0;
  },
  /** Runs a child whose descriptors are exchanged before its exec, as after dup2(2). */
  redirected: ({ sys, message, print }) => {
    const { reader, writer } = sys.pipe();
    const child = sys.spawn({ argv: ["toy", "swap"], env: message.env, cwd: message.cwd, fds: { 1: writer, 2: 1 } });
    sys.close(writer);
    const text = readAll(sys, reader);
    sys.wait(child);
    print(`in the pipe: ${text}`);
    return 0;
  },
  swap: ({ sys, message }) => sys.exec({ argv: ["toy", "echo", "swapped"], env: message.env, fds: { 1: 2, 2: 1 } }),
  exec: ({ sys, message, args }) => sys.exec({ argv: args, env: message.env }),
  crash: () => {
    throw new Error("on purpose");
  },
  terminal: ({ sys, print }) => {
    const { columns, rows } = sys.windowSize(0);
    sys.setTerminalSettings(0, { echo: false });
    print(`${sys.terminalName(0)} ${columns}x${rows} echo ${sys.terminalSettings(0).echo} fg ${sys.foregroundGroup(0) > 0}\n`);
    return 0;
  },
};

function run(toy: Toy, name: string): void {
  try {
    toy.sys.exit(programs[name]?.(toy) ?? 127);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    toy.print(`${error.code}\n`);
    toy.sys.exit(1);
  }
}

/** Makes the toy engine of a port: the worker's way to the kernel. */
export function startToy(port: { post: (message: unknown) => void; onMessage: (callback: (message: unknown) => void) => void }): void {
  let init: InitMessage | undefined;
  port.onMessage((received) => {
    const message = received as InitMessage | ExecMessage;
    if (message.kind === "init") {
      init = message;
      port.post({ kind: "ready" });
      return;
    }
    if (init === undefined) return;
    const client = new SyscallClient({ control: init.control, bell: init.bell, post: port.post });
    const sys = new Syscalls(client);
    const { pid, rootInode, credentials, cwd, umask } = message;
    const { openInodes } = client;
    const files = new ClientFiles({ shared: init.memory, calls: client, pid, rootInode, credentials, cwd, umask: () => umask, openInodes });
    const [, name = "", ...args] = message.argv;
    run({ sys, files, message, args, print: (text) => sys.write(1, encoder.encode(text)) }, name);
  });
}
