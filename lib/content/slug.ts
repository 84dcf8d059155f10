/** Anchors of headings: lower case, words joined by dashes, a number behind the second of the same name. */
export class Slugger {
  private readonly used = new Set<string>();

  slug(text: string): string {
    const base =
      text
        .toLowerCase()
        .normalize("NFKD")
        .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
        .trim()
        .replace(/[\s_]+/g, "-") || "section";
    let slug = base;
    for (let count = 2; this.used.has(slug); count++) slug = `${base}-${count}`;
    this.used.add(slug);
    return slug;
  }
}
