"use client";
import { ChevronRight, Eye, EyeOff } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { LabClient, TreeEntry } from "../../../lib/lab/types.ts";

interface Props {
  client: LabClient;
  machine: string;
  /** The directory at the top. */
  root: string;
  /** Path of the file in front. */
  front: string | undefined;
  onOpen: (path: string) => void;
}

type Folder = { readonly entries: readonly TreeEntry[] } | { readonly problem: string };

/** Directories and files below `root`; a directory is read when it is opened, and again when something in it changes. */
export function FileTree({ client, machine, root, front, onOpen }: Props) {
  const [folders, setFolders] = useState<ReadonlyMap<string, Folder>>(new Map());
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([root]));
  const [hidden, setHidden] = useState(false);
  const openNow = useRef(open);
  openNow.current = open;

  const read = useCallback(
    async (path: string) => {
      let folder: Folder;
      try {
        folder = { entries: sorted(await client.listDirectory(machine, path)) };
      } catch (error) {
        folder = { problem: error instanceof Error ? error.message : String(error) };
      }
      setFolders((before) => new Map(before).set(path, folder));
    },
    [client, machine],
  );
  useEffect(() => {
    void read(root);
    return client.watch(machine, root, (paths) => {
      const stale = new Set(paths.flatMap((path) => [path, path.slice(0, path.lastIndexOf("/"))]));
      for (const path of openNow.current) if (stale.has(path)) void read(path);
    });
  }, [client, machine, root, read]);

  const toggle = (path: string) => {
    const next = new Set(open);
    if (!next.delete(path)) {
      next.add(path);
      void read(path);
    }
    setOpen(next);
  };
  const list = (path: string) => {
    const folder = folders.get(path);
    if (!folder) return null;
    if ("problem" in folder) return <p className="tree-problem">{folder.problem}</p>;
    const entries = folder.entries.filter((entry) => hidden || !entry.name.startsWith("."));
    if (entries.length === 0) return <p className="tree-problem">{path === root ? "Nothing here yet." : "Empty"}</p>;
    return (
      <ul>
        {entries.map((entry) => (
          <li key={entry.path}>
            {entry.kind === "directory" ? (
              <>
                <button type="button" className="tree-entry" aria-expanded={open.has(entry.path)} onClick={() => toggle(entry.path)}>
                  <ChevronRight size={13} aria-hidden="true" className="tree-arrow" />
                  {entry.name}
                </button>
                {open.has(entry.path) ? list(entry.path) : null}
              </>
            ) : (
              <button
                type="button"
                className="tree-entry tree-file"
                aria-current={entry.path === front || undefined}
                onClick={() => onOpen(entry.path)}
                title={entry.writable ? entry.path : `${entry.path} (read only)`}
              >
                {entry.name}
              </button>
            )}
          </li>
        ))}
      </ul>
    );
  };
  return (
    <nav className="tree" aria-label={`Files of ${machine}`}>
      <div className="tree-head">
        <span title={root}>{root.replace(/^\/home\/[^/]+$/, "~")}</span>
        <button
          type="button"
          className="icon-button"
          aria-pressed={hidden}
          onClick={() => setHidden(!hidden)}
          aria-label="Hidden files"
          title="Show files whose names begin with a dot"
        >
          {hidden ? <Eye size={14} aria-hidden="true" /> : <EyeOff size={14} aria-hidden="true" />}
        </button>
      </div>
      {list(root)}
    </nav>
  );
}

/** Directories first, then by name. */
function sorted(entries: readonly TreeEntry[]): TreeEntry[] {
  const rank = (entry: TreeEntry): number => (entry.kind === "directory" ? 0 : 1);
  return [...entries].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "en"));
}
