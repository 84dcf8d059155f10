import type { ChoiceQuiz, MatchQuiz, OrderQuiz, QuizAnswer, QuizDefinition, TextAnswerRule, TextQuiz } from "./types.ts";

/** What an answer is worth, with the reason for each of its parts. */
export interface QuizVerdict {
  readonly right: boolean;
  /** The answer in words. */
  readonly text: string;
  readonly parts: readonly QuizVerdictPart[];
}

export interface QuizVerdictPart {
  /** The option or thing that this is about; undefined: the whole answer. */
  readonly id?: string;
  readonly right: boolean;
  /** What was done with it, and what would have been right: "chosen", "not chosen", "2nd; should be 3rd". Empty for a whole answer. */
  readonly found: string;
  readonly why: string;
}

/** A longer line is no answer: an author's regular expressions are tried on it. */
export const LONGEST_TEXT = 300;

/** Judges an answer that fits its question (`answerProblem` finds nothing). The same rules hold in the page, in a lab and in the gate. */
export function judge(quiz: QuizDefinition, answer: QuizAnswer): QuizVerdict {
  switch (quiz.kind) {
    case "one":
    case "many":
      return judgeChoice(quiz, listOf(answer));
    case "order":
      return judgeOrder(quiz, listOf(answer));
    case "match":
      return judgeMatch(quiz, isMap(answer) ? answer : {});
    case "text":
      return judgeText(quiz, typeof answer === "string" ? answer : "");
  }
}

function judgeChoice(quiz: ChoiceQuiz, chosen: readonly string[]): QuizVerdict {
  const isChosen = (id: string): boolean => chosen.includes(id);
  const named = quiz.options.filter((option) => isChosen(option.id));
  const text = named.length === 0 ? "none of them" : named.map((option) => option.text).join("; ");
  const right = quiz.options.every((option) => option.right === isChosen(option.id));
  if (quiz.kind === "one") return { right, text, parts: named.map(({ id, why }) => ({ id, right, found: "chosen", why })) };
  const parts = quiz.options.map((option) => {
    const found = isChosen(option.id) ? "chosen" : "not chosen";
    return { id: option.id, right: option.right === isChosen(option.id), found, why: option.why };
  });
  return { right, text, parts };
}

function judgeOrder(quiz: OrderQuiz, order: readonly string[]): QuizVerdict {
  const parts = order.flatMap((id, index) => {
    const place = quiz.sequence.findIndex((each) => each.id === id);
    const item = quiz.sequence[place];
    if (item === undefined) return [];
    const found = place === index ? ordinal(index) : `${ordinal(index)}; should be ${ordinal(place)}`;
    return [{ id, right: place === index, found, why: item.why }];
  });
  const text = order.map((id) => quiz.sequence.find((each) => each.id === id)?.text ?? id).join(" → ");
  return { right: order.length === quiz.sequence.length && parts.every((part) => part.right), text, parts };
}

function judgeMatch(quiz: MatchQuiz, answer: Readonly<Record<string, string>>): QuizVerdict {
  const nameOf = (id: string | undefined): string => quiz.targets.find((target) => target.id === id)?.text ?? "nothing";
  const parts = quiz.items.map((item) => {
    const given = answer[item.id];
    const right = given === item.to;
    return { id: item.id, right, found: right ? nameOf(given) : `${nameOf(given)}; should be ${nameOf(item.to)}`, why: item.why };
  });
  const text = quiz.items.map((item) => `${item.text}: ${nameOf(answer[item.id])}`).join("; ");
  return { right: parts.every((part) => part.right), text, parts };
}

function judgeText(quiz: TextQuiz, text: string): QuizVerdict {
  const rule = quiz.rules.find((each) => fits(each, text));
  const right = rule?.right ?? false;
  return { right, text: text.trim(), parts: [{ right, found: "", why: rule?.why ?? quiz.otherwise }] };
}

/** Blanks around an answer never count, nor how many stand between two words; capitals only where the rule is `exact`. */
function fits(rule: TextAnswerRule, text: string): boolean {
  const line = text.trim().replace(/\s+/g, " ");
  if (rule.kind === "number") {
    const value = readNumber(line);
    return value !== undefined && value >= rule.from && value <= rule.to;
  }
  if (rule.kind === "matches") return new RegExp(`^(?:${rule.expression})$`, rule.exact ? "" : "i").test(line);
  const same = (one: string, other: string): boolean => (rule.exact ? one === other : one.toLowerCase() === other.toLowerCase());
  return rule.texts.some((each) => same(each.trim().replace(/\s+/g, " "), line));
}

/** A number as people write it: `1,000`, `1000`, `12.5`, `-3`, `8 GB` and `$7` without what stands around it. */
function readNumber(text: string): number | undefined {
  const found = /^[^\d+-]{0,3}([+-]?(?:\d{1,3}(?:[,_ ]\d{3})+|\d+)(?:\.\d+)?)\s*[^\d]*$/.exec(text);
  return found === null ? undefined : Number((found[1] ?? "").replace(/[,_ ]/g, ""));
}

/** Why a value can't be an answer to this question at all, as a sentence with what it takes; undefined when it can. */
export function answerProblem(quiz: QuizDefinition, answer: QuizAnswer): string | undefined {
  switch (quiz.kind) {
    case "one":
      if (typeof answer !== "string") return `\`${quiz.id}\` is answered with the id of one option, like "${quiz.options[0]?.id}".`;
      return unknownName("option", quiz, [answer], idsOf(quiz.options));
    case "many":
      if (!isList(answer)) return `\`${quiz.id}\` is answered with the ids of the options, like ["${quiz.options[0]?.id}"].`;
      return unknownName("option", quiz, answer, idsOf(quiz.options)) ?? twice(answer);
    case "order": {
      const ids = idsOf(quiz.sequence);
      if (!isList(answer)) return `\`${quiz.id}\` is answered with the ids in order, like ${JSON.stringify(ids)}.`;
      const problem = unknownName("thing", quiz, answer, ids) ?? twice(answer);
      return problem ?? (answer.length === ids.length ? undefined : `\`${quiz.id}\` has ${ids.length} things to be put into order.`);
    }
    case "match": {
      if (!isMap(answer))
        return `\`${quiz.id}\` is answered with a target for each thing, like {"${quiz.items[0]?.id}": "${quiz.targets[0]?.id}"}.`;
      return (
        unknownName("thing", quiz, Object.keys(answer), idsOf(quiz.items)) ??
        unknownName("target", quiz, Object.values(answer), idsOf(quiz.targets))
      );
    }
    case "text":
      if (typeof answer !== "string") return `\`${quiz.id}\` is answered with a text.`;
      return answer.length > LONGEST_TEXT ? `An answer has at most ${LONGEST_TEXT} characters.` : undefined;
  }
}

function unknownName(what: string, quiz: QuizDefinition, names: readonly string[], known: readonly string[]): string | undefined {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  return `No ${what} \`${unknown}\` in \`${quiz.id}\`. Known here: ${known.map((id) => `\`${id}\``).join(", ")}.`;
}

function twice(names: readonly string[]): string | undefined {
  const double = names.find((name, index) => names.indexOf(name) !== index);
  return double === undefined ? undefined : `\`${double}\` is named twice.`;
}

/** An answer as one text, for places that keep texts only; those of `one` and `text` stay as they are. */
export function encodeAnswer(answer: QuizAnswer): string {
  return typeof answer === "string" ? answer : JSON.stringify(answer);
}

/** The other way round; undefined when the text is no answer to this question (any more). */
export function decodeAnswer(quiz: QuizDefinition, text: string): QuizAnswer | undefined {
  let answer: unknown = text;
  if (quiz.kind !== "one" && quiz.kind !== "text") {
    try {
      answer = JSON.parse(text);
    } catch {
      return undefined;
    }
  }
  return isAnswer(answer) && answerProblem(quiz, answer) === undefined ? answer : undefined;
}

function isAnswer(value: unknown): value is QuizAnswer {
  const texts = (values: readonly unknown[]): boolean => values.every((each) => typeof each === "string");
  if (typeof value === "string") return true;
  return typeof value === "object" && value !== null && texts(Object.values(value));
}

function isList(answer: QuizAnswer): answer is readonly string[] {
  return Array.isArray(answer);
}

function isMap(answer: QuizAnswer): answer is Readonly<Record<string, string>> {
  return typeof answer === "object" && !Array.isArray(answer);
}

function listOf(answer: QuizAnswer): readonly string[] {
  return isList(answer) ? answer : typeof answer === "string" ? [answer] : [];
}

function idsOf(things: readonly { readonly id: string }[]): string[] {
  return things.map((thing) => thing.id);
}

/** 0 → "1st". */
export function ordinal(index: number): string {
  const number = index + 1;
  const teens = number % 100 > 10 && number % 100 < 14;
  return `${number}${(teens ? undefined : ["th", "st", "nd", "rd"][number % 10]) ?? "th"}`;
}
