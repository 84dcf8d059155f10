import { labLessons, soundLibrary } from "../library.ts";
import { badUsage, print } from "../output.ts";

/** `lab list [--json]` */
export function list(args: readonly string[]): void {
  const unknown = args.find((arg) => arg !== "--json");
  if (unknown !== undefined) throw badUsage(`list: unknown argument ${unknown}. Usage: lab list [--json]`);
  const lessons = labLessons(soundLibrary()).map(({ info, lab }) => ({
    id: info.id,
    course: info.course,
    title: info.title,
    tasks: lab.tasks.map((task) => ({ id: task.id, title: task.title, checks: task.checks.map(({ id }) => ({ id })) })),
  }));
  if (args.includes("--json")) {
    print(JSON.stringify({ lessons }));
    return;
  }
  for (const lesson of lessons) {
    print(`${lesson.id}  ${lesson.title}`);
    for (const task of lesson.tasks) print(`    ${task.id}  ${task.title} (${task.checks.map((check) => check.id).join(", ")})`);
  }
}
