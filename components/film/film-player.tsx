"use client";
import { Pause, Play, SkipBack, SkipForward } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Reel, transcriptOf } from "../../lib/lab/film/player.ts";
import type { FilmEvent } from "../../lib/lab/film/types.ts";
import { FilmTasks } from "./film-tasks.tsx";
import { FilmTerminals } from "./film-terminals.tsx";
import { Transcript } from "./transcript.tsx";
import { usePlayback } from "./use-playback.ts";

interface Props {
  events: readonly FilmEvent[];
  /** No more events will come. */
  complete: boolean;
}

const speeds = [1, 2, 4];
/** Of the seek bar; its end and its values are whole numbers of them: what the browser rounded itself would come back as a change. */
const STEP_MS = 100;

/** Plays a film: terminals, tasks, and the text of it. */
export function FilmPlayer({ events, complete }: Props) {
  const [skipIdle, setSkipIdle] = useState(true);
  const reel = useMemo(() => new Reel(events, skipIdle), [events, skipIdle]);
  const playback = usePlayback(reel, complete);
  const { timeMs, playing, speed } = playback;
  const now = reel.shownAt(timeMs);
  const still = useReducedMotion();
  // Without motion, what was done is shown whole, one thing after the other, instead of key by key.
  const shown = still ? (reel.chapters.find((chapter) => chapter.index >= now)?.index ?? reel.events.length) : now;
  const transcript = useMemo(() => transcriptOf(reel), [reel]);
  const entry = transcript.findLastIndex((each) => each.atMs <= timeMs);
  const region = useRef<HTMLElement>(null);

  const changeIdle = (skip: boolean) => {
    const other = new Reel(events, skip);
    setSkipIdle(skip);
    // The same moment on the other time.
    playback.seek(other.times[Math.max(0, now - 1)] ?? 0);
  };
  return (
    <section
      ref={region}
      aria-label="Film"
      onKeyDown={(event) => {
        const target = event.target;
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (target instanceof HTMLElement && target.closest("button, select, input, a, summary") && event.key === " ") return;
        if (event.key === " " || event.key === "k") playback.toggle();
        else if (event.key === "n") playback.seek(reel.nextStop(timeMs));
        else if (event.key === "p") playback.seek(reel.previousStop(timeMs));
        else return;
        event.preventDefault();
      }}
    >
      <div className="film-controls">
        <button type="button" className="button button-primary" onClick={playback.toggle} aria-keyshortcuts="k">
          {playing ? <Pause size={15} aria-hidden="true" /> : <Play size={15} aria-hidden="true" />}
          {playing ? "Pause" : "Play"}
        </button>
        <button type="button" className="button" onClick={() => playback.seek(reel.previousStop(timeMs))} aria-keyshortcuts="p">
          <SkipBack size={15} aria-hidden="true" /> Previous command
        </button>
        <button type="button" className="button" onClick={() => playback.seek(reel.nextStop(timeMs))} aria-keyshortcuts="n">
          <SkipForward size={15} aria-hidden="true" /> Next command
        </button>
        <label className="film-field">
          Speed
          <select className="film-select" value={speed} onChange={(event) => playback.setSpeed(Number(event.target.value))}>
            {speeds.map((each) => (
              <option key={each} value={each}>
                {each}×
              </option>
            ))}
          </select>
        </label>
        <label className="film-field">
          <input type="checkbox" checked={skipIdle} onChange={(event) => changeIdle(event.target.checked)} />
          Skip idle time
        </label>
      </div>
      <div className="film-seek">
        <input
          type="range"
          min={0}
          max={Math.max(STEP_MS, Math.ceil(reel.lengthMs / STEP_MS) * STEP_MS)}
          step={STEP_MS}
          value={Math.ceil(timeMs / STEP_MS) * STEP_MS}
          aria-label="Moment"
          aria-valuetext={`${clock(timeMs)} of ${clock(reel.lengthMs)}: ${transcript[entry]?.text ?? ""}`}
          onChange={(event) => playback.seek(Number(event.target.value))}
        />
        <span className="film-time">
          {clock(timeMs)} of {clock(reel.lengthMs)}
        </span>
      </div>
      <p className="film-now">{transcript[entry]?.text ?? ""}</p>
      <div className="film-stage">
        <FilmTerminals events={reel.events} shown={shown} />
        <FilmTasks events={reel.events} shown={shown} />
      </div>
      <Transcript entries={transcript} current={entry} onSeek={playback.seek} />
    </section>
  );
}

/** Minutes and seconds. */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function useReducedMotion(): boolean {
  const [reduced, setReduced] = useState(false);
  useEffect(() => {
    const query = matchMedia("(prefers-reduced-motion: reduce)");
    const look = () => setReduced(query.matches);
    look();
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return reduced;
}
