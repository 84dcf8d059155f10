/** Patterns of `assets` in index.json, as its examples use them (https://killercoda.com/creators, “Upload assets”). */
export class AssetPattern {
  private readonly expression: RegExp;
  /** The folder in which the first name with a star lies. */
  private readonly fixed: string;
  private readonly isDeep: boolean;

  /** `*` is any name or a part of one, `**` any folders, also none. */
  constructor(pattern: string) {
    const plain = pattern.replace(/^(\.?\/)+/, "");
    this.isDeep = plain.includes("**");
    const before = plain.slice(0, plain.includes("*") ? plain.indexOf("*") : 0);
    this.fixed = before.slice(0, before.lastIndexOf("/") + 1);
    const parts = plain.split(/(\*\*\/|\*\*|\*)/);
    const meaning: Readonly<Record<string, string>> = { "**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*" };
    this.expression = new RegExp(`^${parts.map((part) => meaning[part] ?? part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join("")}$`);
  }

  matches(path: string): boolean {
    return this.expression.test(path);
  }

  /** Where a file that fits goes, below the target: patterns over folders keep these. */
  placeOf(path: string): string {
    return this.isDeep ? path.slice(this.fixed.length) : (path.split("/").at(-1) ?? path);
  }
}
