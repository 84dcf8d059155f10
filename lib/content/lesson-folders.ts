/** Where lessons are, found out without reading them: what concerns one lesson must not take longer the more there are. */
import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

/** Frontmatter stands at the beginning; its `id` is its first field by custom, and within so many bytes anyway. */
const HEAD_BYTES = 4096;

/** The folders of lessons below content/, each as "course/slug". */
export class LessonFolders {
  private folders: readonly string[] | undefined;
  private ids: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(private readonly root: string) {}

  /** All of them, by course and name. */
  all(): readonly string[] {
    this.folders ??= foldersIn(this.root)
      .flatMap((course) => foldersIn(join(this.root, course)).map((slug) => `${course}/${slug}`))
      .filter((folder) => this.has(folder));
    return this.folders;
  }

  has(folder: string): boolean {
    return /^[^/.][^/]*\/[^/.][^/]*$/.test(folder) && existsSync(join(this.root, folder, "lesson.mdx"));
  }

  /** The id of the lesson in that folder; undefined where there is none. */
  idOf(folder: string): string | undefined {
    return this.has(folder) ? idIn(join(this.root, folder)) : undefined;
  }

  /** The folder of the lesson with that id: mostly it is called like it. Otherwise the first lines of all are looked at. */
  ofId(id: string): string | undefined {
    if (this.idOf(id) === id) return id;
    return this.withId(id)[0];
  }

  /** All folders whose lessons have that id: more than one is a mistake. */
  withId(id: string): readonly string[] {
    if (this.ids === undefined) {
      const ids = new Map<string, string[]>();
      for (const folder of this.all()) {
        const own = this.idOf(folder);
        if (own !== undefined) ids.set(own, [...(ids.get(own) ?? []), folder]);
      }
      this.ids = ids;
    }
    return this.ids.get(id) ?? [];
  }
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
}

/** The id in a lesson's frontmatter, as far as it can be seen without parsing it. */
function idIn(folder: string): string | undefined {
  const file = openSync(join(folder, "lesson.mdx"), "r");
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    const [, frontmatter = ""] =
      /^---\r?\n([\s\S]*?)(?:\n---|$)/.exec(bytes.toString("utf8", 0, readSync(file, bytes, 0, HEAD_BYTES, 0))) ?? [];
    return /^id:[ \t]*(["']?)([^"'\s#]+)\1/m.exec(frontmatter)?.[2];
  } finally {
    closeSync(file);
  }
}
