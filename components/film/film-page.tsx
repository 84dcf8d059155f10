"use client";
import "./film.css";
import { FolderOpen } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Attempt } from "../../lib/lab/attempt/attempt.ts";
import type { FilmEvent, FilmReport } from "../../lib/lab/film/types.ts";
import type { LabDefinition } from "../../lib/lab/types.ts";
import { FilmPlayer } from "./film-player.tsx";

export interface FilmLesson {
  readonly title: string;
  /** Where the lab's definition is: a path of this site. */
  readonly definition: string;
}

interface Opened {
  readonly name: string;
  readonly attempt: Attempt;
  readonly lab: LabDefinition;
}

interface Progress {
  readonly done: number;
  readonly of: number;
  readonly note: string;
  readonly ended: boolean;
}

const notStarted: Progress = { done: 0, of: 0, note: "", ended: false };

/** Opens an attempt, runs it again in a world of its own, and plays that. */
export function FilmPage({ lessons }: { lessons: Readonly<Record<string, FilmLesson>> }) {
  const input = useRef<HTMLInputElement>(null);
  const [message, setMessage] = useState("");
  const [opened, setOpened] = useState<Opened>();
  const [events, setEvents] = useState<readonly FilmEvent[]>([]);
  const [progress, setProgress] = useState<Progress>(notStarted);
  const [running, setRunning] = useState(false);
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => () => stop.current(), []);

  const open = async (name: string, load: () => Promise<Attempt>) => {
    stop.current();
    setOpened(undefined);
    setEvents([]);
    setProgress(notStarted);
    setRunning(false);
    setMessage("Opening …");
    try {
      const attempt = await load();
      const lesson = lessons[attempt.lesson];
      if (!lesson) throw new Error(`This attempt is of the lesson ${attempt.lesson}, which this site does not have.`);
      if (attempt.dropped > 0) throw new Error("The beginning of this attempt was not kept, so it can't be run again from the start.");
      const response = await fetch(lesson.definition).catch(() => undefined);
      if (!response?.ok)
        throw new Error("The lab of this lesson could not be loaded. Check the connection to the network, then try again.");
      const lab: LabDefinition = await response.json();
      setOpened({ name, attempt, lab });
      setMessage("");
    } catch (error) {
      setMessage(error instanceof Error ? error.message : String(error));
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for the address that the page was opened with.
  useEffect(() => {
    const lesson = new URLSearchParams(location.search).get("lesson");
    if (lesson === null) return;
    void open(lessons[lesson]?.title ?? lesson, async () => {
      const [{ savedLab }, { attemptOf }, { SEED }] = await Promise.all([
        import("../../lib/lab/transfer/stored-labs.ts"),
        import("../../lib/lab/attempt/attempt.ts"),
        import("../../lib/lab/world/seed.ts"),
      ]);
      const saved = await savedLab(lesson);
      if (!saved) throw new Error("This browser has saved no work in the lab of this lesson.");
      return attemptOf(saved, saved.memory, SEED);
    });
  }, []);

  const begin = async ({ attempt, lab }: Opened) => {
    const engineUrl = process.env.NEXT_PUBLIC_ENGINE_URL;
    const assetsUrl = process.env.NEXT_PUBLIC_ASSETS_URL;
    if (!engineUrl || !assetsUrl) {
      setMessage("This copy of the site was built without the engine that runs labs. Build it with npm start.");
      return;
    }
    setRunning(true);
    const { shootFilm } = await import("../../lib/lab/film/film-client.ts");
    const hear = (report: FilmReport) => {
      if (report.kind === "events") {
        if (report.events.length > 0) setEvents((before) => [...before, ...report.events]);
        setProgress((before) => ({ ...before, done: report.done, of: report.of }));
      } else if (report.kind === "ended") {
        const differs =
          report.differing.length === 0 ? "" : ` These checks say something else than they did then: ${report.differing.join(", ")}.`;
        const missed = report.missed.length === 0 ? "" : ` Not everything came as it did then: ${report.missed.slice(0, 3).join("; ")}.`;
        setProgress((before) => ({ ...before, ended: true, note: `The attempt was run again.${differs}${missed}` }));
      } else if (report.kind === "failed") {
        setProgress((before) => ({ ...before, ended: true, note: `The attempt could not be run to its end: ${report.message}` }));
      }
    };
    stop.current = shootFilm({ lab, attempt, engineUrl, assetsUrl, report: hear });
  };
  const end = () => {
    stop.current();
    setProgress((before) => ({ ...before, ended: true, note: "The run was stopped. What there is of the film can be watched." }));
  };
  return (
    <>
      <div className="mt-6 flex flex-wrap items-center gap-3">
        <button type="button" className="button" onClick={() => input.current?.click()}>
          <FolderOpen size={15} aria-hidden="true" /> Open an attempt
        </button>
        <input
          ref={input}
          type="file"
          accept=".json,application/json"
          className="sr-only"
          tabIndex={-1}
          aria-label="File of an attempt"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) {
              void open(file.name, async () => {
                const { LONGEST_FILE, parseAttempt, AttemptError } = await import("../../lib/lab/attempt/schema.ts");
                if (file.size > LONGEST_FILE * 4) throw new AttemptError(`${file.name} is too long to be an attempt.`);
                return parseAttempt(await file.text());
              });
            }
            event.target.value = "";
          }}
        />
        {opened && !running ? (
          <button type="button" className="button button-primary" onClick={() => void begin(opened)}>
            Run it again and watch
          </button>
        ) : null}
        {running && !progress.ended ? (
          <>
            <progress aria-label="Running the attempt again" max={Math.max(1, progress.of)} value={progress.done} />
            <button type="button" className="button" onClick={end}>
              Stop running
            </button>
          </>
        ) : null}
      </div>
      <p role="status" className="mt-3 min-h-6 text-[0.9375rem] text-ink-soft">
        {message || progress.note || (running ? `Running it again: ${progress.done} of ${progress.of} entries.` : "")}
      </p>
      {opened ? (
        <p className="text-[0.9375rem]">
          <strong>{lessons[opened.attempt.lesson]?.title}</strong>, begun{" "}
          {new Date(opened.attempt.startedAtMs).toLocaleString("en", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" })} UTC
          {opened.attempt.version === opened.lab.version
            ? "."
            : ". The lesson has changed since then, so the film may differ from what was seen."}
        </p>
      ) : null}
      {events.length > 0 ? (
        <div className="mt-5">
          <FilmPlayer events={events} complete={progress.ended} />
        </div>
      ) : null}
    </>
  );
}
