"use client";
import { useEffect, useState } from "react";
import { asideName, type SavedLab } from "../../../lib/lab/saving/saved-lab.ts";
import { emptyRecord } from "../../../lib/progress/record.ts";
import { announce } from "../../ui/announcer.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { useBench } from "../context.tsx";

/** The storage is opened only while something is done with it, and its code is loaded then. */
async function withStorage<T>(work: (database: import("../../../lib/lab/saving/database.ts").LabDatabase) => Promise<T>): Promise<T> {
  const { LabDatabase } = await import("../../../lib/lab/saving/database.ts");
  const database = await LabDatabase.open();
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

/** Work that was put aside when the lesson had changed: it can be taken along as a file, and stays until it is deleted. */
export function EarlierWork() {
  const { lesson } = useBench().info;
  const [saved, setSaved] = useState<SavedLab>();
  const [deleting, setDeleting] = useState(false);
  useEffect(() => {
    let here = true;
    withStorage((database) => database.load(asideName(lesson))).then(
      (found) => here && setSaved(found),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [lesson]);
  if (saved === undefined) return null;
  const download = async () => {
    const [{ packWork }, { alone }] = await Promise.all([
      import("../../../lib/lab/transfer/work-file.ts"),
      import("../../../lib/lab/transfer/stored-labs.ts"),
    ]);
    const bytes = await withStorage((database) => database.bytes(asideName(lesson)));
    const labs = [alone({ ...saved, lesson }, bytes)];
    const file = await packWork({ exportedAtMs: Date.now(), progress: emptyRecord, labs });
    saveFile(file, `${lesson.replaceAll("/", "-")}-earlier.slipway`);
    announce("The file with your earlier work was handed to the browser.");
  };
  const remove = async () => {
    await withStorage((database) => database.forget(asideName(lesson)));
    setSaved(undefined);
    announce("Your earlier work was deleted.");
  };
  return (
    <>
      <h3 className="mt-4 font-semibold text-sm">Work in an earlier version of this lesson</h3>
      <p className="time-again">
        <span>Saved {new Date(saved.savedAtMs).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}, and put aside.</span>
        <span className="flex gap-2">
          <button type="button" className="button" onClick={() => void download()}>
            Take it along
          </button>
          <button type="button" className="button" onClick={() => (deleting ? void remove() : setDeleting(true))}>
            {deleting ? "Delete it for good" : "Delete"}
          </button>
        </span>
      </p>
    </>
  );
}
