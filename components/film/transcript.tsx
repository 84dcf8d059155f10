"use client";
import type { TranscriptEntry } from "../../lib/lab/film/player.ts";
import { clock } from "./film-player.tsx";

interface Props {
  entries: readonly TranscriptEntry[];
  current: number;
  onSeek: (timeMs: number) => void;
}

/** The film as text. Each entry leads to its moment. */
export function Transcript({ entries, current, onSeek }: Props) {
  return (
    <section className="film-transcript" aria-labelledby="transcript">
      <h2 id="transcript" className="font-semibold font-serif text-2xl">
        Transcript
      </h2>
      <ol>
        {entries.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end.
          <li key={index} aria-current={index === current ? "step" : undefined}>
            <button
              type="button"
              className="film-moment"
              onClick={() => onSeek(entry.atMs)}
              aria-label={`Go to ${clock(entry.atMs)}: ${entry.text}`}
            >
              {clock(entry.atMs)}
            </button>
            <div>
              <span className="film-deed">{entry.text}</span>
              {entry.output === "" ? null : <pre>{entry.output}</pre>}
              {entry.passed.map((title) => (
                <p key={title} className="film-passed">
                  Task done: {title}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
