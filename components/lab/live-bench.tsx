"use client";
import { useEffect, useState } from "react";
import { asksBeforeDownload } from "../../lib/lab/browser/consent.ts";
import { BenchMessage } from "./bench-message.tsx";
import { BenchPanels } from "./bench-panels.tsx";
import { useBench, useBenchView, useLab } from "./context.tsx";
import { findObstacle, surroundings } from "./support.ts";
import { OutdatedWork } from "./time/outdated-work.tsx";
import { useRegionKeys } from "./use-region-keys.ts";

/** The bench: starts the lab, and shows either its panels or why there are none. For the browser only. */
export function LiveBench() {
  const bench = useBench();
  const view = useBenchView();
  const phase = useLab((lab) => lab.phase);
  const failure = useLab((lab) => lab.failure);
  const outdated = useLab((lab) => lab.outdated);
  const [obstacle] = useState(() => findObstacle(surroundings()));
  const [consented, setConsented] = useState(() => !asksBeforeDownload());
  useRegionKeys();
  useEffect(() => {
    if (!obstacle && consented) void bench.connect();
  }, [bench, obstacle, consented]);

  if (obstacle) {
    return (
      <BenchMessage kind="obstacle" title={obstacle.title}>
        <p>{obstacle.text}</p>
        <p>{obstacle.remedy}</p>
        <p>Everything else on this page works.</p>
      </BenchMessage>
    );
  }
  if (!consented && view.connection === "none") {
    return (
      <BenchMessage
        kind="question"
        title="Start the lab?"
        actions={
          <button type="button" className="button button-primary" onClick={() => setConsented(true)}>
            Start the lab
          </button>
        }
      >
        <p>
          Its machine with Python is loaded once, about 23 MB, and kept by your browser. You seem to be on a phone, or to save data, so we
          ask first.
        </p>
      </BenchMessage>
    );
  }
  if (view.connection === "failed") {
    return (
      <BenchMessage
        kind="failure"
        title="The lab could not be loaded"
        actions={
          <button type="button" className="button button-primary" onClick={() => void bench.connect()}>
            Try again
          </button>
        }
      >
        <p>{view.problem}</p>
      </BenchMessage>
    );
  }
  if (phase === "elsewhere") {
    return (
      <BenchMessage
        kind="question"
        title="This lab is open in another tab"
        actions={
          <button type="button" className="button button-primary" onClick={() => void bench.client?.start({ takeOver: true })}>
            Take it over here
          </button>
        }
      >
        <p>Two tabs must not write to the same machine. Taking it over saves the work of the other tab and goes on with it here.</p>
      </BenchMessage>
    );
  }
  if (phase === "outdated" && outdated) return <OutdatedWork work={outdated} />;
  if (phase === "failed") {
    return (
      <BenchMessage
        kind="failure"
        title={failure?.title ?? "The lab has stopped"}
        actions={
          failure?.retry === false ? null : (
            <button type="button" className="button button-primary" onClick={() => void bench.client?.retry()}>
              Try again
            </button>
          )
        }
      >
        <p>{failure?.text}</p>
      </BenchMessage>
    );
  }
  return <BenchPanels />;
}
