import { describe, expect, it } from "vitest";
import { readQuizzes } from "../definition/read-quizzes.ts";
import { answerProblem, decodeAnswer, encodeAnswer, judge } from "./judge.ts";
import { mixed } from "./mixed.ts";
import type { QuizAnswer, QuizDefinition } from "./types.ts";

const file = `
- id: old
  question: One?
  options:
    - { id: a, text: A, right: true, why: It is. }
    - { id: b, text: B, why: It is not. }
- id: several
  kind: many
  question: Which?
  options:
    - { id: a, text: A, right: true, why: Yes. }
    - { id: b, text: B, why: No. }
    - { id: c, text: C, right: true, why: Yes. }
- id: steps
  kind: order
  question: In which order?
  sequence:
    - { id: copy, text: Copy, why: First. }
    - { id: supply, text: Supply, why: Second. }
    - { id: run, text: Run, why: Third. }
- id: servers
  kind: match
  question: Which server?
  items:
    - { id: logo, text: Logo, to: static, why: Same for all. }
    - { id: cart, text: Cart, to: dynamic, why: Differs. }
  targets:
    - { id: static, text: Static }
    - { id: dynamic, text: Dynamic }
- id: port
  kind: text
  question: Which port has https?
  answer: 443
  rules:
    - { number: 443, right: true, why: It is. }
    - { is: ["80", http], why: That is http. }
    - { matches: "84+3", why: A habit of developers. }
    - { is: HTTPS, exact: true, why: That is its name. }
  otherwise: A port is a number.
`;
const { quizzes, problems } = readQuizzes("quiz.yaml", file);

function quiz(id: string): QuizDefinition {
  const found = quizzes.find((each) => each.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

const right = (id: string, answer: QuizAnswer): boolean => judge(quiz(id), answer).right;
const reason = (answer: string): string | undefined => judge(quiz("port"), answer).parts[0]?.why;

describe("questions", () => {
  it("are read with and without their kind", () => {
    expect(problems).toEqual([]);
    expect(quizzes.map((each) => each.kind)).toEqual(["one", "many", "order", "match", "text"]);
  });

  it("are judged by the whole answer, and each part has its reason", () => {
    expect(right("old", "a")).toBe(true);
    expect(judge(quiz("old"), "b")).toMatchObject({ right: false, text: "B", parts: [{ why: "It is not." }] });
    expect(right("several", ["c", "a"])).toBe(true);
    expect(judge(quiz("several"), ["a", "b"]).parts.map((part) => part.right)).toEqual([true, false, false]);
    expect(right("steps", ["copy", "supply", "run"])).toBe(true);
    expect(judge(quiz("steps"), ["copy", "run", "supply"]).parts[1]).toMatchObject({ id: "run", found: "2nd; should be 3rd" });
    expect(right("servers", { logo: "static", cart: "dynamic" })).toBe(true);
    expect(judge(quiz("servers"), { logo: "static" }).parts[1]).toMatchObject({ right: false, found: "nothing; should be Dynamic" });
  });

  it("judge a free text by the first rule that fits, whatever its blanks and capitals", () => {
    expect(["443", " 443 ", "port 443", "443."].map((text) => right("port", text))).toEqual([true, true, false, true]);
    expect(reason("HTTP")).toBe("That is http.");
    expect(reason("8443")).toBe("A habit of developers.");
    expect(reason("18443")).toBe("A port is a number.");
    expect(reason("https")).toBe("A port is a number.");
    expect(reason("HTTPS")).toBe("That is its name.");
  });

  it("refuse values that can't be an answer, and say what one is", () => {
    expect(answerProblem(quiz("old"), "x")).toBe("No option `x` in `old`. Known here: `a`, `b`.");
    expect(answerProblem(quiz("several"), "a")).toContain('like ["a"]');
    expect(answerProblem(quiz("several"), ["a", "a"])).toContain("named twice");
    expect(answerProblem(quiz("steps"), ["copy"])).toContain("has 3 things");
    expect(answerProblem(quiz("servers"), { logo: "nowhere" })).toContain("No target `nowhere`");
    expect(answerProblem(quiz("port"), "x".repeat(1000))).toContain("at most 300 characters");
  });

  it("keep their answers as text and know them again, unless the question has changed", () => {
    for (const [id, answer] of [
      ["old", "a"],
      ["several", ["a"]],
      ["servers", { logo: "static" }],
      ["port", "443"],
    ] as const) {
      expect(decodeAnswer(quiz(id), encodeAnswer(answer))).toEqual(answer);
    }
    expect(decodeAnswer(quiz("several"), "a")).toBeUndefined();
    expect(decodeAnswer(quiz("old"), "gone")).toBeUndefined();
  });

  it("never show an order in the right order", () => {
    const things = ["a", "b", "c"].map((id) => ({ id }));
    for (let seed = 0; seed < 50; seed++) expect(mixed(things, String(seed))).not.toEqual(things);
  });
});

describe("mistakes in quiz.yaml", () => {
  const problem = (from: string, to: string): unknown => readQuizzes("quiz.yaml", file.replace(from, to)).problems[0];

  it("are reported with line and remedy", () => {
    expect(problem("to: static", "to: statc")).toMatchObject({
      line: 25,
      message: "`to: statc`: no such target.",
      remedy: "Did you mean `static`?",
    });
    expect(problem("answer: 443", "answer: 80")).toMatchObject({ message: "The rules of `port` find its own answer `80` wrong." });
    expect(problem('matches: "84+3"', 'matches: "84(3"')).toMatchObject({ message: expect.stringContaining("no regular expression") });
    expect(problem("{ number: 443, right", "{ number: 443, is: x, right")).toMatchObject({
      message: expect.stringContaining("more than one of"),
    });
    expect(problem("kind: many", "kind: one")).toMatchObject({ remedy: expect.stringContaining("`kind: many`") });
    expect(problem("sequence:", "sequense:")).toMatchObject({
      message: "`sequense`: no such key here.",
      remedy: expect.stringContaining("`sequence`"),
    });
    expect(problem("kind: many", "kind: order")).toMatchObject({ message: "`kind: order` is not a known value." });
  });
});
