"use client";
import { ArrowLeft, ArrowRight, CircleHelp, RotateCw } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { LabClient } from "../../../lib/lab/types.ts";
import { useBench, useBenchView, useLab } from "../context.tsx";
import { openFallback } from "./fallback-frame.ts";
import { PaneHistory } from "./history.ts";
import { openPane, type Pane, type PaneView } from "./pane-frame.ts";
import { RequestLog } from "./request-log.tsx";

/** The lab's browser: an address bar, the page, and the requests that were made. */
export function BrowserPanel() {
  const bench = useBench();
  useBenchView();
  const running = useLab((lab) => lab.phase === "running");
  return bench.client && running ? (
    <Browser client={bench.client} />
  ) : (
    <p className="panel-empty">The browser is there when the machine runs.</p>
  );
}

const blank: PaneView = { state: "starting", url: "", title: "", loading: false };

function Browser({ client }: { client: LabClient }) {
  const bench = useBench();
  const { address: wish } = useBenchView();
  const ports = useLab((lab) => lab.ports);
  const [view, setView] = useState(blank);
  const [typed, setTyped] = useState<string>();
  const [fallback, setFallback] = useState(false);
  const [opened, setOpened] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const pane = useRef<Pane>(undefined);
  const [from, setFrom] = useState(bench.info.browser.machine);
  const machine = useRef(from);
  const history = useRef(new PaneHistory());

  const show = (change: Partial<PaneView>) => {
    setView((before) => ({ ...before, ...change }));
    const url = change.loading === false ? change.url : undefined;
    if (url) history.current.arrived(url);
  };
  // Once the pane's own origin has proved impossible, what was wanted is opened in the fallback.
  useEffect(() => {
    if (view.state !== "unavailable" || fallback) return;
    const wanted = view.url;
    pane.current?.dispose();
    setFallback(true);
    setView({ ...blank, state: "ready" });
    pane.current = openFallback(client, machine.current, show);
    place.current?.replaceChildren(pane.current.element);
    if (wanted) pane.current.go(wanted);
  });
  const go = async (url: string, on: string) => {
    setOpened(true);
    history.current.asked();
    setTyped(undefined);
    setView((before) => ({ ...before, url, loading: true }));
    if (!pane.current || machine.current !== on) {
      pane.current?.dispose();
      if (machine.current !== on) history.current = new PaneHistory();
      machine.current = on;
      setFrom(on);
      const pattern = fallback ? undefined : await previewPattern();
      pane.current = pattern === undefined ? openFallback(client, on, show) : openPane(client, on, pattern, show);
      if (pattern === undefined) setFallback(true);
      place.current?.replaceChildren(pane.current.element);
    }
    pane.current.go(url);
  };
  const goNow = useRef(go);
  goNow.current = go;
  useEffect(() => {
    if (wish) void goNow.current(wish.value.url, wish.value.machine);
  }, [wish]);
  useEffect(() => () => pane.current?.dispose(), []);

  const move = (url: string | undefined) => {
    if (url) pane.current?.go(url);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const url = asAddress(typed ?? view.url);
    if (url) void go(url, machine.current);
  };
  return (
    <div className="browser">
      <form className="bar bar-sub" onSubmit={submit}>
        <button
          type="button"
          className="icon-button"
          onClick={() => move(history.current.back())}
          disabled={!history.current.canGoBack}
          aria-label="Back"
          title="Back"
        >
          <ArrowLeft size={16} aria-hidden="true" />
        </button>
        <button
          type="button"
          className="icon-button"
          onClick={() => move(history.current.forward())}
          disabled={!history.current.canGoForward}
          aria-label="Forward"
          title="Forward"
        >
          <ArrowRight size={16} aria-hidden="true" />
        </button>
        <button
          type="button"
          className="icon-button"
          onClick={() => pane.current?.reload()}
          disabled={!opened}
          aria-label="Reload"
          title="Reload"
        >
          <RotateCw size={15} aria-hidden="true" className={view.loading ? "turning" : undefined} />
        </button>
        {bench.info.machines.length > 1 ? (
          <select
            className="address-machine"
            aria-label="Machine that the browser is on"
            value={from}
            onChange={(event) => void go(asAddress(typed ?? view.url) ?? bench.info.browser.home, event.target.value)}
          >
            {bench.info.machines.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        ) : null}
        <input
          className="address"
          aria-label="Address"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          inputMode="url"
          placeholder={bench.info.browser.home}
          value={typed ?? view.url}
          onChange={(event) => setTyped(event.target.value)}
          onFocus={(event) => event.target.select()}
          onBlur={() => setTyped((text) => (text === view.url ? undefined : text))}
        />
      </form>
      {fallback ? (
        <p className="notice" data-level="info">
          <CircleHelp size={15} aria-hidden="true" />
          <span>
            This browser blocks site data, or can’t reach an address of the pane’s own, so pages are shown in a simpler way: links and forms
            work, scripts of the page can’t make requests.
          </span>
        </p>
      ) : null}
      <div ref={place} className="browser-page" hidden={!opened} />
      {opened ? null : <Start home={bench.info.browser.home} ports={ports} onGo={(url, on) => void go(url, on)} />}
      <RequestLog />
      <p role="status" className="sr-only">
        {view.loading ? "Loading" : view.title || view.url ? `Showing ${view.title || view.url}` : ""}
      </p>
    </div>
  );
}

interface StartProps {
  home: string;
  ports: readonly { readonly machine: string; readonly port: number }[];
  onGo: (url: string, machine: string) => void;
}

/** Before any page: what there is to open. */
function Start({ home, ports, onGo }: StartProps) {
  const bench = useBench();
  return (
    <div className="browser-start">
      {ports.length === 0 ? (
        <p>
          Nothing listens on the lab’s machines yet. Start a server in the terminal, then open its address here
          {home ? (
            <>
              :{" "}
              <button type="button" className="link" onClick={() => onGo(home, bench.info.browser.machine)}>
                {home}
              </button>
            </>
          ) : (
            "."
          )}
        </p>
      ) : (
        <>
          <p>These ports are open:</p>
          <ul>
            {ports.map(({ machine, port }) => {
              const url = `http://localhost:${port}/`;
              return (
                <li key={`${machine}:${port}`}>
                  <button type="button" className="link" onClick={() => onGo(url, machine)}>
                    {url}
                  </button>
                  {bench.info.machines.length > 1 ? ` on ${machine}` : ""}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </div>
  );
}

/** What was typed, as an address; undefined when it is none. */
export function asAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const url = /^https?:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  return trimmed !== "" && URL.canParse(url) ? new URL(url).href : undefined;
}

/** The origin that the server gives to panes; undefined when whatever serves the site has none. */
async function previewPattern(): Promise<string | undefined> {
  try {
    const response = await fetch("/__pane/config.json");
    const config: unknown = response.ok ? await response.json() : undefined;
    if (typeof config === "object" && config !== null && "preview" in config && typeof config.preview === "string") return config.preview;
  } catch {
    // No such file, or no network: the fallback needs neither.
  }
  return undefined;
}
