/**
 * The elements that prose may hold (design.md §5), with their attributes. Anything else is a mistake, reported with its line.
 * The site gives each of them a component of the same name.
 */

export type AttributeType = "text" | "number" | "flag";

export interface ComponentRule {
  /** Attributes by name; those in `required` must be there. */
  readonly attributes: Readonly<Record<string, AttributeType>>;
  readonly required: readonly string[];
  readonly children: "none" | "any";
}

function rule(attributes: Readonly<Record<string, AttributeType>>, required: readonly string[], children: "none" | "any"): ComponentRule {
  return { attributes, required, children };
}

export const components: Readonly<Record<string, ComponentRule>> = {
  /** The card of a task of lab.yaml, at the place of the prose where it is to be done. */
  Task: rule({ id: "text" }, ["id"], "none"),
  /** A question of quiz.yaml. */
  Quiz: rule({ id: "text" }, ["id"], "none"),
  /** A small table of calculators.yaml whose numbers the reader may change. */
  Calculator: rule({ id: "text" }, ["id"], "none"),
  /** A word of the glossary: `<Term>static server</Term>`, or `<Term id="wsgi">the interface</Term>`. */
  Term: rule({ id: "text" }, [], "any"),
  /** Folded away until it is wanted. */
  Hint: rule({ title: "text" }, [], "any"),
  /** A picture of the lesson's folder: `<Diagram src="pictures/request.svg" alt="…" caption="…" />`. SVG only. */
  Diagram: rule({ src: "text", alt: "text", caption: "text", wide: "flag" }, ["src", "alt"], "none"),
  /** A command to copy or to run in the terminal: `<Command run="ls -R" />`. A ```console block is the longer form. */
  Command: rule({ run: "text", terminal: "text", machine: "text" }, ["run"], "none"),
  /** A link that brings the terminal to the front: `<Terminal>the terminal</Terminal>`. */
  Terminal: rule({ id: "text", machine: "text" }, [], "any"),
  /** A file name that opens the file in the editor: `<File path="~/shop/settings.py" />`. */
  File: rule({ path: "text", machine: "text" }, ["path"], "any"),
  /** An address that opens in the browser pane: `<Browser url="http://localhost:8000/">the page</Browser>`. */
  Browser: rule({ url: "text", machine: "text" }, ["url"], "any"),
  /** The live picture of the lab's machines, at this place of the prose too: `<World />`. */
  World: rule({}, [], "none"),
  Note: rule({ title: "text" }, [], "any"),
  /** The mistake that people make here. */
  Mistake: rule({ title: "text" }, [], "any"),
  /** What is different in production. */
  Production: rule({ title: "text" }, [], "any"),
  /** Where to read on: a list of links. */
  ReadOn: rule({ title: "text" }, [], "any"),
  /** Side by side in wide columns; each child is a cell. */
  Compare: rule({}, [], "any"),
  Side: rule({ title: "text" }, ["title"], "any"),
};

/** Elements of HTML that prose may hold. They take no attributes, except `title` on abbr. */
export const htmlElements: readonly string[] = ["kbd", "br", "sub", "sup", "abbr"];
