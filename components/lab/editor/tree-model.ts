import type { TreeEntry } from "../../../lib/lab/types.ts";

export type Folder = { readonly entries: readonly TreeEntry[] } | { readonly problem: string };

/** A visible line of the tree, in order from top to bottom. */
export interface Row {
  readonly path: string;
  readonly name: string;
  /** From 1. */
  readonly level: number;
  readonly kind: "directory" | "file";
  readonly open: boolean;
  readonly writable: boolean;
  /** Stands for a directory that can't be read or is empty: what to say instead of entries. */
  readonly note?: string;
}

/** The lines of the tree below `root`, given which directories were read and which are open. */
export function rowsOf(root: string, folders: ReadonlyMap<string, Folder>, open: ReadonlySet<string>, hidden: boolean): Row[] {
  const rows: Row[] = [];
  const visit = (path: string, level: number) => {
    const folder = folders.get(path);
    if (!folder) return;
    const note = (text: string) => rows.push({ path: `${path}/`, name: "", level, kind: "file", open: false, writable: false, note: text });
    if ("problem" in folder) {
      note(folder.problem);
      return;
    }
    const entries = visible(folder, hidden);
    if (entries.length === 0) note(path === root ? "Nothing here yet." : "Empty");
    for (const entry of entries) {
      const isOpen = entry.kind === "directory" && open.has(entry.path);
      const kind = entry.kind === "directory" ? "directory" : "file";
      rows.push({ path: entry.path, name: entry.name, level, kind, open: isOpen, writable: entry.writable });
      if (isOpen) visit(entry.path, level + 1);
    }
  };
  visit(root, 1);
  return rows;
}

/** Directories first, then by name; names that begin with a dot only if wanted. */
function visible(folder: { readonly entries: readonly TreeEntry[] }, hidden: boolean): TreeEntry[] {
  const rank = (entry: TreeEntry): number => (entry.kind === "directory" ? 0 : 1);
  return folder.entries
    .filter((entry) => hidden || !entry.name.startsWith("."))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "en"));
}

const dull = new Set(["__pycache__", "node_modules", "site-packages", "bin", "lib", "lib64", "include", "migrations"]);

/** Directories that open by themselves when they appear: what a learner has just made, not what machines fill. */
export function opensByItself(root: string, entry: TreeEntry): boolean {
  const depth = entry.path.slice(root.length + 1).split("/").length;
  return entry.kind === "directory" && depth <= 2 && !entry.name.startsWith(".") && !dull.has(entry.name);
}

/** What an arrow key does in a tree (WAI-ARIA's tree view pattern): go to a row, or open or close one. */
export type Move = { readonly go: string } | { readonly toggle: string } | undefined;

export function moveInTree(rows: readonly Row[], current: string, key: string): Move {
  const real = rows.filter((row) => row.note === undefined);
  const at = real.findIndex((row) => row.path === current);
  const row = real[at];
  const to = (target: Row | undefined): Move => (target ? { go: target.path } : undefined);
  switch (key) {
    case "ArrowDown":
      return to(real[at + 1]);
    case "ArrowUp":
      return to(real[at - 1]);
    case "Home":
      return to(real[0]);
    case "End":
      return to(real.at(-1));
    case "ArrowRight":
      if (row?.kind !== "directory") return undefined;
      return row.open ? to(real[at + 1]?.level === row.level + 1 ? real[at + 1] : undefined) : { toggle: row.path };
    case "ArrowLeft":
      if (row?.kind === "directory" && row.open) return { toggle: row.path };
      return to(real.slice(0, Math.max(0, at)).findLast((each) => each.level === (row?.level ?? 1) - 1));
    default:
      return undefined;
  }
}
