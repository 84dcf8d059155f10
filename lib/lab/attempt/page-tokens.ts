import { headerOf } from "../pane/header.ts";
import type { RequestAction } from "../session/actions.ts";
import type { PaneRequest, PaneResponse } from "../types.ts";

/** Pages whose hidden fields are remembered. */
const MOST_PAGES = 30;
/** A hidden value shorter than this is no token: it says what the form is about. */
const SHORTEST_TOKEN = 16;

/** The recorded request, as the browser pane would make it. Throws Error for an address that is none. */
export function asRequest({ url, method, headers = [], body, mode, referrer }: RequestAction): PaneRequest {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new Error(`${url.slice(0, 200)} is no address.`);
  return { url, method, headers, body: body === undefined ? undefined : fromBase64(body), mode, referrer };
}

/**
 * Forms carry tokens that a server makes up anew each time (against cross-site request forgery). What is sent again needs the token of
 * the page as it came this time, as a learner's browser would send it.
 */
export class PageTokens {
  /** Hidden fields by the page's address. */
  private readonly pages = new Map<string, ReadonlyMap<string, string>>();
  private cookies = "";

  heard(request: PaneRequest, answer: PaneResponse): void {
    this.cookies = answer.cookies ?? this.cookies;
    if (!/html/i.test(headerOf(answer.headers, "content-type") ?? "")) return;
    const fields = hiddenFields(new TextDecoder().decode(answer.body));
    this.pages.delete(withoutHash(request.url));
    this.pages.set(withoutHash(request.url), fields);
    const [oldest] = this.pages.keys();
    if (this.pages.size > MOST_PAGES && oldest !== undefined) this.pages.delete(oldest);
  }

  /** The request with this time's tokens. */
  renewed(request: PaneRequest): PaneRequest {
    const csrf = /(?:^|; )csrftoken=([^;]+)/.exec(this.cookies)?.[1];
    const headers = request.headers.map(([name, value]): readonly [string, string] =>
      csrf !== undefined && name.toLowerCase() === "x-csrftoken" ? [name, csrf] : [name, value],
    );
    const fields = this.pages.get(withoutHash(request.referrer ?? request.url)) ?? this.pages.get(withoutHash(request.url));
    if (request.body === undefined || fields === undefined) return { ...request, headers };
    const type = headerOf(request.headers, "content-type") ?? "";
    if (/^application\/x-www-form-urlencoded/i.test(type)) {
      const sent = new URLSearchParams(new TextDecoder().decode(request.body));
      for (const [name, value] of fields) if (isToken(sent.get(name)) && isToken(value)) sent.set(name, value);
      return { ...request, headers, body: new TextEncoder().encode(sent.toString()) };
    }
    if (/^multipart\/form-data/i.test(type)) {
      // Files may be among the parts: one byte a character, and back.
      let text = latin1(request.body);
      for (const [name, value] of fields) {
        const part = new RegExp(`(name="${name.replace(/[^\w-]/g, "\\$&")}"\\r\\n\\r\\n)([^\\r\\n]{${SHORTEST_TOKEN},})(\\r\\n)`);
        if (isToken(value)) text = text.replace(part, (_, before: string, _old, after: string) => before + value + after);
      }
      return { ...request, headers, body: Uint8Array.from(text, (character) => character.charCodeAt(0)) };
    }
    return { ...request, headers };
  }
}

/** Names and values of a page's hidden fields. */
export function hiddenFields(html: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [tag] of html.matchAll(/<input\b[^>]{0,2000}>/gi)) {
    const attribute = (name: string): string | undefined => {
      const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(tag);
      return found?.[1] ?? found?.[2] ?? found?.[3];
    };
    const name = attribute("name");
    if (attribute("type")?.toLowerCase() === "hidden" && name !== undefined) fields.set(name, attribute("value") ?? "");
  }
  return fields;
}

function isToken(value: string | null): boolean {
  return value !== null && value.length >= SHORTEST_TOKEN && /^[\w+/=.:-]+$/.test(value);
}

function withoutHash(address: string): string {
  return address.replace(/#.*$/, "");
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
