import { expect, it } from "vitest";
import { components } from "./components.ts";
import { readLibrary } from "./load.ts";

/** The course *Writing lessons* documents what there is, and is its end-to-end test (e2e/writing-lessons.spec.ts). */
const lessons = [...readLibrary().lessons.values()].filter(({ info }) => info.course === "writing-lessons");

it("shows every element as it is written, and as it looks", () => {
  const text = lessons.map(({ body }) => body).join("\n");
  const listings = [...text.matchAll(/^(`{3,})mdx\n([\s\S]*?)^\1$/gm)].map(([, , inner = ""]) => inner).join("\n");
  const running = text.replace(/^(`{3,})[\s\S]*?^\1$/gm, "");
  for (const name of Object.keys(components)) {
    const element = new RegExp(`<${name}[\\s/>]`);
    expect(running, `${name} running`).toMatch(element);
    if (name !== "Quiz") expect(listings, `${name} as it is written`).toMatch(element);
  }
});

it("asks a question of every kind", () => {
  const kinds = lessons.flatMap(({ quizzes }) => quizzes.map(({ kind }) => kind));
  expect([...new Set(kinds)].sort()).toEqual(["many", "match", "one", "order", "text"]);
});
