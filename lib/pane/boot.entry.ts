/**
 * The bootstrap of a browser pane: lives as long as the pane, on an origin of the pane's own. It registers the service worker, holds
 * the port to the lab, and keeps the application in a frame within itself.
 */
import type { PaneMessage, PaneResponse } from "../lab/types.ts";
import { Addresses } from "./addresses.ts";
import { mergeCookies } from "./cookies.ts";
import { errorPage, type FailureFacts, type PageFailure } from "./error-page.ts";
import type { CaughtRequest, PaneHost, ServedResponse, ToBootstrap, ToSite } from "./messages.ts";
import { isPage, isRedirect, serve } from "./response.ts";

declare global {
  interface Window {
    slipwayPane?: PaneHost;
  }
}

const addresses = new Addresses(location.origin, "http://localhost");
let lab: MessagePort | undefined;
let arrived: () => void = () => undefined;
const connected = new Promise<void>((resolve) => {
  arrived = resolve;
});
let frame: HTMLIFrameElement | undefined;
let cookies = "";
/** Where the application's page is, in the world. */
let current = "";
let title = "";
/** Redirects in a row. */
let hops = 0;
/** Chromium gives up at this one (net/url_request/url_request.h, kMaxRedirects). */
const MOST_REDIRECTS = 20;

const tell = (message: ToSite): void => parent.postMessage(message, "*");
const toLab = (message: PaneMessage, transfer: Transferable[] = []): void => lab?.postMessage(message, transfer);

function show(path: string): void {
  if (!frame) {
    frame = document.createElement("iframe");
    frame.title = "Application";
    frame.src = path;
    document.body.append(frame);
  } else frame.contentWindow?.location.replace(path);
}

const host: PaneHost = {
  cookies: () => cookies,
  setCookie(cookie) {
    cookies = mergeCookies(cookies, cookie);
    toLab({ kind: "cookie", url: current, cookie });
  },
  go(url) {
    const worldBefore = addresses.world;
    const path = addresses.enter(url);
    const before = frame?.contentWindow?.location;
    const onlyHash = before && path.includes("#") && `${before.pathname}${before.search}` === path.slice(0, path.indexOf("#"));
    show(path);
    // Going to another fragment of where one is makes no request, unless the same path is now another host's.
    if (onlyHash && addresses.world !== worldBefore) before.reload();
  },
  enter: (url) => addresses.enter(url),
  at: (href, name) => arrivedAt(addresses.toWorld(href), name),
  download(href) {
    const request = { url: addresses.toWorld(href), method: "GET", headers: [], body: undefined, mode: "download", referrer: current };
    toLab({ kind: "request", request }, [new MessageChannel().port2]);
  },
};

function arrivedAt(url: string, name: string): void {
  current = url;
  title = name;
  tell({ pane: "at", url, title: name });
}

/** The page that stands where none came. */
function failed(url: string, failure: PageFailure, facts: FailureFacts): ServedResponse {
  arrivedAt(url, "");
  const body = new TextEncoder().encode(errorPage(failure, url, facts));
  return serve(
    { status: 502, statusText: "Bad Gateway", headers: [["Content-Type", "text/html; charset=utf-8"]], body },
    { navigation: false, location: String, inject: "" },
  );
}

window.slipwayPane = host;

async function ask(caught: CaughtRequest): Promise<ServedResponse> {
  await connected;
  const url = addresses.toWorld(caught.url);
  const navigation = caught.mode === "navigate";
  if (navigation) tell({ pane: "loading", url });
  // A page may ask not to send where it comes from; Origin and the jar still need to know which page it was.
  const referrer = caught.referrer ? addresses.toWorld(caught.referrer) : caught.method === "GET" ? undefined : current || undefined;
  const { port1, port2 } = new MessageChannel();
  const response = await new Promise<PaneResponse>((resolve) => {
    port1.onmessage = (event: MessageEvent<PaneResponse>) => resolve(event.data);
    const body = caught.body && new Uint8Array(caught.body);
    toLab({ kind: "request", request: { url, method: caught.method, headers: caught.headers, body, mode: caught.mode, referrer } }, [
      port2,
    ]);
  });
  port1.close();
  if (response.failure) {
    if (!navigation) return { status: undefined, statusText: "", headers: [], body: undefined };
    return failed(url, response.failure, response);
  }
  if (navigation) {
    hops = isRedirect(response) ? hops + 1 : 0;
    if (hops > MOST_REDIRECTS) {
      hops = 0;
      return failed(url, "redirects", {});
    }
    // What is no page runs no script of ours that says where it is; without contents one stays where one was.
    if (response.status === 204 || response.status === 205) arrivedAt(current, title);
    else if (!isRedirect(response) && !isPage(response)) arrivedAt(url, "");
  }
  if (response.cookies !== undefined) cookies = navigation ? response.cookies : mergeCookies(cookies, ...response.cookies.split("; "));
  return serve(response, {
    navigation,
    location: (value) => addresses.location(value, url, navigation),
    inject: '<script src="/__pane/inject.js"></script>',
  });
}

addEventListener("message", (event: MessageEvent<ToBootstrap>) => {
  // frame-ancestors lets only the site hold this page.
  if (event.source !== parent) return;
  const message = event.data;
  if (message.pane === "port") {
    lab = event.ports[0];
    arrived();
  } else if (message.pane === "go") host.go(message.url);
  else if (message.pane === "reload") frame?.contentWindow?.location.reload();
  else if (message.pane === "stop") {
    frame?.contentWindow?.stop();
    arrivedAt(current, title);
  } else if (message.pane === "dom") {
    tell({ pane: "dom", html: frame?.contentDocument?.documentElement.outerHTML ?? "" });
  }
});

async function start(): Promise<void> {
  const workers = navigator.serviceWorker;
  workers.addEventListener("message", (event: MessageEvent<CaughtRequest>) => {
    const reply = event.ports[0];
    void ask(event.data).then((served) => reply?.postMessage(served, served.body ? [served.body] : []));
  });
  workers.startMessages();
  tell({ pane: "need-port" });
  await workers.register("/__pane/service-worker.js", { scope: "/", updateViaCache: "none" });
  if (!workers.controller) await new Promise((resolve) => workers.addEventListener("controllerchange", resolve, { once: true }));
  await connected;
  tell({ pane: "ready" });
}

start().catch((error: unknown) => tell({ pane: "failed", reason: error instanceof Error ? error.message : String(error) }));
