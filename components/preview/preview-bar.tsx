"use client";
import "./preview.css";
import { CircleCheckBig, OctagonX, PlugZap, RotateCcw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import type { PreviewState } from "../../lib/content/preview/types.ts";
import { useOptionalBench } from "../lab/context.tsx";
import { PreviewProblems } from "./preview-problems.tsx";

interface Props {
  /** Where the server tells of changes. */
  events: string;
  /** The version that the page shows. */
  shown: string;
  /** What the lab of the page began with. */
  world: string;
  /** The page could show no version yet. */
  isFirst?: boolean;
}

/**
 * What an author sees of a preview, at the foot of the page. A save is shown at once: the text is asked for anew, and the running lab
 * gets its new tasks. Where the world itself has changed, a new start is offered. What is wrong is shown over the last good version.
 */
export function PreviewBar({ events, shown, world, isFirst = false }: Props) {
  const router = useRouter();
  const bench = useOptionalBench();
  const [state, setState] = useState<PreviewState>();
  const [connected, setConnected] = useState(true);
  const [savedAt, setSavedAt] = useState<string>();
  /** The world that runs, the version that is shown, and the lab's own. */
  const running = useRef<{ world: string; version: string; lab?: string }>({ world, version: shown });
  const [stale, setStale] = useState(false);

  useEffect(() => {
    const source = new EventSource(events);
    source.onopen = () => setConnected(true);
    source.onerror = () => setConnected(false);
    source.onmessage = (event: MessageEvent<string>) => {
      const next: PreviewState = JSON.parse(event.data);
      setState(next);
    };
    return () => source.close();
  }, [events]);

  useEffect(() => {
    if (state?.kind !== "sound") return;
    const lab = state.lab?.version;
    if (state.version === running.current.version) {
      running.current.lab ??= lab;
      return;
    }
    setSavedAt(new Date().toLocaleTimeString());
    running.current.version = state.version;
    router.refresh();
    const changed = state.world !== running.current.world;
    setStale(changed && bench !== undefined);
    // Where only the text has changed, the tasks stay as they are.
    if (changed || state.lab === undefined || lab === running.current.lab) return;
    running.current.lab = lab;
    void bench?.redefine(state.lab, "goes-on");
  }, [state, router, bench]);

  const startAnew = () => {
    if (state?.kind !== "sound" || state.lab === undefined) return;
    running.current.world = state.world;
    running.current.lab = state.lab.version;
    setStale(false);
    void bench?.redefine(state.lab, "anew");
  };
  const unsound = state?.kind === "unsound";
  return (
    <aside className="preview-bar" aria-label="Preview" data-preview={unsound ? "unsound" : stale ? "stale" : "sound"}>
      <div role="status">
        {!connected ? (
          <p>
            <PlugZap size={16} aria-hidden="true" /> <strong>Preview is not running.</strong> Start it again: npm run -s lab -- preview
          </p>
        ) : unsound ? (
          <>
            <p>
              <OctagonX size={16} aria-hidden="true" />
              <strong>{state.problems.length === 1 ? "One mistake." : `${state.problems.length} mistakes.`}</strong>{" "}
              {isFirst ? "Mend it and save: the page follows." : "The page shows the last good version."}
            </p>
            <PreviewProblems problems={state.problems} />
          </>
        ) : stale ? (
          <p>
            <RotateCcw size={16} aria-hidden="true" />
            <strong>The lab needs a new start.</strong> Its machines, files, network or rules have changed.{" "}
            <button type="button" className="button button-primary" onClick={startAnew}>
              Start it anew
            </button>
          </p>
        ) : (
          <p>
            <CircleCheckBig size={16} aria-hidden="true" />
            <strong>Preview.</strong> {savedAt === undefined ? "Save a file, and it shows here." : `Up to date since ${savedAt}.`}
          </p>
        )}
      </div>
    </aside>
  );
}
