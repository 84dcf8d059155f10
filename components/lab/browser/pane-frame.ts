import type { LabClient } from "../../../lib/lab/types.ts";
import type { ToBootstrap, ToSite } from "../../../lib/pane/messages.ts";

/** What the address bar shows. */
export interface PaneView {
  readonly state: "starting" | "ready" | "unavailable";
  readonly url: string;
  readonly title: string;
  readonly loading: boolean;
}

export interface Pane {
  readonly element: HTMLIFrameElement;
  go(url: string): void;
  reload(): void;
  stop(): void;
  /** The page as it is now, as HTML. */
  dom(): Promise<string>;
  dispose(): void;
}

/** How long an origin of its own may take to show itself. Where `*.localhost` does not resolve, nothing ever comes. */
const patienceMs = 8000;

/** Origin for one pane: a random label, so that two panes, tabs or labs never share a service worker. */
export function paneOrigin(pattern: string): string {
  const label = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return pattern.replace("*", `p${label}`);
}

/**
 * The browser pane on an origin of its own: a frame that holds the bootstrap, which gets a port to the machine. What the frame says is
 * shown, never obeyed, but for "need-port".
 */
export function openPane(client: LabClient, machine: string, pattern: string, show: (change: Partial<PaneView>) => void): Pane {
  const origin = paneOrigin(pattern);
  const element = document.createElement("iframe");
  element.title = "Page of the lab";
  element.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin allow-modals");
  element.setAttribute("allow", "");
  element.referrerPolicy = "no-referrer";
  element.className = "pane-frame";
  element.src = `${origin}/__pane/boot.html`;
  const waiting: ToBootstrap[] = [];
  const asking: ((html: string) => void)[] = [];
  let ready = false;
  const post = (message: ToBootstrap, transfer: Transferable[] = []) => element.contentWindow?.postMessage(message, origin, transfer);
  const send = (message: ToBootstrap) => {
    if (ready) post(message);
    else waiting.push(message);
  };
  const timer = setTimeout(() => show({ state: "unavailable" }), patienceMs);
  const heard = (event: MessageEvent<ToSite>) => {
    if (event.source !== element.contentWindow || event.origin !== origin) return;
    const message = event.data;
    switch (message.pane) {
      case "need-port": {
        const { port1, port2 } = new MessageChannel();
        client.connectPane(machine, port1);
        post({ pane: "port" }, [port2]);
        return;
      }
      case "ready":
        clearTimeout(timer);
        ready = true;
        show({ state: "ready" });
        for (const each of waiting.splice(0)) post(each);
        return;
      case "failed":
        clearTimeout(timer);
        show({ state: "unavailable" });
        return;
      case "loading":
        show({ loading: true, url: String(message.url) });
        return;
      case "at":
        show({ loading: false, url: String(message.url), title: String(message.title) });
        return;
      case "dom":
        for (const tell of asking.splice(0)) tell(String(message.html));
    }
  };
  addEventListener("message", heard);
  return {
    element,
    go: (url) => send({ pane: "go", url }),
    reload: () => send({ pane: "reload" }),
    stop: () => send({ pane: "stop" }),
    dom: () =>
      new Promise((resolve) => {
        asking.push(resolve);
        send({ pane: "dom" });
      }),
    dispose() {
      clearTimeout(timer);
      removeEventListener("message", heard);
      element.remove();
    },
  };
}
