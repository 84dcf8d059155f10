"use client";
import { PanelLeft, X } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { LabClient } from "../../../lib/lab/types.ts";
import { homeOf } from "../bench-store.ts";
import { useBench, useBenchView, useLab } from "../context.tsx";
import { tabKeys } from "../tab-keys.ts";
import { FileDesk, isDirty, type OpenFile } from "./desk.ts";
import { FileTree } from "./file-tree.tsx";

const CodeEditor = dynamic(() => import("./code-editor.tsx").then((module) => module.CodeEditor), {
  ssr: false,
  loading: () => <p className="panel-empty">The editor is loading…</p>,
});

/** The machine's files: a tree, and the open ones in tabs. */
export function FilesPanel() {
  const bench = useBench();
  useBenchView();
  const running = useLab((lab) => lab.phase === "running");
  return bench.client && running ? (
    <Files client={bench.client} />
  ) : (
    <p className="panel-empty">The files are there when the machine runs.</p>
  );
}

function Files({ client }: { client: LabClient }) {
  const bench = useBench();
  const { file: wish } = useBenchView();
  const [desk] = useState(() => new FileDesk(client));
  const view = useSyncExternalStore(desk.subscribe, desk.get);
  const [tree, setTree] = useState(true);
  const [machine, setMachine] = useState(() => bench.machine());
  const several = bench.info.machines.length > 1;
  const open = (path: string) => {
    void desk.open(machine.name, path);
    // Side by side they would both be too narrow.
    if (matchMedia("(max-width: 799px)").matches) setTree(false);
  };
  const front = view.files.find((file) => file.key === view.front);

  useEffect(() => {
    if (!wish) return;
    setMachine(bench.machine(wish.value.machine));
    void desk.open(wish.value.machine, wish.value.path);
  }, [bench, desk, wish]);
  useEffect(() => {
    const stops = bench.info.machines.map(({ name }) => client.watch(name, "/", (paths) => void desk.changedOutside(name, paths)));
    return () => {
      for (const stop of stops) stop();
    };
  }, [bench, client, desk]);

  return (
    <div className="files" data-tree={tree}>
      {tree ? (
        <div className="files-tree">
          {several ? (
            <label className="files-machine">
              Files on{" "}
              <select value={machine.name} onChange={(event) => setMachine(bench.machine(event.target.value))}>
                {bench.info.machines.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          ) : null}
          <FileTree
            key={machine.name}
            client={client}
            desk={desk}
            machine={machine.name}
            root={homeOf(machine)}
            front={front?.machine === machine.name ? front.path : undefined}
            onOpen={open}
          />
        </div>
      ) : null}
      <div className="files-open">
        <div className="bar bar-sub">
          <button
            type="button"
            className="icon-button"
            aria-pressed={tree}
            onClick={() => setTree(!tree)}
            aria-label="Tree of files"
            title="Show or hide the tree of files"
          >
            <PanelLeft size={15} aria-hidden="true" />
          </button>
          <div role="tablist" aria-label="Open files" className="tabs" onKeyDown={tabKeys}>
            {view.files.map((file) => (
              <FileTab
                key={file.key}
                file={file}
                machine={several ? file.machine : undefined}
                front={file === front}
                onShow={() => desk.front(file.key)}
              />
            ))}
          </div>
          {front ? (
            <button
              type="button"
              className="icon-button"
              onClick={() => void desk.close(front.key)}
              aria-label={`Close ${nameOf(front.path)}`}
              title="Close the file"
            >
              <X size={15} aria-hidden="true" />
            </button>
          ) : null}
        </div>
        {view.files.map((file) => (
          <div key={file.key} role="tabpanel" aria-label={file.path} className="files-body" hidden={file !== front}>
            <Body file={file} desk={desk} />
          </div>
        ))}
        {front ? null : <p className="panel-empty">Choose a file in the tree, or click a file name in the text.</p>}
      </div>
    </div>
  );
}

interface FileTabProps {
  file: OpenFile;
  /** Named where the lab has several. */
  machine: string | undefined;
  front: boolean;
  onShow: () => void;
}

function FileTab({ file, machine, front, onShow }: FileTabProps) {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={front}
      tabIndex={front ? 0 : -1}
      className="tab tab-file"
      onClick={onShow}
      title={file.path}
    >
      {machine === undefined ? null : <span className="tab-machine">{machine}:</span>}
      <span className="tab-label">{nameOf(file.path)}</span>
      {isDirty(file) ? (
        <>
          <span aria-hidden="true" className="dirty" />
          <span className="sr-only">, not saved</span>
        </>
      ) : null}
    </button>
  );
}

function Body({ file, desk }: { file: OpenFile; desk: FileDesk }) {
  const size = `${(file.size / 1_000_000).toFixed(1)} MB`;
  switch (file.kind) {
    case "loading":
      return <p className="panel-empty">Reading {file.path}…</p>;
    case "gone":
      return <p className="panel-empty">{file.problem ?? `${file.path} is gone.`}</p>;
    case "binary":
      return (
        <p className="panel-empty">
          {nameOf(file.path)} holds no text, so it can't be edited here. In the terminal, `file` and `xxd` look into it.
        </p>
      );
    case "large":
      return (
        <p className="panel-empty">
          {nameOf(file.path)} has {size}, too much for this editor. In the terminal, `head`, `tail` and `grep` read it.
        </p>
      );
    case "text":
      return (
        <>
          {file.problem ? (
            <p role="alert" className="notice" data-level="error">
              {file.problem}
            </p>
          ) : null}
          {file.theirs === undefined ? null : (
            <div role="alert" className="notice" data-level="warning">
              <span>Another program has written this file while you were editing it.</span>
              <button type="button" className="button" onClick={() => void desk.resolve(file.key, "theirs")}>
                Take its version
              </button>
              <button type="button" className="button" onClick={() => void desk.resolve(file.key, "mine")}>
                Keep mine
              </button>
            </div>
          )}
          <CodeEditor file={file} onEdit={(text) => desk.edit(file.key, text)} onSave={() => void desk.save(file.key)} />
        </>
      );
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
