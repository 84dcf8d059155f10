/** The questions of a lesson, and what may be answered. */
export type QuizDefinition = ChoiceQuiz | OrderQuiz | MatchQuiz | TextQuiz;
export type QuizKind = QuizDefinition["kind"];

interface Question {
  readonly id: string;
  readonly question: string;
}

/** `one` option is right, or `many` (none to all) are. */
export interface ChoiceQuiz extends Question {
  readonly kind: "one" | "many";
  readonly options: readonly QuizOption[];
}

export interface QuizOption {
  readonly id: string;
  readonly text: string;
  readonly right: boolean;
  /** Why it is right, or what is wrong with it. */
  readonly why: string;
}

/** Things to be put into order; they stand here in the right one, and are shown mixed. */
export interface OrderQuiz extends Question {
  readonly kind: "order";
  readonly sequence: readonly { readonly id: string; readonly text: string; readonly why: string }[];
}

/** Each thing belongs to one target; a target may have many things, or none. */
export interface MatchQuiz extends Question {
  readonly kind: "match";
  readonly items: readonly { readonly id: string; readonly text: string; readonly to: string; readonly why: string }[];
  readonly targets: readonly { readonly id: string; readonly text: string }[];
}

/** A line of text, judged by the first rule that fits it. */
export interface TextQuiz extends Question {
  readonly kind: "text";
  /** A right answer, shown to those who give up. */
  readonly answer: string;
  readonly rules: readonly TextAnswerRule[];
  /** Said when no rule fits: such an answer is wrong. */
  readonly otherwise: string;
}

export type TextAnswerRule = { readonly right: boolean; readonly why: string } & (
  | { readonly kind: "is"; readonly texts: readonly string[]; readonly exact: boolean }
  | { readonly kind: "matches"; readonly expression: string; readonly exact: boolean }
  | { readonly kind: "number"; readonly from: number; readonly to: number }
);

/**
 * What somebody answers, as in the `answer` step (design.md §7): the id of an option (`one`) or a text (`text`); ids, of the chosen
 * options (`many`) or of all things in order (`order`); for `match`, the target of each thing.
 */
export type QuizAnswer = string | readonly string[] | Readonly<Record<string, string>>;
