import { formatProblem } from "../../lab/definition/problem.ts";
import { allContent, labLessons } from "../library.ts";
import { badUsage, EXIT, note, print } from "../output.ts";

/** `lab list [--json]`. Lessons with mistakes are told on standard error, and the others listed. Returns the exit status. */
export function list(args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== "--json");
  if (unknown !== undefined) throw badUsage(`list: unknown argument ${unknown}. Usage: npm run -s lab -- list [--json]`);
  const library = allContent();
  const status = library.problems.length === 0 ? EXIT.ok : EXIT.badLesson;
  for (const problem of library.problems) note(formatProblem(problem));
  const lessons = labLessons(library).map(({ info, lab }) => ({
    id: info.id,
    course: info.course,
    title: info.title,
    tasks: lab.tasks.map((task) => ({ id: task.id, title: task.title, checks: task.checks.map(({ id }) => ({ id })) })),
  }));
  if (args.includes("--json")) {
    print(JSON.stringify({ lessons }));
    return status;
  }
  for (const lesson of lessons) {
    print(`${lesson.id}  ${lesson.title}`);
    for (const task of lesson.tasks) print(`    ${task.id}  ${task.title} (${task.checks.map((check) => check.id).join(", ")})`);
  }
  return status;
}
