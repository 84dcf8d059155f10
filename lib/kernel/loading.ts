/** Finding what execve(2) has to run: PATH, permission, `#!` lines, installed programs. */
import { KernelError } from "./errno.ts";
import { executableName, interpreterOf } from "./executable.ts";
import { type Executable, type Files, O } from "./types.ts";

/** BINPRM_BUF_SIZE: what Linux looks at. */
const HEADER_BYTES = 256;
/** execve(2): so many interpreters may stand behind each other. */
const DEEPEST_SCRIPT = 4;
/** What execvp(3) searches without a PATH. */
const DEFAULT_PATH = "/bin:/usr/bin";

/** The interpreter of a `#!` script can't be run. What the shell reports as "bad interpreter". */
export class BadInterpreter extends KernelError {
  readonly interpreter: string;

  constructor(cause: KernelError, script: string, interpreter: string) {
    super(cause.code, "execve", script);
    this.interpreter = interpreter;
  }
}

export interface LoadedImage {
  readonly executable: Executable;
  /** With the interpreter's words in front, for a script. */
  readonly argv: readonly string[];
  /** The program's file as it was found, absolute. */
  readonly path: string;
  /** The name of the script that was asked for, when it is one. */
  readonly comm?: string;
}

export interface LoadRequest {
  readonly argv: readonly string[];
  readonly path?: string;
  readonly env: Readonly<Record<string, string>>;
  /** The file system as the new process sees it, and as root does. */
  readonly files: Files;
  readonly rootFiles: Files;
  readonly executable: (name: string) => Executable | undefined;
}

/** Throws ENOENT, EACCES, ENOTDIR, ELOOP, ENOEXEC and BadInterpreter. */
export function loadImage(request: LoadRequest): LoadedImage {
  const path = request.path ?? search(request);
  return load(request, path, request.argv, 0);
}

/** execvp(3): the first file of that name in PATH that may be executed. */
function search(request: LoadRequest): string {
  const name = request.argv[0] ?? "";
  if (name === "") throw new KernelError("ENOENT", "execve", name);
  if (name.includes("/")) return name;
  let denied = false;
  for (const directory of (request.env.PATH ?? DEFAULT_PATH).split(":")) {
    const path = `${directory === "" ? "." : directory}/${name}`;
    try {
      mustBeExecutable(request.files, path);
      return path;
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      if (error.code === "EACCES") denied = true;
    }
  }
  throw new KernelError(denied ? "EACCES" : "ENOENT", "execve", name);
}

function mustBeExecutable(files: Files, path: string): void {
  const stat = files.stat(path);
  if (stat.kind !== "file" || !files.access(path, 1)) throw new KernelError("EACCES", "execve", path);
}

function load(request: LoadRequest, path: string, argv: readonly string[], depth: number): LoadedImage {
  const { files, rootFiles } = request;
  mustBeExecutable(files, path);
  const absolute = files.absolute(path);
  const header = firstBytes(rootFiles, absolute);
  const name = executableName(header);
  if (name !== undefined) {
    const executable = request.executable(name);
    if (executable === undefined) throw new KernelError("ENOEXEC", "execve", path);
    return { executable, argv, path: absolute };
  }
  const interpreter = interpreterOf(header);
  if (interpreter === undefined) throw new KernelError("ENOEXEC", "execve", path);
  if (depth >= DEEPEST_SCRIPT) throw new KernelError("ELOOP", "execve", path);
  const words = interpreter.argument === undefined ? [] : [interpreter.argument];
  try {
    const image = load(request, interpreter.path, [interpreter.path, ...words, path, ...argv.slice(1)], depth + 1);
    return { ...image, comm: absolute.slice(absolute.lastIndexOf("/") + 1) };
  } catch (error) {
    if (!(error instanceof KernelError) || error instanceof BadInterpreter || error.code === "ELOOP") throw error;
    throw new BadInterpreter(error, path, interpreter.path);
  }
}

function firstBytes(files: Files, path: string): Uint8Array {
  const file = files.open(path, O.RDONLY);
  try {
    return file.readNow(HEADER_BYTES) ?? new Uint8Array(0);
  } finally {
    file.release();
  }
}
