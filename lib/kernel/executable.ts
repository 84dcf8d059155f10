/**
 * What an installed program looks like on disk: an ELF header's first sixteen bytes, a marker and the program's name. So copying it,
 * linking to it and a virtual environment's symbolic link all work by content, as they do on Linux.
 */
const identification = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const marker = "slipway-program:";
const longestName = 100;

/** The contents of the executable file of the program with that name. */
export function executableBytes(name: string): Uint8Array {
  const text = new TextEncoder().encode(`${marker}${name}\n`);
  const bytes = new Uint8Array(identification.length + text.length);
  bytes.set(identification);
  bytes.set(text, identification.length);
  return bytes;
}

/** The program's name, from the first bytes of a file (256 are enough); undefined when it is none of ours. */
export function executableName(bytes: Uint8Array): string | undefined {
  if (!identification.every((byte, index) => bytes[index] === byte)) return undefined;
  const text = new TextDecoder().decode(bytes.slice(identification.length, identification.length + marker.length + longestName + 1));
  const end = text.indexOf("\n");
  return text.startsWith(marker) && end > marker.length ? text.slice(marker.length, end) : undefined;
}

/** The interpreter line of a script. */
export interface Interpreter {
  readonly path: string;
  /** Everything after the path, as one argument (execve(2), "Interpreter scripts"). */
  readonly argument: string | undefined;
}

/** Reads the `#!` line from a file's first bytes; undefined when there is none. */
export function interpreterOf(bytes: Uint8Array): Interpreter | undefined {
  if (bytes[0] !== 0x23 || bytes[1] !== 0x21) return undefined;
  const end = bytes.indexOf(0x0a);
  const line = new TextDecoder().decode(bytes.slice(2, end < 0 ? undefined : end)).trim();
  if (line === "") return undefined;
  const space = line.search(/[ \t]/);
  if (space < 0) return { path: line, argument: undefined };
  return { path: line.slice(0, space), argument: line.slice(space).trim() };
}
