"use client";
import { FileText } from "lucide-react";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { LabClient } from "../../../lib/lab/types.ts";
import { absolutePath } from "../../lab/bench-store.ts";
import { useLab, useOptionalBench } from "../../lab/context.tsx";
import { CodeEditor } from "../../lab/editor/code-editor.tsx";
import { FileDesk, isDirty, keyOf, type OpenFile } from "../../lab/editor/desk.ts";

interface Props {
  path: string;
  machine?: string;
  /** How many lines are shown at once. */
  lines: number;
}

/** A file of the lab within the text: what is written here is saved on the machine, and what others write there shows here. */
export function InlineEditor({ path, machine, lines }: Props) {
  const bench = useOptionalBench();
  const phase = useLab((lab) => lab.phase);
  const client = phase === "running" ? bench?.client : undefined;
  const on = bench?.machine(machine);
  const whole = on === undefined ? path : absolutePath(path, on);
  return (
    <section className="inline-editor not-prose" aria-label={`File ${path}`}>
      <header>
        <FileText size={14} aria-hidden="true" />
        <button type="button" className="inline-editor-name" onClick={() => bench?.openFile(path, machine)} title="Open beside the text">
          {path}
        </button>
        {machine === undefined ? null : <span>on {machine}</span>}
      </header>
      {client === undefined || on === undefined ? (
        <p className="inline-editor-state">{bench === undefined ? "Files are shown on pages with a lab." : "The lab is starting…"}</p>
      ) : (
        <LiveFile lines={lines} client={client} machine={on.name} path={whole} />
      )}
    </section>
  );
}

interface LiveFileProps {
  client: LabClient;
  machine: string;
  path: string;
  lines: number;
}

function LiveFile({ client, machine, path, lines }: LiveFileProps) {
  const desk = useMemo(() => new FileDesk(client), [client]);
  const view = useSyncExternalStore(desk.subscribe, desk.get);
  const [begun, setBegun] = useState(false);
  const key = keyOf(machine, path);
  useEffect(() => {
    void desk.open(machine, path).then(() => setBegun(true));
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    const stop = client.watch(machine, folder, (paths) => {
      void desk.changedOutside(machine, paths);
    });
    return () => {
      stop();
      void desk.save(key);
    };
  }, [client, desk, machine, path, key]);
  const file = view.files.find((each) => each.key === key);
  if (file === undefined || !begun || file.kind === "loading") return <p className="inline-editor-state">Reading…</p>;
  if (file.kind !== "text") return <Missing file={file} retry={() => void desk.open(machine, path)} />;
  return (
    <>
      <div className="inline-editor-text" style={{ maxHeight: `${lines * 1.55 + 0.6}em` }}>
        <CodeEditor file={file} onEdit={(text) => desk.edit(key, text)} onSave={() => void desk.save(key)} />
      </div>
      <p className="inline-editor-state" role="status">
        {stateOf(file)}
        {file.theirs === undefined ? null : (
          <>
            {" "}
            <button type="button" className="button" onClick={() => void desk.resolve(key, "mine")}>
              Keep mine
            </button>{" "}
            <button type="button" className="button" onClick={() => void desk.resolve(key, "theirs")}>
              Take theirs
            </button>
          </>
        )}
      </p>
    </>
  );
}

function Missing({ file, retry }: { file: OpenFile; retry: () => void }) {
  const words = { binary: "This is no text.", large: "This file is too large to be edited here." };
  return (
    <p className="inline-editor-state" role="status">
      {file.kind === "binary" || file.kind === "large" ? words[file.kind] : (file.problem ?? "There is no such file.")}{" "}
      <button type="button" className="button" onClick={retry}>
        Look again
      </button>
    </p>
  );
}

function stateOf(file: OpenFile): string {
  if (file.problem !== undefined) return file.problem;
  if (file.theirs !== undefined) return "Somebody else has written to this file meanwhile.";
  return isDirty(file) ? "Not saved yet" : "Saved on the machine";
}
