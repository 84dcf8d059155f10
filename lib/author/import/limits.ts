/** What an archive or a folder of a stranger may hold. Everything above is refused, before it takes memory or disk. */
export const LIMITS = {
  /** Of the archive itself, in bytes. */
  archiveBytes: 64 * 1024 * 1024,
  /** Of all files together once unpacked. */
  totalBytes: 64 * 1024 * 1024,
  fileBytes: 8 * 1024 * 1024,
  files: 2000,
  /** Folders within folders. */
  depth: 12,
  pathLength: 240,
  /** A file that grows more than this many times, and is larger than `ratioFrom`, is a bomb. */
  ratio: 200,
  ratioFrom: 1024 * 1024,
} as const;

/** Thrown for what is refused as a whole; the message says which entry, why, and what to do. */
export class ImportRefused extends Error {
  override readonly name = "ImportRefused";
}

const windowsDevices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The path of an entry as it may be used: relative, with slashes. Throws ImportRefused for one that leads out, or that another system
 * reads in another way (names that Windows reserves, backslashes, drive letters, control characters).
 */
export function safePath(name: string): string {
  const refuse = (why: string): ImportRefused => new ImportRefused(`${shown(name)}: ${why}. Nothing was imported.`);
  if (name === "") throw refuse("an entry without a name");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are refused
  if (/[\x00-\x1f\x7f]/.test(name)) throw refuse("its name holds control characters");
  if (name.startsWith("/")) throw refuse("its name is an absolute path");
  if (name.includes("\\")) throw refuse("its name holds a backslash");
  if (/^[a-z]:/i.test(name)) throw refuse("its name begins with a drive letter");
  if (name.length > LIMITS.pathLength) throw refuse(`its name is longer than ${LIMITS.pathLength} characters`);
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  for (const part of parts) {
    if (part === "..") throw refuse("its name leads out of the folder (`..`)");
    if (windowsDevices.test(part)) throw refuse(`\`${part}\` is the name of a device on Windows`);
    if (/[. ]$/.test(part)) throw refuse(`\`${part}\` ends in a dot or a space, which Windows drops`);
    if (/[:<>"|?*]/.test(part)) throw refuse(`\`${part}\` holds a character that Windows does not allow in names`);
  }
  if (parts.length > LIMITS.depth + 1) throw refuse(`it lies deeper than ${LIMITS.depth} folders`);
  return parts.join("/");
}

/** Whether a link at `path` leads out of the folder that is imported. */
export function leadsOut(path: string, target: string): boolean {
  if (target.startsWith("/") || target.includes("\\") || /^[a-z]:/i.test(target)) return true;
  let depth = path.split("/").length - 1;
  for (const part of target.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return false;
}

/** A name for a message: short, and without what commands a terminal. */
export function shown(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are shown in another way
  const plain = name.replace(/[\x00-\x1f\x7f]/g, "�");
  return `\`${plain.length > 120 ? `${plain.slice(0, 119)}…` : plain}\``;
}
