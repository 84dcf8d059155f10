import type { Files } from "../../kernel/types.ts";

/** ` (main)` in a git repository, ` (1a2b3c4...)` at a detached HEAD, nothing elsewhere: what the prompt shows. */
export function gitBranch(files: Files): string {
  let directory = files.cwd;
  for (;;) {
    const head = headOf(files, `${directory === "/" ? "" : directory}/.git`);
    if (head !== undefined) {
      const branch = /^ref: refs\/heads\/(.*)$/.exec(head)?.[1];
      return branch === undefined ? ` (${head.slice(0, 7)}...)` : ` (${branch})`;
    }
    if (directory === "/" || directory === "") return "";
    directory = directory.replace(/\/[^/]*$/, "") || "/";
  }
}

/** `.git` is a directory, or in a worktree a file that names it (gitrepository-layout(5)). */
function headOf(files: Files, git: string): string | undefined {
  try {
    if (!files.exists(git)) return undefined;
    if (files.stat(git).kind === "directory") return files.readText(`${git}/HEAD`).trim();
    const target = /^gitdir: (.*)$/m.exec(files.readText(git))?.[1];
    return target === undefined ? undefined : files.readText(`${target.startsWith("/") ? target : `${git}/../${target}`}/HEAD`).trim();
  } catch {
    return undefined;
  }
}
