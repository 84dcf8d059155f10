/** The names of a machine's AF_UNIX sockets (unix(7)): files of the kind "socket", and abstract ones, which begin with a zero byte. */
import type { Description } from "./description.ts";
import { KernelError } from "./errno.ts";
import { WRITE } from "./files/permissions.ts";
import type { HttpTap } from "./http-tap.ts";
import type { Files, SocketUser } from "./types.ts";
import { UnixStream } from "./unix-socket.ts";

/** sizeof(sun_path): what is longer can't be said to the kernel. */
const LONGEST_PATH = 108;

const encoder = new TextEncoder();

export interface UnixNamesOptions {
  /** A throw-away copy of a machine reaches the sockets of its original, whose files are these. */
  readonly original?: { readonly names: UnixNames; readonly files: Files };
  /** What listens in on a connection to a listener from the process of that pid. */
  readonly tap?: (listener: UnixStream, clientPid: number) => HttpTap | undefined;
}

export class UnixNames {
  readonly #options: UnixNamesOptions;
  readonly #byInode = new Map<number, Description>();
  readonly #abstract = new Map<string, Description>();
  readonly #open = new Set<UnixStream>();

  constructor(options: UnixNamesOptions = {}) {
    this.#options = options;
  }

  /** Every stream socket that is open, for `ss`. */
  get open(): ReadonlySet<UnixStream> {
    return this.#open;
  }

  tap(listener: UnixStream, clientPid: number): HttpTap | undefined {
    return this.#options.tap?.(listener, clientPid);
  }

  opened(socket: UnixStream): void {
    this.#open.add(socket);
  }

  /** bind(2). The file is made with the caller's umask and stays when the socket is closed; whoever made it unlinks it. */
  claim(socket: Description, user: SocketUser, path: string): void {
    mustFit(path, "bind");
    if (path.startsWith("\0")) {
      if (this.#abstract.has(path)) throw new KernelError("EADDRINUSE", "bind");
      this.#abstract.set(path, socket);
      return;
    }
    try {
      this.#byInode.set(user.files.mksocket(path), socket);
    } catch (error) {
      if (error instanceof KernelError && error.code === "EEXIST") throw new KernelError("EADDRINUSE", "bind", path);
      throw error;
    }
  }

  /**
   * The socket bound to this name; undefined when nobody has it anymore. Throws ENOENT, EACCES (writing to the file is what connecting
   * needs), ECONNREFUSED for another kind of file.
   */
  find(user: SocketUser, path: string): Description | undefined {
    mustFit(path, "connect");
    if (path.startsWith("\0")) return this.#abstract.get(path) ?? this.#options.original?.names.find(user, path);
    const stat = user.files.stat(path);
    if (stat.kind !== "socket") throw new KernelError("ECONNREFUSED", "connect", path);
    if (!user.files.access(path, WRITE)) throw new KernelError("EACCES", "connect", path);
    const own = this.#byInode.get(stat.ino);
    const { original } = this.#options;
    if (own !== undefined || original === undefined) return own;
    const there = user.files.realpath(path);
    return original.files.exists(there) ? original.names.byInode(original.files.stat(there).ino) : undefined;
  }

  private byInode(ino: number): Description | undefined {
    return this.#byInode.get(ino);
  }

  closed(socket: Description): void {
    if (socket instanceof UnixStream) this.#open.delete(socket);
    for (const [ino, bound] of this.#byInode) if (bound === socket) this.#byInode.delete(ino);
    for (const [name, bound] of this.#abstract) if (bound === socket) this.#abstract.delete(name);
  }
}

function mustFit(path: string, call: string): void {
  if (path === "" || encoder.encode(path).length >= LONGEST_PATH + (path.startsWith("\0") ? 1 : 0)) throw new KernelError("EINVAL", call);
}
