import { expect, it } from "vitest";
import { findLabLesson } from "../library.ts";
import { revealedBy } from "./hints.ts";
import { soundnessProblems } from "./soundness.ts";

/** What is unsound in prose, beside hints and questions of a lesson that is sound. */
function unsound(body: string): string[] {
  const lesson = findLabLesson("foundations/what-deploying-means");
  return soundnessProblems({ ...lesson, body }, new Set()).map(({ line, message }) => `${line} ${message}`);
}

it("wants a heading of the second level above every task", () => {
  const message = "The task `migrate` stands before the first heading, so its card belongs to no part of the lesson.";
  expect(unsound('Text.\n\n<Task id="migrate" />\n\n## Later')).toEqual([`3 ${message}`]);
  expect(unsound('## First\n\n<Note>\n\n<Task id="migrate" />\n\n</Note>')).toEqual([]);
});

const solution = "On the laptop:\n\n```console\n$ cd ~/site\n$ python -m http.server 8000\n```\n\nOr `--directory`.";

it("finds a hint that gives the command away, however it is quoted", () => {
  expect(revealedBy("Type `cd ~/site`, then `python -m http.server 8000`.", solution)).toBe("python -m http.server 8000");
  expect(revealedBy('Type python   -m "http.server" 8000.', solution)).toBe("python -m http.server 8000");
});

it("lets a hint name the program, show the shape, and say where to go", () => {
  expect(revealedBy("The shape is `python -m <module> <port>`.", solution)).toBeUndefined();
  expect(revealedBy("Begin with `cd ~/site`.", solution)).toBeUndefined();
  expect(revealedBy("`python -m http.server` is the module.", solution)).toBeUndefined();
});

it("takes code in backticks for the solution where it has no console block", () => {
  expect(revealedBy("Try `chmod 600 .env`.", "Take the right away: `chmod 600 .env`.")).toBe("chmod 600 .env");
});
