import { describe, expect, it } from "vitest";
import type { TreeEntry } from "../../../lib/lab/types.ts";
import { type Folder, moveInTree, opensByItself, rowsOf } from "./tree-model.ts";

const entry = (path: string, kind: TreeEntry["kind"] = "file"): TreeEntry => ({
  path,
  name: path.slice(path.lastIndexOf("/") + 1),
  kind,
  size: 0,
  writable: true,
});
const folders = new Map<string, Folder>([
  ["/h", { entries: [entry("/h/b.txt"), entry("/h/.env"), entry("/h/shop", "directory"), entry("/h/a.txt")] }],
  ["/h/shop", { entries: [entry("/h/shop/manage.py")] }],
]);
const rows = rowsOf("/h", folders, new Set(["/h", "/h/shop"]), false);

describe("the tree of files", () => {
  it("lists directories first, then names in order, and leaves dot files out", () => {
    expect(rows.map((row) => `${row.level} ${row.name}`)).toEqual(["1 shop", "2 manage.py", "1 a.txt", "1 b.txt"]);
    expect(rowsOf("/h", folders, new Set(), true).map((row) => row.name)).toContain(".env");
  });

  it("says when there is nothing, or when a directory can't be read", () => {
    expect(rowsOf("/x", new Map([["/x", { entries: [] }]]), new Set(), false)[0]?.note).toBe("Nothing here yet.");
    expect(rowsOf("/x", new Map([["/x", { problem: "Permission denied" }]]), new Set(), false)[0]?.note).toBe("Permission denied");
  });

  it("is walked with the arrow keys", () => {
    expect(moveInTree(rows, "/h/shop", "ArrowRight")).toEqual({ go: "/h/shop/manage.py" });
    expect(moveInTree(rows, "/h/shop", "ArrowLeft")).toEqual({ toggle: "/h/shop" });
    expect(moveInTree(rows, "/h/shop/manage.py", "ArrowLeft")).toEqual({ go: "/h/shop" });
    expect(moveInTree(rows, "/h/shop/manage.py", "ArrowDown")).toEqual({ go: "/h/a.txt" });
    expect(moveInTree(rows, "/h/a.txt", "End")).toEqual({ go: "/h/b.txt" });
    expect(moveInTree(rows, "/h/b.txt", "ArrowDown")).toBeUndefined();
  });

  it("opens what a learner made, not what machines fill", () => {
    expect(opensByItself("/h", entry("/h/shop", "directory"))).toBe(true);
    expect(opensByItself("/h", entry("/h/shop/shop", "directory"))).toBe(true);
    expect(opensByItself("/h", entry("/h/shop/__pycache__", "directory"))).toBe(false);
    expect(opensByItself("/h", entry("/h/.venv", "directory"))).toBe(false);
    expect(opensByItself("/h", entry("/h/a/b/c", "directory"))).toBe(false);
  });
});
