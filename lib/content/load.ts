import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { didYouMean } from "../lab/definition/nearest.ts";
import { ContentError, type Problem } from "../lab/definition/problem.ts";
import { readLab } from "../lab/definition/read-lab.ts";
import { readQuizzes } from "../lab/definition/read-quizzes.ts";
import { YamlSource } from "../lab/definition/yaml-source.ts";
import type { LabDefinition, QuizDefinition } from "../lab/types.ts";
import { readCalculators } from "./calculator/read-calculators.ts";
import type { Calculator } from "./calculator/types.ts";
import { compileProse, readProse } from "./compile.ts";
import { resolveContinues } from "./continues.ts";
import { splitFrontmatter } from "./frontmatter.ts";
import { readGlossary } from "./glossary.ts";
import { labVersion, readLabFiles } from "./lab-files.ts";
import { folderProblems } from "./lesson-folder.ts";
import { LessonFolders } from "./lesson-folders.ts";
import type { ProseContext, ProseFacts } from "./prose.ts";
import { courseSchema, lessonSchema } from "./schema.ts";
import { solutionSteps } from "./solution.ts";
import { svgProblem } from "./svg.ts";
import { readSyllabus, type SyllabusSource } from "./syllabus.ts";
import type { CompiledLesson, CourseInfo, GlossaryTerm, LessonInfo } from "./types.ts";
import { videoProblem } from "./video.ts";

/** Images that a lab's machines can have. */
export const imageNames: readonly string[] = ["ubuntu", "python", "server"];

/** A lesson read and checked, not yet compiled. */
export interface LessonSource {
  readonly info: LessonInfo;
  /** The lesson's folder. */
  readonly folder: string;
  readonly body: string;
  readonly lab: LabDefinition | undefined;
  readonly quizzes: readonly QuizDefinition[];
  readonly calculators: readonly Calculator[];
  readonly context: ProseContext;
  readonly facts: ProseFacts;
}

/** Everything below content/, checked. `problems` is empty when it can be built. */
export interface Library {
  readonly courses: readonly CourseInfo[];
  readonly lessons: ReadonlyMap<string, LessonSource>;
  readonly glossary: readonly GlossaryTerm[];
  readonly syllabus: readonly SyllabusSource[];
  readonly problems: readonly Problem[];
}

/** Where the courses are: SLIPWAY_CONTENT, or content/ of the folder the build runs in. */
export function contentRoot(): string {
  return process.env.SLIPWAY_CONTENT ?? join(process.cwd(), "content");
}

/** Reads and checks all content. Never throws for what an author wrote: everything wrong is in `problems`. */
export function readLibrary(root = contentRoot()): Library {
  const reader = new LibraryReader(root);
  return reader.read();
}

/**
 * The same for some lessons, by their folders ("course/slug"), and for those that their labs continue: nothing of others is read, so it
 * takes as long in a library of a thousand as in one of ten. Courses are those of the lessons, with no others in them. `lists`: the
 * lists of all courses are looked at too, and whether an id is another's already.
 */
export function readPart(folders: readonly string[], root = contentRoot(), { lists = false } = {}): Library {
  const wanted = new Set(folders);
  const places = new LessonFolders(root);
  for (;;) {
    const library = new LibraryReader(root, { folders: wanted, places, lists }).read();
    const continued = [...library.lessons.values()].flatMap(({ lab }) => lab?.continues?.lesson ?? []);
    const found = continued.map((id) => places.ofId(id));
    // A name that no lesson has: only with all of them can be said what was meant.
    if (found.includes(undefined)) return readLibrary(root);
    const missing = found.flatMap((folder) => (folder === undefined || wanted.has(folder) ? [] : [folder]));
    if (missing.length === 0) return library;
    for (const folder of missing) wanted.add(folder);
  }
}

let cached: { root: string; library: Library } | undefined;

/**
 * All content, read once a process in production. Throws ContentError with every problem; but a site that is built goes without the
 * lessons that have mistakes of their own, says so, and throws only for what all lessons share (glossary, courses). The preview goes
 * without whatever is broken, and never throws: it tells the author of it elsewhere, and other pages are read meanwhile.
 */
export function loadLibrary(root = contentRoot()): Library {
  const mode = process.env.NODE_ENV;
  if (cached?.root === root && mode === "production") return cached.library;
  const read = readLibrary(root);
  const library = mode === "production" || mode === "development" ? soundPart(read) : read;
  if (mode === "development") return library;
  if (library.problems.length > 0) throw new ContentError(library.problems);
  if (read.problems.length > 0) process.stderr.write(`The site goes without lessons that have mistakes:\n${messageOf(read.problems)}\n`);
  cached = { root, library };
  return library;
}

/** The library without lessons that have mistakes of their own; the problems that are left are nobody's in particular. */
export function soundPart(library: Library): Library {
  if (library.problems.length === 0) return library;
  const folderOf = (file: string): string => file.split("/").slice(1, 3).join("/");
  const inLesson = (file: string): boolean => file.split("/").length > 3;
  const bad = new Set(
    library.problems
      .map(({ file }) => file)
      .filter(inLesson)
      .map(folderOf),
  );
  const isSound = ({ course, slug }: LessonInfo): boolean => !bad.has(`${course}/${slug}`);
  return {
    ...library,
    courses: library.courses.map((course) => ({ ...course, lessons: course.lessons.filter(isSound) })),
    lessons: new Map([...library.lessons].filter(([, { info }]) => isSound(info))),
    problems: library.problems.filter(({ file }) => !inLesson(file)),
  };
}

function messageOf(problems: readonly Problem[]): string {
  return new ContentError(problems).message;
}

/** The courses in order, with their lessons. Throws ContentError. */
export function loadCourses(root?: string): readonly CourseInfo[] {
  return loadLibrary(root).courses;
}

/** The glossary by term. Throws ContentError. */
export function loadGlossary(root?: string): readonly GlossaryTerm[] {
  return [...loadLibrary(root).glossary].sort((a, b) => a.term.localeCompare(b.term, "en"));
}

/** One lesson, compiled, by its id ("a-stateful-app/first-server"). Throws ContentError, and Error for an unknown id. */
export async function loadLesson(id: string, root?: string): Promise<CompiledLesson> {
  const library = loadLibrary(root);
  const source = library.lessons.get(id);
  if (source === undefined) throw new Error(`There is no lesson ${id}. There are: ${[...library.lessons.keys()].join(", ")}.`);
  return compileSource(source);
}

/** A lesson that was read, compiled. Throws ContentError. */
export async function compileSource(source: LessonSource): Promise<CompiledLesson> {
  const { code, facts } = await compileProse(source.body, source.context);
  const pictures = [...facts.pictures].map((path): [string, string] => [path, readFileSync(join(source.folder, path), "utf8")]);
  return {
    info: source.info,
    code,
    headings: facts.headings,
    quizzes: source.quizzes,
    calculators: source.calculators,
    lab: source.lab,
    steppable: solutionSteps(source).map(({ task }) => task),
    terms: [...facts.terms],
    consoles: facts.consoles,
    pictures: Object.fromEntries(pictures),
  };
}

/** Which lessons are read, where not all are. */
interface Part {
  readonly folders: ReadonlySet<string>;
  readonly places: LessonFolders;
  readonly lists: boolean;
}

class LibraryReader {
  private readonly problems: Problem[] = [];
  private readonly lessons = new Map<string, LessonSource>();
  private glossary: readonly GlossaryTerm[] = [];
  private syllabus: readonly SyllabusSource[] = [];

  constructor(
    private readonly root: string,
    private readonly part?: Part,
  ) {}

  read(): Library {
    const glossaryFile = join(this.root, "glossary.yaml");
    if (existsSync(glossaryFile)) {
      const { terms, problems } = readGlossary(this.name(glossaryFile), readFileSync(glossaryFile, "utf8"));
      this.glossary = terms;
      this.problems.push(...problems);
    }
    const syllabusFile = join(this.root, "syllabus.yaml");
    if (existsSync(syllabusFile)) {
      const { sources, problems } = readSyllabus(this.name(syllabusFile), readFileSync(syllabusFile, "utf8"));
      this.syllabus = sources;
      this.problems.push(...problems);
    }
    const folders = existsSync(this.root) ? readdirSync(this.root, { withFileTypes: true }) : [];
    const courses = folders
      .filter((folder) => folder.isDirectory() && !folder.name.startsWith("."))
      .filter(({ name }) => this.isRead(name))
      .flatMap((folder) => this.course(folder.name))
      .sort((a, b) => a.order - b.order);
    this.requirements();
    this.problems.push(...resolveContinues(this.lessons, (name) => this.name(name)));
    return { courses, lessons: this.lessons, glossary: this.glossary, syllabus: this.syllabus, problems: this.problems };
  }

  private isRead(course: string): boolean {
    return this.part === undefined || this.part.lists || [...this.part.folders].some((folder) => folder.startsWith(`${course}/`));
  }

  private course(slug: string): CourseInfo[] {
    const file = join(this.root, slug, "course.yaml");
    if (!existsSync(file)) {
      this.problem(file, "This course has no course.yaml.", "Add one with title, summary, teaches, order and lessons.");
      return [];
    }
    const source = new YamlSource(this.name(file), readFileSync(file, "utf8"));
    const value = source.read(courseSchema);
    const folders = readdirSync(join(this.root, slug), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const [index, lesson] of (value?.lessons ?? []).entries()) {
      if (!folders.some((folder) => folder.name === lesson)) {
        source.problem(
          ["lessons", index],
          `\`${lesson}\`: there is no such folder.`,
          `Make ${slug}/${lesson}/lesson.mdx, or drop the line.`,
        );
      }
    }
    for (const folder of folders) {
      if (value !== undefined && !value.lessons.includes(folder.name)) {
        source.problem(
          ["lessons"],
          `The folder \`${folder.name}\` is not in the list of lessons.`,
          `Add \`- ${folder.name}\` where it belongs.`,
        );
      }
    }
    this.problems.push(...source.problems);
    if (value === undefined) return [];
    const lessons = value.lessons
      .filter((name) => folders.some((folder) => folder.name === name))
      .filter((name) => this.part === undefined || this.part.folders.has(`${slug}/${name}`))
      .flatMap((name) => this.lesson(slug, name));
    return [{ slug, title: value.title, summary: value.summary, teaches: value.teaches, order: value.order, lessons }];
  }

  private lesson(course: string, slug: string): LessonInfo[] {
    const folder = join(this.root, course, slug);
    const file = join(folder, "lesson.mdx");
    if (!existsSync(file)) {
      this.problem(file, "This lesson has no lesson.mdx.", "Add it, with its frontmatter.");
      return [];
    }
    const refused = folderProblems(folder, (path) => this.name(path));
    this.problems.push(...refused);
    if (refused.length > 0) return [];
    const { frontmatter, body } = splitFrontmatter(readFileSync(file, "utf8"));
    if (frontmatter === undefined) {
      this.problem(
        file,
        "The lesson has no frontmatter.",
        "Begin the file with --- and id, title, summary, minutes, objectives, then ---.",
      );
      return [];
    }
    const source = new YamlSource(this.name(file), frontmatter, 2);
    const value = source.read(lessonSchema);
    const other =
      value === undefined ? undefined : (this.lessons.get(value.id)?.context.file ?? this.elsewhere(value.id, `${course}/${slug}`));
    if (value !== undefined && other !== undefined) {
      source.problem(["id"], `${other} has the id \`${value.id}\` already.`, "Ids are stable and unique: give the newer one another.");
      // The first one stays as it is.
      this.problems.push(...source.problems);
      return [];
    }
    for (const [at, topic] of (value?.teaches ?? []).entries()) {
      if (this.topics().includes(topic)) continue;
      const remedy = didYouMean(topic, this.topics());
      source.problem(["teaches", at], `\`teaches: ${topic}\`: no such topic in content/syllabus.yaml.`, remedy);
    }
    this.problems.push(...source.problems);
    if (value === undefined) return [];
    const quizzes = this.quizzes(folder);
    const { lab, hasLab } = this.lab(folder, value.id, quizzes);
    const calculators = this.calculators(folder);
    const info: LessonInfo = { ...value, course, slug, requires: value.requires ?? [], teaches: value.teaches ?? [], hasLab };
    const context: ProseContext = {
      file: this.name(file),
      tasks: lab?.tasks.map((task) => task.id) ?? [],
      quizzes: quizzes?.map((quiz) => quiz.id) ?? [],
      calculators: calculators.map((calculator) => calculator.id),
      machines: lab?.machines.map((machine) => machine.name) ?? [],
      terms: this.glossary,
      picture: (path) => this.picture(folder, path),
      video: (path, kind) => videoProblem(folder, path, kind),
    };
    const facts = readProse(body, context);
    // With a broken lab.yaml or quiz.yaml, its tasks or questions would all be reported as unknown.
    const isJudged = quizzes !== undefined && !(hasLab && lab === undefined);
    if (isJudged) this.problems.push(...facts.problems);
    // Prose with mistakes may well show what could not be read there.
    if (isJudged && lab !== undefined && facts.problems.length === 0) this.unseen(file, lab, facts);
    this.lessons.set(info.id, { info, folder, body, lab, quizzes: quizzes ?? [], calculators, context, facts });
    return [info];
  }

  /** A lesson that is not read and has that id too. */
  private elsewhere(id: string, folder: string): string | undefined {
    if (this.part?.lists !== true) return undefined;
    const other = this.part.places.withId(id).find((each) => each !== folder && !this.part?.folders.has(each));
    return other === undefined ? undefined : this.name(join(this.root, other, "lesson.mdx"));
  }

  /** Undefined when quiz.yaml can't be read. */
  private quizzes(folder: string): readonly QuizDefinition[] | undefined {
    const file = join(folder, "quiz.yaml");
    if (!existsSync(file)) return [];
    const { quizzes, problems } = readQuizzes(this.name(file), readFileSync(file, "utf8"));
    this.problems.push(...problems);
    return problems.length > 0 && quizzes.length === 0 ? undefined : quizzes;
  }

  private lab(
    folder: string,
    lesson: string,
    quizzes: readonly QuizDefinition[] | undefined,
  ): { lab: LabDefinition | undefined; hasLab: boolean } {
    const labFile = join(folder, "lab.yaml");
    if (!existsSync(labFile)) return { lab: undefined, hasLab: false };
    const quizFile = join(folder, "quiz.yaml");
    const text = readFileSync(labFile, "utf8");
    const files = readLabFiles(folder);
    const version = labVersion(text, existsSync(quizFile) ? readFileSync(quizFile, "utf8") : "", files);
    const surroundings = { lesson, version, images: imageNames, files, quizzes, topics: this.topics() };
    const { lab, problems } = readLab(this.name(labFile), text, surroundings);
    this.problems.push(...problems);
    return { lab, hasLab: true };
  }

  private calculators(folder: string): readonly Calculator[] {
    const file = join(folder, "calculators.yaml");
    if (!existsSync(file)) return [];
    const { calculators, problems } = readCalculators(this.name(file), readFileSync(file, "utf8"));
    this.problems.push(...problems);
    return calculators;
  }

  private topics(): readonly string[] {
    return this.syllabus.flatMap(({ topics }) => topics.map(({ id }) => id));
  }

  private unseen(file: string, lab: LabDefinition, facts: ProseFacts): void {
    for (const task of lab.tasks) {
      if (!facts.tasks.has(task.id))
        this.problem(file, `The task \`${task.id}\` is nowhere in the prose.`, `Put <Task id="${task.id}" /> where it is to be done.`);
    }
    for (const quiz of lab.quizzes) {
      if (!facts.quizzes.has(quiz.id))
        this.problem(file, `The quiz \`${quiz.id}\` is nowhere in the prose.`, `Put <Quiz id="${quiz.id}" /> where it belongs.`);
    }
  }

  private picture(folder: string, path: string): string | undefined {
    const file = join(folder, path);
    if (!existsSync(file)) return `There is no file ${this.name(file)}.`;
    const problem = svgProblem(readFileSync(file, "utf8"));
    return problem && `${this.name(file)}:${problem.line}: ${problem.message} ${problem.remedy}`;
  }

  private requirements(): void {
    for (const { info, context } of this.lessons.values()) {
      for (const required of info.requires) {
        if (!this.lessons.has(required) && this.part?.places.ofId(required) === undefined) {
          this.problems.push({
            file: context.file,
            line: 2,
            column: 1,
            message: `\`requires: ${required}\`: there is no lesson with this id.`,
            remedy: "Name an id that another lesson's frontmatter has.",
          });
        }
      }
    }
  }

  private problem(file: string, message: string, remedy: string): void {
    this.problems.push({ file: this.name(file), line: 1, column: 1, message, remedy });
  }

  /** Files are named from the folder above content/, as one sees them in the repository. */
  private name(file: string): string {
    return relative(join(this.root, ".."), file);
  }
}
