/**
 * Runs in pages of the fallback, which have an opaque origin and no network: tells the site which link was followed and which form
 * was sent, so that it can fetch the page and show it.
 */

import { mergeCookies } from "./cookies.ts";
import type { FallbackRequest } from "./fallback-messages.ts";

const base = document.currentScript?.dataset.url ?? "";
let cookies = document.currentScript?.dataset.cookies ?? "";
// A page of opaque origin has none, and reading them throws. What scripts set here lasts as long as the page.
Object.defineProperty(Document.prototype, "cookie", {
  configurable: true,
  enumerable: true,
  get: () => cookies,
  set: (cookie: unknown) => {
    cookies = mergeCookies(cookies, String(cookie));
  },
});
const tell = (request: FallbackRequest): void => parent.postMessage(request, "*");

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0) return;
  const link = event.composedPath().find((each): each is HTMLAnchorElement => each instanceof HTMLAnchorElement && each.href !== "");
  const address = link?.getAttribute("href") ?? "";
  if (!link || address.startsWith("#") || !/^https?:/.test(new URL(address, base).protocol)) return;
  event.preventDefault();
  tell({ fallback: "go", url: new URL(address, base).href });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  const by = event.submitter;
  const action = new URL(by?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", base);
  const data = new FormData(form, by);
  const fields = [...data].map(([name, value]): [string, string] => [name, typeof value === "string" ? value : value.name]);
  if ((by?.getAttribute("formmethod") ?? form.method).toLowerCase() === "post") {
    tell({ fallback: "go", url: action.href, form: new URLSearchParams(fields).toString() });
    return;
  }
  action.search = new URLSearchParams(fields).toString();
  tell({ fallback: "go", url: action.href });
});

document.currentScript?.remove();
