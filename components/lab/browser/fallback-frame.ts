import type { LabClient, PaneResponse } from "../../../lib/lab/types.ts";
import { errorPage, escapeHtml } from "../../../lib/pane/error-page.ts";
import { readFallbackRequest } from "../../../lib/pane/fallback-messages.ts";
import { inlinePage } from "./inline-page.ts";
import type { Pane, PaneView } from "./pane-frame.ts";

const mostRedirects = 20;

/**
 * The browser pane where no second origin or no service worker is to be had: each page is fetched here, made self-contained, and
 * written into a frame of opaque origin. Links and forms work; scripts of the page can fetch nothing and have no storage.
 */
export function openFallback(client: LabClient, machine: string, show: (change: Partial<PaneView>) => void): Pane {
  const element = document.createElement("iframe");
  element.title = "Page of the lab";
  element.className = "pane-frame";
  element.setAttribute("sandbox", "allow-scripts allow-forms allow-modals");
  element.referrerPolicy = "no-referrer";
  let current: { url: string; form?: string } | undefined;
  let shown = "";
  let latest = 0;
  let script: Promise<string> | undefined;

  const request = (url: string, form: string | undefined, mode: string, referrer: string | undefined): Promise<PaneResponse> =>
    client.fetch(
      {
        url,
        method: form === undefined ? "GET" : "POST",
        headers: form === undefined ? [] : [["Content-Type", "application/x-www-form-urlencoded"]],
        body: form === undefined ? undefined : new TextEncoder().encode(form),
        mode,
        referrer,
      },
      machine,
    );

  const load = async (url: string, form?: string): Promise<{ url: string; page: string; cookies?: string } | undefined> => {
    let address = url;
    let sent = form;
    for (let redirects = 0; redirects < mostRedirects; redirects += 1) {
      const response = await request(address, sent, "navigate", current?.url);
      if (response.failure) return { url: address, page: errorPage(response.failure, address, response) };
      const location = response.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
      if (response.status >= 300 && response.status < 400 && location && URL.canParse(location, address)) {
        address = new URL(location, address).href;
        if (response.status !== 307 && response.status !== 308) sent = undefined;
        continue;
      }
      // What was saved is not shown.
      if (response.status === 204 || response.status === 205) return undefined;
      const type = response.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
      const text = new TextDecoder().decode(response.body);
      if (!/html/i.test(type)) return { url: address, page: `<!doctype html><pre>${escapeHtml(text)}</pre>` };
      const from = address;
      const page = await inlinePage(text, from, (part) => request(part, undefined, "no-cors", from));
      return { url: from, page, cookies: response.cookies };
    }
    return { url: address, page: errorPage("redirects", address, {}) };
  };

  const go = async (url: string, form?: string) => {
    latest += 1;
    const mine = latest;
    show({ loading: true, url });
    const loaded = await load(url, form);
    if (mine !== latest) return;
    if (!loaded) {
      show({ loading: false, url: current?.url ?? "" });
      return;
    }
    const { url: at, page, cookies } = loaded;
    current = { url: at, form };
    shown = page;
    script ??= fetch("/__pane/fallback.js").then((response) => response.text());
    const injected = `<script data-url="${escapeHtml(at)}" data-cookies="${escapeHtml(cookies ?? "")}">${(await script).replaceAll("</script", "<\\/script")}</script>`;
    const whole = page.includes("<head>") ? page.replace("<head>", () => `<head>${injected}`) : injected + page;
    const ready = (event: MessageEvent) => {
      if (event.source !== element.contentWindow || event.data?.shell !== "ready") return;
      removeEventListener("message", ready);
      // The frame's origin is opaque, so there is no name to send to.
      if (mine === latest) element.contentWindow?.postMessage({ page: whole }, "*");
    };
    addEventListener("message", ready);
    element.src = `/__pane/shell.html?${mine}`;
    show({ loading: false, url: at, title: "" });
  };
  const heard = (event: MessageEvent) => {
    const wanted = event.source === element.contentWindow ? readFallbackRequest(event.data) : undefined;
    if (wanted) void go(wanted.url, wanted.form);
  };
  addEventListener("message", heard);
  return {
    element,
    go: (url) => void go(url),
    reload: () => void (current && go(current.url, current.form)),
    stop() {
      latest += 1;
      show({ loading: false, url: current?.url ?? "" });
    },
    // The page itself can't be asked: its frame is of another origin.
    dom: async () => shown,
    dispose() {
      removeEventListener("message", heard);
      element.remove();
    },
  };
}
