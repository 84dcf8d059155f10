/** Finding commands: builtins, functions, files in PATH (bash(1), COMMAND EXECUTION). */
import type { Shell } from "../shell.ts";

/** The executable files of that name in PATH, in order. */
export function pathMatches(shell: Shell, name: string, path = shell.variables.get("PATH")): string[] {
  if (path === undefined) return [];
  const { files } = shell.self;
  const found: string[] = [];
  for (const directory of path.split(":")) {
    const candidate = directory === "" ? `./${name}` : `${directory.replace(/\/+$/, "")}/${name}`;
    if (isExecutable(shell, candidate)) found.push(candidate);
  }
  if (found.length > 0 || name === "") return found;
  // A file that is there but can't be executed: reported as such, not as missing.
  for (const directory of path.split(":")) {
    const candidate = `${directory === "" ? "." : directory}/${name}`;
    try {
      if (files.stat(candidate).kind === "file") return [candidate];
    } catch {
      // Not there.
    }
  }
  return [];
}

export function isExecutable(shell: Shell, path: string): boolean {
  const { files } = shell.self;
  try {
    return files.stat(path).kind === "file" && files.access(path, 1);
  } catch {
    return false;
  }
}

/** The file to run for a command's name; undefined when there is none. Remembers it (`hash`). */
export function findExecutable(shell: Shell, name: string): string | undefined {
  if (name.includes("/")) return name;
  const known = shell.hashed.get(name);
  if (known !== undefined && isExecutable(shell, known.path)) {
    known.hits++;
    return known.path;
  }
  shell.hashed.delete(name);
  const [path] = pathMatches(shell, name);
  if (path !== undefined && shell.options.has("hashall") && isExecutable(shell, path)) shell.hashed.set(name, { path, hits: 1 });
  return path;
}
