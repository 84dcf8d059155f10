/** `continues` of lab.yaml: whether a lab can start from the end state of another lesson's. */
import type { LabDefinition } from "../types.ts";
import { didYouMean } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { YamlSource } from "./yaml-source.ts";

export interface Continued {
  /** Undefined: the lesson has no lab, or one that can't be read. */
  readonly lab: LabDefinition | undefined;
  readonly hasLab: boolean;
  readonly hasSolution: boolean;
}

/** What is wrong with the `continues` of a lab. `lessons` are all there are, by id. */
export function continuesProblems(
  file: string,
  text: string,
  lab: LabDefinition,
  lessons: ReadonlyMap<string, Continued>,
): readonly Problem[] {
  const wanted = lab.continues?.lesson;
  if (wanted === undefined) return [];
  const source = new YamlSource(file, text);
  const at = ["continues"];
  const other = lessons.get(wanted);
  const labs = [...lessons].filter(([id, each]) => each.hasLab && id !== lab.lesson).map(([id]) => id);
  if (other === undefined) {
    source.problem(at, `\`continues: ${wanted}\`: no such lesson.`, didYouMean(wanted, labs));
  } else if (!other.hasLab) {
    source.problem(at, `\`continues: ${wanted}\`: that lesson has no lab.`, "Name one that has, or drop the line.");
  } else if (circle(lab.lesson, lessons) !== undefined) {
    const way = circle(lab.lesson, lessons)?.join(" → ");
    source.problem(
      at,
      `\`continues: ${wanted}\`: the lessons continue each other in a circle: ${way}.`,
      "Let one of them start from fresh machines.",
    );
  } else if (!other.hasSolution) {
    source.problem(
      at,
      `\`continues: ${wanted}\`: that lesson has no attempts/solution.sh or .json, which makes its end state.`,
      "Write its solution first.",
    );
  } else {
    for (const { name, image, user } of other.lab?.machines ?? []) {
      const mine = lab.machines.find((machine) => machine.name === name);
      if (mine === undefined) {
        source.problem(
          ["machines"],
          `The machine \`${name}\` of ${wanted}, which this lab continues, is missing.`,
          `Add \`${name}: { image: ${image} }\`.`,
          "key",
        );
      } else if (mine.image !== image) {
        source.problem(
          ["machines", name, "image"],
          `\`${name}\` has the image \`${image}\` in ${wanted}, which this lab continues.`,
          `Write \`image: ${image}\`.`,
        );
      } else if (mine.user !== user) {
        source.problem(
          ["machines", name, "user"],
          `\`${name}\` has the user \`${user}\` in ${wanted}, which this lab continues.`,
          `Write \`user: ${user}\`.`,
        );
      }
    }
  }
  return source.problems;
}

/** The lessons from this one back to itself, if its chain of `continues` ends there. */
function circle(lesson: string, lessons: ReadonlyMap<string, Continued>): readonly string[] | undefined {
  const way = [lesson];
  for (let at = lessons.get(lesson)?.lab?.continues?.lesson; at !== undefined; at = lessons.get(at)?.lab?.continues?.lesson) {
    way.push(at);
    if (at === lesson) return way;
    // A circle that this lesson only leads to is told of at those that are in it.
    if (way.indexOf(at) < way.length - 1) return undefined;
  }
  return undefined;
}
