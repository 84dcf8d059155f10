import { judge } from "../quiz/judge.ts";
import { type QuizFile, quizzesSchema } from "../quiz/schema.ts";
import type { ChoiceQuiz, MatchQuiz, OrderQuiz, QuizDefinition, TextAnswerRule, TextQuiz } from "../quiz/types.ts";
import { didYouMean } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { SLOW_REMEDY, slowMessage, slowPart } from "./slow-pattern.ts";
import { YamlSource } from "./yaml-source.ts";

type Path = readonly PropertyKey[];

/**
 * Reads quiz.yaml, which stands beside lesson.mdx:
 *
 *     - id: static-or-dynamic
 *       question: Which of these needs a dynamic server?
 *       options:
 *         - { id: logo, text: A logo, why: It is the same for everybody. }
 *         - { id: cart, text: A shopping cart, right: true, why: It differs for each visitor. }
 *
 * The prose shows a question with <Quiz id="static-or-dynamic" />; a check of lab.yaml asks for it with `quiz: static-or-dynamic`.
 * The kinds are described in `lib/lab/quiz/schema.ts`.
 */
export function readQuizzes(file: string, text: string): { quizzes: readonly QuizDefinition[]; problems: readonly Problem[] } {
  const source = new YamlSource(file, text);
  const value = source.read(quizzesSchema);
  if (value === undefined) return { quizzes: [], problems: source.problems };
  unlike(source, value, [], "quiz");
  return { quizzes: value.map((quiz, index) => readQuiz(quiz, [index], source)), problems: source.problems };
}

function readQuiz(quiz: QuizFile, path: Path, source: YamlSource): QuizDefinition {
  if ("options" in quiz) return readChoice(quiz, path, source);
  if ("sequence" in quiz) return readOrder(quiz, path, source);
  return "targets" in quiz ? readMatch(quiz, path, source) : readText(quiz, path, source);
}

function readChoice(quiz: Extract<QuizFile, { options: unknown }>, path: Path, source: YamlSource): ChoiceQuiz {
  unlike(source, quiz.options, [...path, "options"], "option");
  const kind = quiz.kind ?? "one";
  const options = quiz.options.map((option) => ({ ...option, right: option.right ?? false }));
  const right = options.filter((option) => option.right).length;
  if (kind === "one" && right !== 1) {
    const remedy = "Mark exactly one option with `right: true`, or write `kind: many`.";
    source.problem([...path, "options"], `The quiz \`${quiz.id}\` has ${right} right answers.`, remedy);
  }
  return { kind, id: quiz.id, question: quiz.question, options };
}

function readOrder(quiz: Extract<QuizFile, { sequence: unknown }>, path: Path, source: YamlSource): OrderQuiz {
  unlike(source, quiz.sequence, [...path, "sequence"], "thing");
  return { ...quiz, kind: "order" };
}

function readMatch(quiz: Extract<QuizFile, { targets: unknown }>, path: Path, source: YamlSource): MatchQuiz {
  unlike(source, quiz.items, [...path, "items"], "thing");
  unlike(source, quiz.targets, [...path, "targets"], "target");
  const targets = quiz.targets.map((target) => target.id);
  for (const [index, item] of quiz.items.entries()) {
    if (targets.includes(item.to)) continue;
    source.problem([...path, "items", index, "to"], `\`to: ${item.to}\`: no such target.`, didYouMean(item.to, targets));
  }
  return { ...quiz, kind: "match" };
}

function readText(quiz: Extract<QuizFile, { rules: unknown }>, path: Path, source: YamlSource): TextQuiz {
  const rules = quiz.rules.flatMap((rule, index) => readRule(rule, [...path, "rules", index], source));
  const read: TextQuiz = { ...quiz, kind: "text", answer: String(quiz.answer), rules };
  const sound = rules.length === quiz.rules.length;
  if (sound && !judge(read, read.answer).right) {
    const remedy = "Add a rule with `right: true` that fits it, before those that are wrong, or mend the answer.";
    source.problem([...path, "answer"], `The rules of \`${quiz.id}\` find its own answer \`${read.answer}\` wrong.`, remedy);
  }
  return read;
}

type RuleFile = Extract<QuizFile, { rules: unknown }>["rules"][number];

function readRule(rule: RuleFile, path: Path, source: YamlSource): TextAnswerRule[] {
  const { right = false, why, exact = false } = rule;
  const kinds = (["is", "matches", "number"] as const).filter((kind) => rule[kind] !== undefined);
  if (kinds.length !== 1) {
    const has = kinds.length === 0 ? "none of" : "more than one of";
    source.problem(path, `This rule has ${has} \`is\`, \`matches\` and \`number\`.`, "Write exactly one of them in a rule.");
    return [];
  }
  if (rule.is !== undefined) {
    const texts = (Array.isArray(rule.is) ? rule.is : [rule.is]).map(String);
    return [{ kind: "is", texts, exact, right, why }];
  }
  if (rule.matches !== undefined) {
    try {
      const slow = slowPart(rule.matches);
      if (slow !== undefined) source.problem([...path, "matches"], slowMessage(slow), SLOW_REMEDY);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      source.problem(
        [...path, "matches"],
        `This is no regular expression: ${reason}.`,
        "A \\ before a special character takes it literally.",
      );
      return [];
    }
    return [{ kind: "matches", expression: rule.matches, exact, right, why }];
  }
  const { from, to } = typeof rule.number === "object" ? rule.number : { from: rule.number ?? 0, to: rule.number ?? 0 };
  if (from > to) source.problem([...path, "number"], `No number lies between ${from} and ${to}.`, "Swap `from` and `to`.");
  return [{ kind: "number", from, to, right, why }];
}

/** Ids that are used twice are reported. */
function unlike(source: YamlSource, things: readonly { readonly id: string }[], path: Path, what: string): void {
  const seen = new Set<string>();
  for (const [index, { id }] of things.entries()) {
    if (seen.has(id)) source.problem([...path, index, "id"], `The ${what} \`${id}\` is declared twice.`, "Give one of them another id.");
    seen.add(id);
  }
}
