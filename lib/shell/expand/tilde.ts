import type { Files } from "../../kernel/types.ts";

/** What tilde expansion needs to know. */
export interface TildeContext {
  readonly files: Files;
  readonly home: string | undefined;
  readonly pwd: string | undefined;
  readonly oldPwd: string | undefined;
}

/**
 * The directory a tilde prefix (`~`, `~user`, `~+`, `~-`) stands for, or undefined when it stays as it is
 * (bash(1), Tilde Expansion).
 */
export function expandTilde(prefix: string, context: TildeContext): string | undefined {
  const name = prefix.slice(1);
  if (name === "") return context.home ?? homeOf(context.files, undefined);
  if (name === "+") return context.pwd;
  if (name === "-") return context.oldPwd;
  return homeOf(context.files, name);
}

/** The home directory in /etc/passwd. */
export function homeOf(files: Files, user: string | undefined): string | undefined {
  return users(files).find((entry) => entry.name === user)?.home;
}

/** The entries of /etc/passwd. */
export function users(files: Files): { name: string; uid: number; home: string; shell: string }[] {
  let text: string;
  try {
    text = files.readText("/etc/passwd");
  } catch {
    return [];
  }
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .filter((parts) => parts.length >= 7)
    .map((parts) => ({ name: parts[0]!, uid: Number(parts[2]), home: parts[5]!, shell: parts[6]! }));
}
