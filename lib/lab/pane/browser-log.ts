import type { BrowserRequest, PaneRequest, PaneResponse, RequestDetails } from "../types.ts";
import { headerOf } from "./header.ts";

/** The log shows so many requests. */
const MOST_REQUESTS = 200;
/** Bodies up to this length are kept, to be looked at. */
const LONGEST_BODY = 256 * 1024;
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|xhtml\+xml|x-www-form-urlencoded)|image\/svg)|\+(?:json|xml)$/;

/** What the browser asked and got, newest last. */
export class BrowserLog {
  private readonly details = new Map<number, RequestDetails>();
  private entries: readonly BrowserRequest[] = [];
  private nextId = 1;

  all(): readonly BrowserRequest[] {
    return this.entries;
  }

  detailsOf(id: number): RequestDetails | undefined {
    return this.details.get(id);
  }

  /** `sent`: the headers as they were sent, with those that the page did not set. */
  add(request: PaneRequest, sent: RequestDetails["requestHeaders"], answer: PaneResponse, ms: number): void {
    const id = this.nextId++;
    const type = (headerOf(answer.headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    const { status, failure, tls, ownMachineOnly, download } = answer;
    const entry: BrowserRequest = {
      id,
      method: request.method,
      url: request.url,
      status,
      ms,
      type,
      size: answer.body.length,
      navigation: request.mode === "navigate",
      failure,
      tls,
      ownMachineOnly,
      realm: status === 401 ? basicRealm(headerOf(answer.headers, "www-authenticate")) : undefined,
      download,
    };
    this.entries = [...this.entries, entry].slice(-MOST_REQUESTS);
    this.details.set(id, {
      requestHeaders: sent,
      requestBody: request.body && textOf(request.body, headerOf(request.headers, "content-type") ?? ""),
      responseHeaders: answer.headers,
      responseBody: textOf(answer.body, type),
    });
    this.details.delete(id - MOST_REQUESTS);
  }
}

function textOf(body: Uint8Array, type: string): string | undefined {
  if (body.length > LONGEST_BODY || (type !== "" && !TEXT.test(type))) return undefined;
  return new TextDecoder().decode(body);
}

/** RFC 7617 2; "" for a realm without a name. Undefined: another scheme is asked for. */
function basicRealm(challenge: string | undefined): string | undefined {
  if (challenge === undefined || !/^basic\b/i.test(challenge)) return undefined;
  return /realm="((?:[^"\\]|\\.)*)"/i.exec(challenge)?.[1]?.replace(/\\(.)/g, "$1") ?? "";
}
