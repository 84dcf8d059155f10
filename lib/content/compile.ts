import type { Root } from "mdast";
import { bundleMDX } from "mdx-bundler";
import remarkGfm from "remark-gfm";
import remarkMdx from "remark-mdx";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { VFileMessage } from "vfile-message";
import type { Problem } from "../lab/definition/problem.ts";
import { ContentError } from "../lab/definition/problem.ts";
import { checkProse, newFacts, type ProseContext, type ProseFacts } from "./prose.ts";

/** Parses and checks prose without compiling it; `body` is a lesson without its frontmatter (`splitFrontmatter`). */
export function readProse(body: string, context: ProseContext): ProseFacts {
  const facts = newFacts();
  try {
    const tree = unified().use(remarkParse).use(remarkGfm).use(remarkMdx).parse(body);
    checkProse(tree, context, facts);
  } catch (error) {
    facts.problems.push(syntaxProblem(error, context.file));
  }
  return facts;
}

/** Checks and compiles prose to the body of a function for mdx-bundler's `getMDXComponent`. Throws ContentError. */
export async function compileProse(body: string, context: ProseContext): Promise<{ code: string; facts: ProseFacts }> {
  const facts = readProse(body, context);
  if (facts.problems.length > 0) throw new ContentError(facts.problems);
  // The plugin looks again, at the tree that the compiler itself is about to use.
  const again = newFacts();
  const restrict = () => (tree: Root) => {
    checkProse(tree, context, again);
    if (again.problems.length > 0) throw new ContentError(again.problems);
  };
  const { code } = await bundleMDX({
    source: body,
    mdxOptions: (options) => ({ ...options, remarkPlugins: [remarkGfm, restrict], rehypePlugins: [] }),
  });
  return { code, facts };
}

/** MDX's own complaint (a VFileMessage) as ours. */
function syntaxProblem(error: unknown, file: string): Problem {
  const message = error instanceof VFileMessage ? error : undefined;
  const reason = message?.reason ?? String(error);
  // Some of its messages carry their place only in the text: "Expected a closing tag for `<Note>` (3:1-3:7)".
  const [, inText, columnInText] = /\((\d+):(\d+)/.exec(reason) ?? [];
  const line = message?.line ?? Number(inText ?? 1);
  const column = message?.column ?? Number(columnInText ?? 1);
  return {
    file,
    line,
    column,
    message: `This can't be read as MDX: ${reason.split("\n")[0] ?? reason}`,
    remedy: "Close every element that is opened, and write \\{ and &lt; for a brace and a < that are meant as text.",
  };
}
