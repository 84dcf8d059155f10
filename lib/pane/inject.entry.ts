/**
 * Runs first in every page of the application. The pane stands for a whole browser: cookies come from the lab's jar, links and forms
 * to other hosts of the world change what the pane shows, and nothing opens outside of it.
 */
import { bootstrapPath, type PaneHost } from "./messages.ts";

/** The bootstrap, which is an ancestor of the same origin. */
function findHost(): PaneHost | undefined {
  let ancestor: Window = window;
  while (ancestor !== ancestor.parent) {
    ancestor = ancestor.parent;
    try {
      if (ancestor.location.pathname === bootstrapPath) return ancestor.slipwayPane;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

function isWeb(url: URL): boolean {
  return url.protocol === "http:" || url.protocol === "https:";
}

function follow(host: PaneHost): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    const link = event.composedPath().find((each): each is HTMLAnchorElement => each instanceof HTMLAnchorElement && each.href !== "");
    if (!link) return;
    const url = new URL(link.href);
    if (!isWeb(url)) return;
    if (link.hasAttribute("download")) {
      event.preventDefault();
      host.download(link.href);
      return;
    }
    const outside = url.origin !== location.origin;
    // A page of its own (target, Ctrl) would leave the pane.
    const elsewhere = opensElsewhere(link.target) || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!outside && !elsewhere) return;
    event.preventDefault();
    if (outside) host.go(link.href);
    else location.assign(link.href);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const by = event.submitter;
    const named = by instanceof HTMLButtonElement || by instanceof HTMLInputElement ? by : undefined;
    prepareForm(host, form, named);
  });
  const submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function (this: HTMLFormElement) {
    prepareForm(host, this, undefined);
    submit.call(this);
  };
  window.open = (address) => {
    if (address) host.go(new URL(address, document.baseURI).href);
    return null;
  };
}

/** Whether a link's target is no frame of this page. */
function opensElsewhere(target: string): boolean {
  return target !== "" && target !== "_self" && !document.querySelector(`iframe[name="${CSS.escape(target)}"]`);
}

/** Leads a form that is about to be submitted to a path of the pane, within the pane. */
function prepareForm(host: PaneHost, form: HTMLFormElement, by: HTMLButtonElement | HTMLInputElement | undefined): void {
  // A field called "action" hides the property of the same name.
  const action = new URL(by?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", document.baseURI);
  if (form.target === "_blank" || form.target === "_top" || form.target === "_parent") form.removeAttribute("target");
  if (by?.formTarget) by.removeAttribute("formtarget");
  if (!isWeb(action) || action.origin === location.origin) return;
  const path = host.enter(action.href);
  if (by?.hasAttribute("formaction")) by.setAttribute("formaction", path);
  else form.setAttribute("action", path);
}

function reportPlace(host: PaneHost): void {
  const report = () => host.at(location.href, document.title);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (this: History, ...args: Parameters<History["pushState"]>) {
      original.apply(this, args);
      report();
    };
  }
  addEventListener("popstate", report);
  addEventListener("hashchange", report);
  addEventListener("DOMContentLoaded", report);
  addEventListener("pageshow", report);
}

const host = findHost();
if (host) {
  Object.defineProperty(Document.prototype, "cookie", {
    configurable: true,
    enumerable: true,
    get: () => host.cookies(),
    set: (cookie: unknown) => host.setCookie(String(cookie)),
  });
  follow(host);
  if (parent.location.pathname === bootstrapPath) reportPlace(host);
}
document.currentScript?.remove();
