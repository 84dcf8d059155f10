"use client";
import { Eye, EyeOff, FilePlus, FolderPlus, Pencil, Trash2 } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import type { Row } from "./tree-model.ts";

/** What the learner is about to do in the tree, once a name is given or the question is answered. */
export type TreeWish =
  | { readonly kind: "file" | "directory"; readonly folder: string }
  | { readonly kind: "rename" | "delete"; readonly row: Row };

interface Props {
  /** The directory at the top of the tree. */
  root: string;
  /** The row that the keyboard is on, if any. */
  current: Row | undefined;
  hidden: boolean;
  onHidden: () => void;
  wish: TreeWish | undefined;
  onWish: (wish: TreeWish | undefined) => void;
  /** Rejects with an Error that the learner can read. */
  onDo: (wish: TreeWish, name: string) => Promise<void>;
}

/** The head of the tree: where one is, and what can be done with its files. */
export function TreeTools({ root, current, hidden, onHidden, wish, onWish, onDo }: Props) {
  const folder = current === undefined ? root : current.kind === "directory" ? current.path : parentOf(current.path);
  const deleting = wish?.kind === "delete" ? wish : undefined;
  const tools = [
    { label: "New file", Icon: FilePlus, wish: { kind: "file", folder } },
    { label: "New folder", Icon: FolderPlus, wish: { kind: "directory", folder } },
    { label: "Rename", Icon: Pencil, wish: current && { kind: "rename", row: current } },
    { label: "Delete", Icon: Trash2, wish: current && { kind: "delete", row: current } },
  ] satisfies { label: string; Icon: typeof Eye; wish: TreeWish | undefined }[];
  return (
    <>
      <div className="tree-head">
        <span className="tree-root" title={root}>
          {inHome(root, root)}
        </span>
        {tools.map(({ label, Icon, wish: wanted }) => (
          <button
            key={label}
            type="button"
            className="icon-button"
            disabled={wanted === undefined}
            onClick={() => onWish(wanted)}
            aria-label={label}
            title={wanted?.kind === "rename" || wanted?.kind === "delete" ? `${label} ${wanted.row.name}` : label}
          >
            <Icon size={14} aria-hidden="true" />
          </button>
        ))}
        <button
          type="button"
          className="icon-button"
          aria-pressed={hidden}
          onClick={onHidden}
          aria-label="Hidden files"
          title="Show files whose names begin with a dot"
        >
          {hidden ? <Eye size={14} aria-hidden="true" /> : <EyeOff size={14} aria-hidden="true" />}
        </button>
      </div>
      {wish && wish.kind !== "delete" ? (
        <NameForm key={wish.kind} root={root} wish={wish} onDo={onDo} onLeave={() => onWish(undefined)} />
      ) : null}
      <Deletion row={deleting?.row} onDo={onDo} onLeave={() => onWish(undefined)} />
    </>
  );
}

interface NameFormProps {
  root: string;
  wish: Exclude<TreeWish, { kind: "delete" }> | { readonly kind: "rename" | "delete"; readonly row: Row };
  onDo: Props["onDo"];
  onLeave: () => void;
}

function NameForm({ root, wish, onDo, onLeave }: NameFormProps) {
  const before = "row" in wish ? wish.row.name : "";
  const [name, setName] = useState(before);
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    const field = input.current;
    field?.focus();
    // What comes before the ending is what people change.
    const dot = before.lastIndexOf(".");
    field?.setSelectionRange(0, dot > 0 ? dot : before.length);
  }, [before]);
  const label =
    "row" in wish ? `New name of ${wish.row.name}` : `${wish.kind === "file" ? "New file" : "New folder"} in ${inHome(wish.folder, root)}`;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = wrongName(name);
    if (wrong) {
      setProblem(wrong);
      return;
    }
    try {
      if (name.trim() !== before) await onDo(wish, name.trim());
      onLeave();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onLeave();
  };
  return (
    <form className="tree-name" onSubmit={submit}>
      <label htmlFor={id}>{label}</label>
      <input
        ref={input}
        id={id}
        value={name}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        aria-invalid={problem !== undefined}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={leave}
      />
      {problem ? (
        <p role="alert" className="tree-problem">
          {problem}
        </p>
      ) : null}
    </form>
  );
}

function Deletion({ row, onDo, onLeave }: { row: Row | undefined; onDo: Props["onDo"]; onLeave: () => void }) {
  const [problem, setProblem] = useState<string>();
  const answer = async (confirmed: boolean) => {
    if (!confirmed || !row) {
      setProblem(undefined);
      onLeave();
      return;
    }
    try {
      await onDo({ kind: "delete", row }, "");
      setProblem(undefined);
      onLeave();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <ConfirmDialog
      open={row !== undefined}
      title={row ? `Delete ${row.name}?` : ""}
      confirm="Delete"
      onClose={(confirmed) => void answer(confirmed)}
    >
      {row?.kind === "directory"
        ? "The folder and everything in it is deleted from the machine, as rm -r does. This can't be undone."
        : "The file is deleted from the machine, as rm does. This can't be undone."}
      {problem ? (
        <span role="alert" className="mt-3 block text-failed">
          {problem}
        </span>
      ) : null}
    </ConfirmDialog>
  );
}

/** Why a text can't be a name, in words; undefined when it can. Names may hold folders: "templates/base.html". */
export function wrongName(text: string): string | undefined {
  const parts = text.trim().split("/");
  if (text.trim() === "") return "A name is needed.";
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return "Give a name, or folders and a name, with single slashes between them.";
  return undefined;
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** A path as a prompt shows it, with ~ for the tree's own top. */
function inHome(path: string, root: string): string {
  if (!/^\/(home\/[^/]+|root)$/.test(root)) return path;
  return path === root ? "~" : path.startsWith(`${root}/`) ? `~${path.slice(root.length)}` : path;
}
