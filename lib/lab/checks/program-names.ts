import type { ProcessInfo } from "../../kernel/types.ts";

const INTERPRETER = /^(?:python\d*(?:\.\d+)?|bash|sh|dash|node|perl|ruby)$/;

/**
 * The names that a process goes by: its program's file ("nginx" of "/usr/sbin/nginx", also of the title "nginx: master process …"),
 * and, where that is an interpreter, the script or module that it runs ("manage.py" of "python3 manage.py migrate", "gunicorn" of
 * "python3 /usr/bin/gunicorn …" and of "python -m gunicorn …").
 */
export function programNames({ argv }: Pick<ProcessInfo, "argv">): readonly string[] {
  // A title that was set (setproctitle) is one text with spaces in it.
  const words = argv.length === 1 ? (argv[0] ?? "").split(" ") : argv;
  const program = baseName(words[0] ?? "")
    .replace(/:$/, "")
    .replace(/^-/, "");
  if (!INTERPRETER.test(program)) return [program];
  const at = words.findIndex((word, index) => index > 0 && (word === "-m" || word === "-c" || !word.startsWith("-")));
  const word = words[at];
  if (word === undefined || word === "-c") return [program];
  return [program, word === "-m" ? (words[at + 1] ?? "") : baseName(word)];
}

/** The processes of a machine that are at work: those that have ended and were not waited for yet are none. */
export function runs(process: Pick<ProcessInfo, "argv" | "state">, name: string): boolean {
  return process.state !== "zombie" && programNames(process).includes(name);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
