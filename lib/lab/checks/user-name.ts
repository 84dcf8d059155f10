import type { Files } from "../../kernel/types.ts";

/** The name of a user in /etc/passwd; the number where nobody has it. */
export function userName(files: Files, uid: number): string {
  const line = files
    .readText("/etc/passwd")
    .split("\n")
    .find((each) => each.split(":")[2] === String(uid));
  return line?.split(":")[0] ?? String(uid);
}
