/**
 * The elements that prose may hold (design.md §5), with their attributes. Anything else is a mistake, reported with its line.
 * The site gives each of them a component of the same name; editors complete them from here.
 */

export type AttributeType = "text" | "number" | "flag";

export interface ComponentRule {
  /** Attributes by name; those in `required` must be there. */
  readonly attributes: Readonly<Record<string, AttributeType>>;
  readonly required: readonly string[];
  readonly children: "none" | "any";
  /** Whether it may stand between words; the others stand on lines of their own. */
  readonly fitsInSentence?: true;
  /** What it is for, as a sentence. */
  readonly about: string;
  /** How it is written. */
  readonly example: string;
}

type Attributes = ComponentRule["attributes"];

function empty(attributes: Attributes, required: readonly string[], about: string, example: string): ComponentRule {
  return { attributes, required, children: "none", about, example };
}

function holding(attributes: Attributes, required: readonly string[], about: string, example: string): ComponentRule {
  return { attributes, required, children: "any", about, example };
}

function inSentence(attributes: Attributes, required: readonly string[], about: string, example: string): ComponentRule {
  return { ...holding(attributes, required, about, example), fitsInSentence: true };
}

function aside(about: string, name: string): ComponentRule {
  return holding({ title: "text" }, [], about, `<${name} title="In a few words">\n\nMarkdown.\n\n</${name}>`);
}

export const components: Readonly<Record<string, ComponentRule>> = {
  Task: empty(
    { id: "text" },
    ["id"],
    "The card of a task of lab.yaml, where it is to be done. Each task stands once.",
    '<Task id="serve-site" />',
  ),
  Quiz: empty({ id: "text" }, ["id"], "A question of quiz.yaml.", '<Quiz id="static-or-dynamic" />'),
  Calculator: empty(
    { id: "text" },
    ["id"],
    "A small table of calculators.yaml whose numbers the reader may change.",
    '<Calculator id="monthly-bill" />',
  ),
  Term: inSentence({ id: "text" }, [], "A word of the glossary, explained on the spot.", "<Term>static server</Term>"),
  Hint: holding({ title: "text" }, [], "Folded away until it is wanted.", '<Hint title="Where to look">\n\nMarkdown.\n\n</Hint>'),
  Diagram: empty(
    { src: "text", alt: "text", caption: "text", wide: "flag" },
    ["src", "alt"],
    "A picture of the lesson's folder, SVG only. `alt` says what it says, in full sentences.",
    '<Diagram src="pictures/request.svg" alt="The browser asks the server, which answers." caption="A request." />',
  ),
  Video: empty(
    { src: "text", captions: "text", title: "text", language: "text" },
    ["src", "captions", "title"],
    "A film of the lesson's folder (WebM or MP4), with its captions (WebVTT).",
    '<Video src="videos/release.webm" captions="videos/release.vtt" title="A release in ten seconds" />',
  ),
  Command: {
    ...empty(
      { run: "text", terminal: "text", machine: "text" },
      ["run"],
      "A command to copy, or to run with a click; in a sentence only to run. A ```console block is the longer form.",
      '<Command run="ls -R" />',
    ),
    fitsInSentence: true,
  },
  Terminal: inSentence(
    { id: "text", machine: "text" },
    [],
    "Words that bring the terminal to the front.",
    "<Terminal>the terminal</Terminal>",
  ),
  File: inSentence({ path: "text", machine: "text" }, ["path"], "A file name that opens the file.", '<File path="~/site/index.html" />'),
  Editor: empty(
    { path: "text", machine: "text", lines: "number" },
    ["path"],
    "A file of the lab, shown and edited within the text. What is saved here is saved on the machine.",
    '<Editor path="~/site/index.html" lines={12} />',
  ),
  Browser: inSentence(
    { url: "text", machine: "text" },
    ["url"],
    "An address that opens in the lab's browser.",
    '<Browser url="http://localhost:8000/">the page</Browser>',
  ),
  World: empty({}, [], "The live picture of the lab's machines, within the text.", "<World />"),
  Note: aside("Something worth knowing beside the way.", "Note"),
  Mistake: aside("The mistake that people make here.", "Mistake"),
  Production: aside("What is different in production.", "Production"),
  ReadOn: aside("Where to read on: a list of links.", "ReadOn"),
  Compare: holding(
    {},
    [],
    "Two or three things side by side, where the column is wide enough; each is a <Side>.",
    '<Compare>\n<Side title="Static">\n\nThe same for everybody.\n\n</Side>\n<Side title="Dynamic">\n\nMade for each visitor.\n\n</Side>\n</Compare>',
  ),
  Side: holding({ title: "text" }, ["title"], "One of the things in <Compare>.", '<Side title="Static">\n\nMarkdown.\n\n</Side>'),
  Steps: holding(
    {},
    [],
    "Things that are done one after the other, numbered; each is a <Step>.",
    '<Steps>\n<Step title="Copy the code">\n\nMarkdown.\n\n</Step>\n<Step title="Run it">\n\nMarkdown.\n\n</Step>\n</Steps>',
  ),
  Step: holding({ title: "text" }, ["title"], "One of the things in <Steps>.", '<Step title="Copy the code">\n\nMarkdown.\n\n</Step>'),
};

/** Elements of HTML that prose may hold. They take no attributes, except `title` on abbr. */
export const htmlElements: readonly string[] = ["kbd", "br", "sub", "sup", "abbr"];
