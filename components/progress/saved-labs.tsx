"use client";
import { FileDown, Play } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import type { SavedLab } from "../../lib/lab/saving/saved-lab.ts";
import { saveFile } from "../ui/save-file.ts";

interface Props {
  titles: Readonly<Record<string, string>>;
  /** Another number: the storage holds something else now. */
  version: number;
  onMessage: (text: string) => void;
}

/** The labs that this browser has saved, and what can be done with what was done in them. */
export function SavedLabs({ titles, version, onMessage }: Props) {
  const [labs, setLabs] = useState<readonly SavedLab[]>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says when to look again.
  useEffect(() => {
    let here = true;
    void import("../../lib/lab/transfer/stored-labs.ts").then(({ savedLabs }) => savedLabs()).then((found) => here && setLabs(found));
    return () => {
      here = false;
    };
  }, [version]);
  if (labs === undefined || labs.length === 0) return null;
  const exportAttempt = async (lab: SavedLab) => {
    const [{ attemptOf }, { SEED }] = await Promise.all([
      import("../../lib/lab/attempt/attempt.ts"),
      import("../../lib/lab/world/seed.ts"),
    ]);
    const attempt = attemptOf(lab, lab.memory, SEED);
    saveFile(new Blob([`${JSON.stringify(attempt)}\n`], { type: "application/json" }), `${lab.lesson.replaceAll("/", "-")}.attempt.json`);
    onMessage(
      attempt.dropped > 0
        ? "Exported. The beginning of this attempt was not kept, so it can't be run or graded again from the start."
        : "The attempt was exported.",
    );
  };
  return (
    <section className="mt-8" aria-labelledby="saved-labs">
      <h2 id="saved-labs" className="font-semibold font-serif text-2xl">
        Your labs
      </h2>
      <p className="mt-2 text-ink-soft text-sm">
        An attempt holds everything that you typed in a lab, passwords and other secrets included, and what your browser there sent. Nothing
        else about you is in it. Give it to somebody who may see that.
      </p>
      <ul className="mt-3">
        {labs.map((lab) => (
          <li key={lab.lesson} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-2 border-line border-t py-3">
            <span>
              {titles[lab.lesson] ?? lab.lesson}
              <span className="block text-ink-soft text-sm">
                saved {new Date(lab.savedAtMs).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}
              </span>
            </span>
            <span className="flex gap-2">
              <Link href={`/film/?lesson=${encodeURIComponent(lab.lesson)}`} className="button">
                <Play size={15} aria-hidden="true" /> Watch
                <span className="sr-only"> the attempt at {titles[lab.lesson] ?? lab.lesson}</span>
              </Link>
              <button type="button" className="button" onClick={() => void exportAttempt(lab)}>
                <FileDown size={15} aria-hidden="true" /> Export the attempt
                <span className="sr-only"> at {titles[lab.lesson] ?? lab.lesson}</span>
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
