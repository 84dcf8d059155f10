"use client";
import { ChevronRight } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import type { LabClient } from "../../../lib/lab/types.ts";
import type { FileDesk } from "./desk.ts";
import { type Folder, moveInTree, opensByItself, type Row, rowsOf } from "./tree-model.ts";
import { parentOf, TreeTools, type TreeWish } from "./tree-tools.tsx";

interface Props {
  client: LabClient;
  /** Renames and deletes, since files may be open. */
  desk: FileDesk;
  machine: string;
  /** The directory at the top. */
  root: string;
  /** Path of the file in front. */
  front: string | undefined;
  onOpen: (path: string) => void;
}

/** Directories and files below `root`; a directory is read when it is opened, and again when something in it changes. */
export function FileTree({ client, desk, machine, root, front, onOpen }: Props) {
  const [folders, setFolders] = useState<ReadonlyMap<string, Folder>>(new Map());
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([root]));
  const [hidden, setHidden] = useState(false);
  const [current, setCurrent] = useState<string>();
  const [wish, setWish] = useState<TreeWish>();
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
  const currentRow = rows.find((row) => row.path === current);
  const fulfill = async (wanted: TreeWish, name: string) => {
    if (wanted.kind === "delete") {
      await desk.remove(machine, wanted.row.path);
      return;
    }
    const path = `${"row" in wanted ? parentOf(wanted.row.path) : wanted.folder}/${name}`;
    if ("row" in wanted) await desk.rename(machine, wanted.row.path, path);
    else {
      await client.createEntry(machine, path, wanted.kind);
      if (wanted.folder !== root && !open.has(wanted.folder)) toggle(wanted.folder);
      if (wanted.kind === "file") onOpen(path);
    }
    setCurrent(path);
  };
  const tabStop = rows.some((row) => row.path === current) ? current : rows.find((row) => row.note === undefined)?.path;
  const onKeyDown = (event: KeyboardEvent, row: Row) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(row);
      return;
    }
    if (event.key === "F2" || event.key === "Delete") {
      event.preventDefault();
      setWish({ kind: event.key === "F2" ? "rename" : "delete", row });
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
      <TreeTools
        root={root}
        current={currentRow}
        hidden={hidden}
        onHidden={() => setHidden(!hidden)}
        wish={wish}
        onWish={setWish}
        onDo={fulfill}
      />
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
                onFocus={() => setCurrent(row.path)}
                onKeyDown={(event) => onKeyDown(event, row)}
              >
                {row.kind === "directory" ? (
                  <ChevronRight size={13} aria-hidden="true" className="tree-arrow" />
                ) : (
                  <span className="tree-gap" />
                )}
                <span className="tree-label">{row.name}</span>
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
