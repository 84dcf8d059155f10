"use client";
import { type ReactNode, useSyncExternalStore } from "react";
import { Group, Panel, Separator, useDefaultLayout } from "react-resizable-panels";
import { BenchBar } from "./bench-bar.tsx";
import type { UpperPanel } from "./bench-store.ts";
import { BrowserPanel } from "./browser/browser-panel.tsx";
import { useBench, useBenchView } from "./context.tsx";
import { DownloadProgress } from "./download-progress.tsx";
import { FilesPanel } from "./editor/files-panel.tsx";
import { Notices } from "./notices.tsx";
import { TasksPanel } from "./tasks-panel.tsx";
import { Terminals } from "./terminal/terminals.tsx";
import { WIDE } from "./wide.ts";
import { WorldPanel } from "./world/lazy.tsx";

function useIsWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(WIDE);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(WIDE).matches,
  );
}

/**
 * The panels of a lab: one above the terminal on a wide screen, one at a time on a phone. The elements are the same in both, and the style
 * sheet lays them out: what a person has open lives on when a phone is turned.
 */
export function BenchPanels() {
  const isWide = useIsWide();
  const { panel, upper } = useBenchView();
  const layout = useDefaultLayout({ id: "slipway:bench", storage: layoutStorage, onlySaveAfterUserInteractions: true });
  return (
    <div className="bench-inner">
      <BenchBar tabs={isWide} />
      <Notices />
      {isWide ? null : <DownloadProgress />}
      <div className="bench-parts" data-front={panel === "terminal" ? "terminal" : "upper"}>
        <Group orientation="vertical" className="bench-group" defaultLayout={layout.defaultLayout} onLayoutChanged={layout.onLayoutChanged}>
          <Panel id="upper" defaultSize="50%" minSize="15%">
            <UpperPanels shown={upper} />
          </Panel>
          <Separator className="bench-separator" aria-label="Border between the panels and the terminal" />
          <Panel id="terminal" defaultSize="50%" minSize="15%">
            <div className="bench-terminal" data-region="terminal">
              {isWide ? <DownloadProgress /> : null}
              <TerminalPanel />
            </div>
          </Panel>
        </Group>
      </div>
    </div>
  );
}

function UpperPanels({ shown }: { shown: UpperPanel }) {
  const panels: readonly (readonly [UpperPanel, ReactNode])[] = [
    ["files", <FilesPanel key="files" />],
    ["browser", <BrowserPanel key="browser" />],
    ["world", shown === "world" ? <WorldPanel key="world" /> : null],
    ["tasks", <TasksPanel key="tasks" />],
  ];
  return panels.map(([name, panel]) => (
    <div
      key={name}
      id={`bench-${name}`}
      role="tabpanel"
      aria-labelledby={`bench-tab-${name}`}
      className="panel-frame"
      hidden={shown !== name}
      data-region="upper"
    >
      {panel}
    </div>
  ));
}

function TerminalPanel() {
  const bench = useBench();
  useBenchView();
  return bench.client ? <Terminals client={bench.client} /> : <p className="panel-empty">The lab is loading…</p>;
}

const layoutStorage = {
  getItem(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  setItem(key: string, value: string): void {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Storage is blocked: the layout holds for this page only.
    }
  },
};
