"use client";
import { Download, Upload } from "lucide-react";
import { useRef, useState } from "react";
import type { LabImport } from "../../lib/lab/transfer/import-plan.ts";
import type { Work } from "../../lib/lab/transfer/work-file.ts";
import { announce } from "../ui/announcer.tsx";
import { saveFile } from "../ui/save-file.ts";
import { ImportDialog } from "./import-dialog.tsx";
import { progress } from "./use-progress.ts";

interface Props {
  /** By lesson id. */
  titles: Readonly<Record<string, string>>;
  onMessage: (text: string) => void;
  onImported: () => void;
}

interface Question {
  readonly file: string;
  readonly work: Work;
  readonly plan: readonly LabImport[];
}

/** Export and import of everything that this browser keeps: the record, and each lab's world with what was done in it. */
export function TakeAlong({ titles, onMessage, onImported }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState("");
  const [question, setQuestion] = useState<Question>();

  const work = async (doing: string, job: () => Promise<string>) => {
    setBusy(doing);
    onMessage(doing);
    try {
      onMessage(await job());
    } catch (error) {
      onMessage(reasonOf(error));
    } finally {
      setBusy("");
    }
  };
  const exportAll = () =>
    work("Putting your work into a file …", async () => {
      const [{ packWork }, { storedLabs }] = await Promise.all([
        import("../../lib/lab/transfer/work-file.ts"),
        import("../../lib/lab/transfer/stored-labs.ts"),
      ]);
      const labs = await storedLabs();
      const file = await packWork({ exportedAtMs: Date.now(), progress: progress.get(), labs });
      saveFile(file, "slipway-work.json.gz");
      return `Exported: your progress and ${count(labs.length, "lab")} (${megabytes(file.size)}).`;
    });
  const open = (file: File) =>
    work("Reading the file …", async () => {
      const [{ unpackWork }, { savedLabs }, { planImport }] = await Promise.all([
        import("../../lib/lab/transfer/work-file.ts"),
        import("../../lib/lab/transfer/stored-labs.ts"),
        import("../../lib/lab/transfer/import-plan.ts"),
      ]);
      // Exports of progress alone are read too.
      const text = file.size < 5_000_000 && !file.name.endsWith(".gz") ? await file.text() : "";
      if (/^\s*\{[^{]*"lessons"/.test(text)) {
        progress.import(text);
        return `What ${file.name} holds was added.`;
      }
      const read = await unpackWork(file);
      const ours = new Map((await savedLabs()).map((lab) => [lab.lesson, lab]));
      setQuestion({
        file: file.name,
        work: read,
        plan: planImport(
          read.labs.map(({ saved }) => saved),
          ours,
        ),
      });
      return "";
    });
  const take = (chosen: ReadonlySet<string>) => {
    if (!question) return;
    setQuestion(undefined);
    const labs = question.work.labs.filter(({ saved }) => chosen.has(saved.lesson));
    void work("Importing …", async () => {
      const { replaceLabs } = await import("../../lib/lab/transfer/stored-labs.ts");
      await replaceLabs(labs);
      progress.import(JSON.stringify(question.work.progress));
      onImported();
      announce("The import is done.");
      return `Imported from ${question.file}: your progress was added to what was here, and ${count(labs.length, "lab")} taken.`;
    });
  };
  return (
    <>
      <button type="button" className="button" disabled={busy !== ""} onClick={() => void exportAll()}>
        <Download size={15} aria-hidden="true" /> Export
      </button>
      <button type="button" className="button" disabled={busy !== ""} onClick={() => input.current?.click()}>
        <Upload size={15} aria-hidden="true" /> Import
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,.gz,application/json,application/gzip"
        className="sr-only"
        tabIndex={-1}
        aria-label="File of progress and labs"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) void open(file);
          event.target.value = "";
        }}
      />
      {question ? (
        <ImportDialog
          file={question.file}
          exportedAtMs={question.work.exportedAtMs}
          plan={question.plan}
          titles={titles}
          onClose={(chosen) => {
            if (chosen) take(chosen);
            else {
              setQuestion(undefined);
              onMessage("Nothing was imported.");
            }
          }}
        />
      ) : null}
    </>
  );
}

export function count(number: number, noun: string): string {
  return number === 0 ? `no ${noun}s` : number === 1 ? `one ${noun}` : `${number} ${noun}s`;
}

export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "QuotaExceededError") {
    return "The browser's storage for this site is full, so not everything could be imported. Free some disk space, then import again.";
  }
  return error instanceof Error ? error.message : String(error);
}
