import type { LabDefinition, QuizDefinition } from "../lab/types.ts";
import type { Calculator } from "./calculator/types.ts";

/** Courses and lessons as the site shows them. */
export interface CourseInfo {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  /** What one can do afterwards. */
  readonly teaches: readonly string[];
  readonly order: number;
  readonly lessons: readonly LessonInfo[];
}

export interface LessonInfo {
  /** Stable for ever: progress hangs on it. */
  readonly id: string;
  readonly course: string;
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly objectives: readonly string[];
  readonly requires: readonly string[];
  /** Topics of the syllabus that the prose treats. */
  readonly teaches: readonly string[];
  readonly hasLab: boolean;
}

export interface GlossaryTerm {
  readonly id: string;
  readonly term: string;
  /** Other spellings under which <Term> finds it. */
  readonly also: readonly string[];
  readonly text: string;
}

export interface Heading {
  /** 2 to 4. */
  readonly depth: number;
  /** The anchor: unique on the page. */
  readonly id: string;
  readonly text: string;
}

/** A ```console block of the prose: what is typed, and how the gate tries it (`lib/author/gate/prose.ts`). */
export interface ConsoleBlock {
  readonly line: number;
  /** The commands behind `$ `, in order; lines continued by `> ` are joined with a newline. */
  readonly commands: readonly string[];
  /** As written, prompts and output included. */
  readonly text: string;
  /** `terminal=t2`: which terminal it is meant for; the first if left out. */
  readonly terminal?: string;
  /** `machine=web-1`: on which machine that terminal opens. */
  readonly machine?: string;
  /** `until="Quit the server"`: the last command stays running once its output matches this regular expression. */
  readonly until?: string;
  /** `exit=1`: the status of the last command; 0 if left out. */
  readonly exit: number;
  /** `input="ann\nsecret\n"`: what is typed while the last command runs. */
  readonly input?: string;
  /** `shown="reason"`: not tried by the gate, and why. */
  readonly shown?: string;
}

export interface CompiledLesson {
  readonly info: LessonInfo;
  /**
   * The prose as the body of a function, for `getMDXComponent` of mdx-bundler/client; evaluated at build, in a server component.
   * The elements it asks for are those of `components.ts`; code blocks arrive as <Console> and <CodeBlock>.
   */
  readonly code: string;
  readonly headings: readonly Heading[];
  readonly quizzes: readonly QuizDefinition[];
  readonly calculators: readonly Calculator[];
  readonly lab: LabDefinition | undefined;
  /** Tasks whose solution can be stepped through: `attempts/solution` says which steps are theirs. */
  readonly steppable: readonly string[];
  /** The glossary entries that the prose refers to. */
  readonly terms: readonly GlossaryTerm[];
  readonly consoles: readonly ConsoleBlock[];
  /** Pictures of the lesson by the path the prose uses ("pictures/request.svg"): checked SVG text. */
  readonly pictures: Readonly<Record<string, string>>;
}
