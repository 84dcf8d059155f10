"use client";
import { ChevronRight, Eye, EyeOff } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import type { LabClient } from "../../../lib/lab/types.ts";
import { type Folder, moveInTree, opensByItself, type Row, rowsOf } from "./tree-model.ts";

interface Props {
  client: LabClient;
  machine: string;
  /** The directory at the top. */
  root: string;
  /** Path of the file in front. */
  front: string | undefined;
  onOpen: (path: string) => void;
}

/** Directories and files below `root`; a directory is read when it is opened, and again when something in it changes. */
export function FileTree({ client, machine, root, front, onOpen }: Props) {
  const [folders, setFolders] = useState<ReadonlyMap<string, Folder>>(new Map());
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([root]));
  const [hidden, setHidden] = useState(false);
  const [current, setCurrent] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const openNow = useRef(open);
  openNow.current = open;
  /** Directories that were seen before: only new ones open by themselves. */
  const seen = useRef(new Set<string>());

  const read = useCallback(
    async (path: string) => {
      let folder: Folder;
      try {
        folder = { entries: await client.listDirectory(machine, path) };
      } catch (error) {
        folder = { problem: error instanceof Error ? error.message : String(error) };
      }
      setFolders((before) => new Map(before).set(path, folder));
      if (!("entries" in folder)) return;
      const fresh = folder.entries.filter((entry) => !seen.current.has(entry.path) && opensByItself(root, entry));
      for (const entry of folder.entries) seen.current.add(entry.path);
      if (fresh.length === 0) return;
      setOpen((before) => new Set([...before, ...fresh.map((entry) => entry.path)]));
      await Promise.all(fresh.map((entry) => read(entry.path)));
    },
    [client, machine, root],
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
  const rows = rowsOf(root, folders, open, hidden);
  const choose = (row: Row) => {
    setCurrent(row.path);
    if (row.kind === "directory") toggle(row.path);
    else onOpen(row.path);
  };
  const tabStop = rows.some((row) => row.path === current) ? current : rows.find((row) => row.note === undefined)?.path;
  const onKeyDown = (event: KeyboardEvent, row: Row) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(row);
      return;
    }
    const move = moveInTree(rows, row.path, event.key);
    if (!move) return;
    event.preventDefault();
    if ("toggle" in move) toggle(move.toggle);
    else {
      setCurrent(move.go);
      tree.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(move.go)}"]`)?.focus();
    }
  };
  return (
    <div className="tree">
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
      {rows.length > 0 && rows.every((row) => row.note !== undefined) ? (
        <p className="tree-note">{rows[0]?.note}</p>
      ) : (
        <div ref={tree} role="tree" aria-label={`Files of ${machine}`}>
          {rows.map((row) =>
            row.note === undefined ? (
              <div
                key={row.path}
                role="treeitem"
                data-path={row.path}
                aria-level={row.level}
                aria-expanded={row.kind === "directory" ? row.open : undefined}
                aria-selected={row.path === front}
                tabIndex={row.path === tabStop ? 0 : -1}
                className="tree-entry"
                style={{ paddingLeft: `${row.level * 0.75 - 0.15}rem` }}
                title={row.writable ? row.path : `${row.path} (read only)`}
                onClick={() => choose(row)}
                onKeyDown={(event) => onKeyDown(event, row)}
              >
                {row.kind === "directory" ? (
                  <ChevronRight size={13} aria-hidden="true" className="tree-arrow" />
                ) : (
                  <span className="tree-gap" />
                )}
                {row.name}
              </div>
            ) : (
              <p key={row.path} role="none" className="tree-note" style={{ paddingLeft: `${row.level * 0.75 + 0.9}rem` }}>
                {row.note}
              </p>
            ),
          )}
        </div>
      )}
    </div>
  );
}
