/** The parts of lesson.mdx. `body` keeps the lines of the file, the frontmatter's left blank, so that positions stay right. */
export interface SplitLesson {
  readonly frontmatter: string | undefined;
  readonly body: string;
}

/**
 * Takes the YAML between the leading `---` lines off. Done here and not by the bundler: its front matter reader would run
 * JavaScript in `---js` blocks. What is left never begins with `---`.
 */
export function splitFrontmatter(source: string): SplitLesson {
  const text = source.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const found = /^---[ \t]*\n([\s\S]*?\n)?---[ \t]*(?:\n|$)/.exec(text);
  if (found === null) return { frontmatter: undefined, body: text.startsWith("---") ? `\n${text}` : text };
  const lines = found[0].split("\n").length - 1;
  return { frontmatter: found[1] ?? "", body: "\n".repeat(lines) + text.slice(found[0].length) };
}
