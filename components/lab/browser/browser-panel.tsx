"use client";
import { CircleHelp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { BrowserRequest, LabClient } from "../../../lib/lab/types.ts";
import { announce } from "../../ui/announcer.tsx";
import { useBench, useBenchView, useLab } from "../context.tsx";
import { readAddress, suggestions, withoutHash } from "./address.ts";
import { AddressBar } from "./address-bar.tsx";
import { openFallback } from "./fallback-frame.ts";
import { PaneHistory } from "./history.ts";
import { openPane, type Pane, type PaneView } from "./pane-frame.ts";
import { previewPattern } from "./preview-pattern.ts";
import { CertificateQuestion, SignIn } from "./questions.tsx";
import { RequestLog } from "./request-log.tsx";
import { SourceView } from "./source-view.tsx";
import { StartPage } from "./start-page.tsx";

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
  const requests = useLab((lab) => lab.requests);
  const [view, setView] = useState(blank);
  const [fallback, setFallback] = useState(false);
  const [opened, setOpened] = useState(false);
  const [source, setSource] = useState(false);
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
    setSource(false);
    history.current.asked();
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
    if (!wish) return;
    const address = readAddress(wish.value.url);
    if ("url" in address) void goNow.current(address.url, wish.value.machine);
    else announce(address.problem);
  }, [wish]);
  useEffect(() => () => pane.current?.dispose(), []);

  const move = (url: string | undefined) => {
    if (url) pane.current?.go(url);
  };
  const shown = requestOf(requests, view.url);
  const refused = !view.loading && shown?.failure === "certificate" ? shown : undefined;
  const decide = (decision: Parameters<LabClient["decide"]>[1]) =>
    client.decide(machine.current, decision).then(
      () => void go(decision.url, machine.current),
      (error: unknown) => announce(error instanceof Error ? error.message : String(error)),
    );
  return (
    <div className="browser">
      <AddressBar
        view={view}
        opened={opened}
        canGoBack={history.current.canGoBack}
        canGoForward={history.current.canGoForward}
        home={bench.info.browser.home}
        machines={bench.info.machines}
        from={from}
        offered={suggestions(ports, from)}
        shown={shown}
        source={source}
        onGo={(url, on) => void go(url, on)}
        onBack={() => move(history.current.back())}
        onForward={() => move(history.current.forward())}
        onReload={() => pane.current?.reload()}
        onStop={() => pane.current?.stop()}
        onSource={() => setSource(!source)}
      />
      {fallback ? (
        <p className="notice" data-level="info">
          <CircleHelp size={15} aria-hidden="true" />
          <span>
            This browser blocks site data, or can’t reach an address of the pane’s own, so pages are shown in a simpler way: links and forms
            work, scripts of the page can’t make requests.
          </span>
        </p>
      ) : null}
      {refused ? <CertificateQuestion shown={refused} onProceed={() => void decide({ kind: "proceed", url: refused.url })} /> : null}
      {shown?.realm !== undefined && !view.loading ? (
        <SignIn
          key={shown.id}
          shown={shown}
          onSignIn={(user, password) => void decide({ kind: "sign-in", url: shown.url, user, password })}
        />
      ) : null}
      <div ref={place} className="browser-page" hidden={!opened || source} />
      {opened && source ? <SourceView client={client} shown={shown} pane={pane.current} /> : null}
      {opened ? null : <StartPage home={bench.info.browser.home} from={from} ports={ports} onGo={(url) => void go(url, machine.current)} />}
      <RequestLog client={client} />
      <p role="status" className="sr-only">
        {view.loading ? "Loading" : view.title || view.url ? `Showing ${view.title || view.url}` : ""}
      </p>
    </div>
  );
}

/** The request whose answer is on the screen: what it says is known from the lab, not from the page. */
function requestOf(requests: readonly BrowserRequest[], url: string): BrowserRequest | undefined {
  const pages = requests.filter(({ navigation }) => navigation);
  const origin = URL.canParse(url) ? new URL(url).origin : "";
  return (
    pages.findLast((each) => withoutHash(each.url) === withoutHash(url)) ??
    // A script may have changed the path.
    pages.findLast((each) => new URL(each.url).origin === origin && each.realm === undefined)
  );
}
