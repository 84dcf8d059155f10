"use client";
import { Pause, Play, StepForward, Table2, Volume2, Workflow } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { LabClient, TrafficState } from "../../../lib/lab/types.ts";
import { announce } from "../../ui/announcer.tsx";
import { counted } from "../../ui/counted.ts";
import { useBench, useBenchView, useLab } from "../context.tsx";
import { WorldPicture } from "./world-picture.tsx";
import { noRequest, type WorldStore } from "./world-store.ts";
import { WorldText } from "./world-text.tsx";

/** A live picture of the lab's machines and of who talks to whom; the same as text. */
export function WorldPanel() {
  const bench = useBench();
  useBenchView();
  const running = useLab((lab) => lab.phase === "running");
  return bench.client && bench.world && running ? (
    <World client={bench.client} store={bench.world} />
  ) : (
    <p className="panel-empty">The world view is there when the machines run.</p>
  );
}

function World({ client, store }: { client: LabClient; store: WorldStore }) {
  const bench = useBench();
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);
  const [aloud, setAloud] = useState(false);
  useReadAloud(store, aloud);
  const { paused, waiting, log, snapshot, asText } = state;
  const last = log.at(-1);
  return (
    <div className="world">
      <div className="bar bar-sub world-bar">
        <button type="button" className="bar-button" onClick={() => (paused ? store.resume() : store.pause())}>
          {paused ? <Play size={14} aria-hidden="true" /> : <Pause size={14} aria-hidden="true" />}
          {paused ? "Go on" : "Pause"}
        </button>
        <button
          type="button"
          className="bar-button"
          onClick={() => store.step()}
          disabled={!paused || waiting === 0}
          title="Show the next request that waits"
        >
          <StepForward size={14} aria-hidden="true" /> Step
        </button>
        {paused ? (
          <span className="world-soft">
            {counted(waiting, "request")} {waiting === 1 ? "waits" : "wait"}
          </span>
        ) : null}
        <div className="bar-tools">
          <button
            type="button"
            className="icon-button"
            aria-pressed={aloud}
            onClick={() => setAloud(!aloud)}
            aria-label="Say requests to screen readers"
            title="Say requests to screen readers"
          >
            <Volume2 size={15} aria-hidden="true" />
          </button>
          <button type="button" className="bar-button" aria-pressed={asText} onClick={() => store.showAsText(!asText)}>
            {asText ? <Workflow size={14} aria-hidden="true" /> : <Table2 size={14} aria-hidden="true" />}
            {asText ? "As picture" : "As text"}
          </button>
        </div>
      </div>
      {snapshot?.traffic.map((traffic) => (
        <TrafficBar key={traffic.name} traffic={traffic} client={client} />
      ))}
      {state.omitted === 0 ? null : (
        <p className="world-last">
          {counted(state.omitted, "request")} came too fast to be told one by one, and {state.omitted === 1 ? "is" : "are"} not counted
          here.
        </p>
      )}
      {asText ? <WorldText state={state} /> : <WorldPicture store={store} state={state} browserOn={bench.info.browser.machine} />}
      {asText ? null : (
        <p className="world-last" data-kind={last && last.status >= 400 ? "bad" : undefined}>
          {last ? (
            <>
              Latest: {last.method} {last.host}
              {last.target} <b>{last.status === 0 ? "no answer" : last.status}</b> in {Math.round(last.ms)} ms
            </>
          ) : (
            `${noRequest} Open a page in the browser, or ask with curl.`
          )}
        </p>
      )}
    </div>
  );
}

function TrafficBar({ traffic, client }: { traffic: TrafficState; client: LabClient }) {
  const { name, running, byHand, perSecond, requests, lost, errors } = traffic;
  const set = (on: boolean) =>
    client.setTraffic(name, on).catch((error: unknown) => announce(error instanceof Error ? error.message : String(error)));
  return (
    <div className="world-traffic">
      <span>
        <b>{name}</b>: {counted(perSecond, "request")} a second
        {running || requests > 0 ? `, ${requests} so far, ${lost} lost, ${errors} answered with an error` : ""}
        {running ? "" : byHand ? "" : " (they come with their task)"}
      </span>
      {byHand ? (
        <button type="button" className="button" onClick={() => void set(!running)}>
          {running ? `Stop ${name}` : `Start ${name}`}
        </button>
      ) : null}
    </div>
  );
}

/** How often what happened is said, at the most. */
const SAY_MS = 3000;

function useReadAloud(store: WorldStore, on: boolean): void {
  useEffect(() => {
    if (!on) return;
    let before = new Map(store.get().flows.map((flow) => [flow.key, flow.count]));
    const timer = setInterval(() => {
      const said = store.get().flows.flatMap(({ key, fromName, toName, count, last }) => {
        const more = count - (before.get(key) ?? 0);
        if (more === 0) return [];
        return [`${counted(more, "request")} from ${fromName} to ${toName}, last answer ${last.status || "none"}`];
      });
      before = new Map(store.get().flows.map((flow) => [flow.key, flow.count]));
      if (said.length > 0) announce(said.join(". "));
    }, SAY_MS);
    return () => clearInterval(timer);
  }, [store, on]);
}
