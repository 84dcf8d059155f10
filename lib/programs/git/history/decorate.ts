/** Names of branches and tags behind commits: ` (HEAD -> main, tag: v1, origin/main)`. */
import { compareText } from "../../core/paths.ts";
import { paint } from "../diff/patch.ts";
import type { Repository } from "../repository/repository.ts";

interface Label {
  readonly text: string;
  readonly code: string;
}

export class Decorations {
  readonly #labels = new Map<string, Label[]>();

  constructor(
    repository: Repository,
    private readonly full: boolean,
  ) {
    const { refs, store } = repository;
    const head = refs.resolve("HEAD");
    const branch = refs.head;
    const found: { oid: string; name: string; label: Label }[] = [];
    const short = (name: string) => (this.full ? name : name.replace(/^refs\/(heads|tags|remotes)\//, ""));
    for (const { name, oid } of refs.list()) {
      const isTag = name.startsWith("refs/tags/");
      const code = isTag
        ? "1;33"
        : name.startsWith("refs/remotes/")
          ? "1;31"
          : name === "refs/stash"
            ? "1;35"
            : name.startsWith("refs/heads/")
              ? "1;32"
              : "";
      if (code === "") continue;
      const at = isTag && store.has(oid) ? store.peel(oid).oid : oid;
      found.push({ oid: at, name, label: { text: isTag ? `tag: ${short(name)}` : short(name), code } });
    }
    // git puts the name that it has read last first.
    found.sort((a, b) => compareText(b.name, a.name));
    for (const { oid, name, label } of found) {
      if (name === branch && head !== undefined) continue;
      this.#labels.set(oid, [...(this.#labels.get(oid) ?? []), label]);
    }
    if (head !== undefined) {
      const own: Label[] = [{ text: "HEAD", code: "1;36" }];
      const current = branch === undefined ? undefined : found.find(({ name }) => name === branch)?.label;
      if (current) own.push(current);
      this.#current = current;
      this.#labels.set(head, [...own, ...(this.#labels.get(head) ?? [])]);
    }
  }

  #current: Label | undefined;

  bare(oid: string): string {
    const labels = this.#labels.get(oid) ?? [];
    return this.#joined(labels, false).join(", ");
  }

  #joined(labels: readonly Label[], color: boolean): string[] {
    const texts = labels.map(({ text, code }) => paint(color, code, text));
    if (labels[0]?.text === "HEAD" && labels[1] !== undefined && labels[1] === this.#current)
      return [`${paint(color, "1;36", "HEAD -> ")}${texts[1]}`, ...texts.slice(2)];
    return texts;
  }

  /** With a space before it; empty when there is no name. */
  text(oid: string, color: boolean): string {
    const labels = this.#labels.get(oid);
    if (!labels) return "";
    if (!color) return ` (${this.#joined(labels, false).join(", ")})`;
    const comma = paint(true, "33", ", ");
    return `${paint(true, "33", " (")}${this.#joined(labels, true).join(comma)}${paint(true, "33", ")")}`;
  }

  has(oid: string): boolean {
    return this.#labels.has(oid);
  }
}
