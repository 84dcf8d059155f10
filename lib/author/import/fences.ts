/** Behind a fence: `{{execute}}`, `{{exec interrupt}}`, `{{copy}}`. */
const marker = /\{\{\s*(execute|exec|copy|open)?((?:\s+[^}]*)?)\}\}/;

/** "```{{exec}}" closes no fence in Markdown: the marker moves to where the fence opens. */
export function markFences(text: string): string {
  const lines = text.split("\n");
  let open: { index: number; fence: string } | undefined;
  for (const [index, line] of lines.entries()) {
    const found = /^\s*(`{3,}|~{3,})(.*)$/.exec(line);
    if (found === null) continue;
    const [, fence = "", rest = ""] = found;
    if (open === undefined) {
      open = { index, fence };
      continue;
    }
    if (!fence.startsWith(open.fence)) continue;
    const click = marker.exec(rest);
    if (rest.trim() !== "" && click === null) continue;
    if (click !== null) {
      lines[index] = line.slice(0, line.indexOf(fence) + fence.length);
      const before = lines[open.index] ?? "";
      const bare = /(`{3,}|~{3,})\s*$/.test(before) ? `${before}text` : before;
      lines[open.index] = `${bare} slipway:${click[1] ?? "execute"}${(click[2] ?? "").trim().replaceAll(/\s+/g, ",")}`;
    }
    open = undefined;
  }
  return lines.join("\n");
}
