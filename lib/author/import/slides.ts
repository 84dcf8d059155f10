import type { RootContent } from "mdast";
import { type Draft, type DraftStep, TO_WRITE, uniqueSlug } from "./draft.ts";
import { flow } from "./markdown-nodes.ts";
import { ImportNotes } from "./notes.ts";
import { readMarkdown } from "./prose.ts";
import type { SourceTree } from "./source-tree.ts";

/**
 * A deck of slides in one text file: `---` between slides, `Note:` before what the speaker says, and terminal sessions in which
 * `$$terminal` opens a window, `$$prompt folder` is a prompt and `$$w command` is typed while the slide is shown. A talk's text is in its
 * notes, so they become the prose; a command that is typed becomes a console block.
 */
export function looksLikeSlides(text: string): boolean {
  const slides = text.split("\n").filter((line) => /^---\s*$/.test(line)).length;
  return /^\$\$(terminal|prompt|w)\b/m.test(text) || (slides >= 3 && /^Note:/m.test(text));
}

interface Slide {
  readonly line: number;
  readonly lines: readonly string[];
}

const MACHINE = "laptop";

export function importSlides(tree: SourceTree, file: string, taken: Set<string>): Draft {
  const notes = new ImportNotes();
  const pictures = new Map<string, Uint8Array>();
  const nodes: RootContent[] = [];
  const commands: string[] = [];
  let title: string | undefined;
  let heading: string | undefined;
  let outputs = 0;
  let typed: string[] = [];
  let spoken = "";
  const flush = (): void => {
    if (typed.length > 0) nodes.push({ type: "code", lang: "console", value: typed.map((command) => `$ ${command}`).join("\n") });
    typed = [];
  };
  for (const slide of slidesOf(tree.text(file) ?? "")) {
    const { shown, said } = split(slide);
    const terminal = shown.lines.some((line) => line.startsWith("$$"));
    if (terminal) {
      const command = shown.lines.flatMap((line) => /^\$\$w\s+(\S.*)$/.exec(line)?.[1]?.trim() ?? []).at(-1);
      if (command !== undefined && typed.at(-1) !== command) typed.push(command);
      outputs += shown.lines.filter((line) => /<br\s*\/?>\s*$/i.test(line) && !line.startsWith("$$")).length;
    } else {
      flush();
      const found = titleOf(shown, notes, file);
      if (found !== undefined) {
        if (title === undefined) title = found;
        else if (found !== heading) nodes.push({ type: "heading", depth: 2, children: [{ type: "text", value: found }] });
        heading = found;
      }
    }
    if (said.lines.join("").trim() === "") continue;
    commands.push(...typed);
    flush();
    // A slide that is shown again, with a line more, often has the same notes.
    if (said.lines.join("\n").trim() === spoken) continue;
    spoken = said.lines.join("\n").trim();
    const read = readMarkdown(said.lines.join("\n"), { tree, notes, file, firstLine: said.line, lab: false, pictures, depth: 3 });
    nodes.push(...read.nodes);
  }
  commands.push(...typed);
  flush();
  if (outputs > 0)
    notes.add(
      file,
      1,
      `${outputs} lines of output stood on the slides. They are left out: the lab's own terminal prints what really happens.`,
    );
  if (commands.length > 0)
    notes.add(
      file,
      1,
      "The commands of the slides run in one terminal of one machine. See that each belongs there, and how a server that goes on running is written (`until=`).",
    );
  notes.add(file, 1, "What the speaker says became the text. Rewrite it for readers, and delete what belongs to a talk.");
  const lab = commands.length > 0;
  const task = "finish";
  const solution: DraftStep[] = commands.map((run, at) => ({ ...(at === 0 ? { task } : {}), run }));
  if (lab) {
    nodes.push(flow("Task", { id: task }, []));
    notes.add(file, 1, "Slides hold no checks. The draft has one task whose check always fails: write what must be true at the end.");
  }
  const name = title ?? file.replace(/^.*\//, "").replace(/\.\w+$/, "");
  return {
    slug: uniqueSlug(name, "slides", taken),
    title: name,
    summary: `${TO_WRITE} what the reader will have done, in a sentence.`,
    minutes: 20,
    objectives: [`${TO_WRITE} what one can do afterwards.`],
    nodes,
    pictures,
    notes,
    ...(lab
      ? {
          lab: {
            machines: { [MACHINE]: { image: "python" } },
            tasks: [
              {
                id: task,
                title: "Do what the text shows",
                checks: [
                  { id: "to-write", run: "false", because: "This draft has no check yet.", next: "Its author must write one in lab.yaml." },
                ],
              },
            ],
            files: new Map(),
            solution,
          },
        }
      : {}),
  };
}

function slidesOf(text: string): Slide[] {
  const slides: Slide[] = [];
  let lines: string[] = [];
  let line = 1;
  for (const [index, each] of text.split("\n").entries()) {
    if (/^--(-)?\s*$/.test(each)) {
      slides.push({ line, lines });
      lines = [];
      line = index + 2;
    } else lines.push(each);
  }
  slides.push({ line, lines });
  return slides;
}

/** What a slide shows, and what is said with it. */
function split(slide: Slide): { shown: Slide; said: Slide } {
  const at = slide.lines.findIndex((line) => /^Notes?:/i.test(line));
  if (at < 0) return { shown: slide, said: { line: slide.line + slide.lines.length, lines: [] } };
  const [first = "", ...rest] = slide.lines.slice(at);
  return {
    shown: { line: slide.line, lines: slide.lines.slice(0, at) },
    said: { line: slide.line + at, lines: [first.replace(/^Notes?:\s*/i, ""), ...rest] },
  };
}

/** The first words of a slide, without its markup. Pictures are told of. */
function titleOf(slide: Slide, notes: ImportNotes, file: string): string | undefined {
  let title: string | undefined;
  for (const [index, line] of slide.lines.entries()) {
    if (line.startsWith("@") || /!\[/.test(line)) {
      notes.add(
        file,
        slide.line + index,
        `The picture \`${line.replace(/^@\s*/, "").slice(0, 80)}\` is not carried over. Draw it anew below pictures/.`,
      );
      continue;
    }
    const words = plain(line);
    if (words !== "" && title === undefined && /^#+/.test(line)) title = words;
  }
  return title;
}

function plain(line: string): string {
  let text = line.replace(/^#*=?\s*/, "").replace(/<[^>]*>/g, " ");
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/\.[\w.-]+\[([^[\]]*)\]/g, "$1");
  }
  return text.replace(/[*_`]/g, "").replace(/\s+/g, " ").trim();
}
