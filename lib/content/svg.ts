/**
 * Why an SVG of an author can't be shown, or undefined when it can. Pictures are put into the page as text so that they follow the
 * theme; so they must hold no script, no event attribute, no foreign HTML and nothing that is loaded from elsewhere.
 */
export function svgProblem(text: string): { line: number; message: string; remedy: string } | undefined {
  const rules: readonly (readonly [RegExp, string, string])[] = [
    [
      /<\s*(script|foreignObject|iframe|style|animate|set|handler|image|feImage)\b/i,
      "is not allowed in a picture",
      "Draw with shapes, paths and text; color with classes.",
    ],
    [/\son[a-z]+\s*=/i, "is an event attribute", "Remove it."],
    [/\b(?:xlink:)?href\s*=\s*["'](?!#)/i, "leads out of the picture", "Only references within the picture (#id) may stand there."],
    [/url\(\s*["']?(?!#)/i, "loads something from elsewhere", "Only url(#id) may stand there."],
    [/<!(DOCTYPE|ENTITY|\[CDATA\[)/i, "is not allowed in a picture", "Remove it."],
    [/<\?(?!xml )/i, "is a processing instruction", "Remove it."],
    [
      /\sstyle\s*=/i,
      "is a style attribute, which the site's security policy blocks",
      "Use presentation attributes (fill, stroke…) or classes.",
    ],
    [/javascript:/i, "is a script", "Remove it."],
  ];
  if (!/^\s*(<\?xml [^>]*\?>\s*)?(<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(text)) {
    return { line: 1, message: "This is no SVG: it does not begin with <svg>.", remedy: "Save the picture as plain SVG." };
  }
  for (const [pattern, message, remedy] of rules) {
    const found = pattern.exec(text);
    if (found) return { line: text.slice(0, found.index).split("\n").length, message: `\`${found[0].trim()}\` ${message}.`, remedy };
  }
  return undefined;
}
