import type { PaneBrowser } from "../../lab/pane/pane-browser.ts";
import type { PaneRequest, PaneResponse } from "../../lab/types.ts";
import { readPage } from "./forms.ts";

export interface Visit {
  readonly url: string;
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly error?: string;
}

const MOST_REDIRECTS = 20;

/** Opens an address as the browser pane does: with its cookies, following redirects; submits the page's form when one is given. */
export async function visit(
  browser: Pick<PaneBrowser, "fetch">,
  address: string,
  form: Readonly<Record<string, string | number | boolean>> | undefined,
): Promise<Visit> {
  const first = await follow(browser, { url: new URL(address).href, method: "GET", headers: [], body: undefined }, undefined);
  if (form === undefined || first.error !== undefined) return first.visit;
  if (!first.isHtml) return { ...first.visit, error: "This is no HTML page, so it has no form." };
  try {
    const submission = readPage(first.html, first.visit.url).submit(form);
    return (await follow(browser, submission, first.visit.url)).visit;
  } catch (error) {
    return { ...first.visit, error: error instanceof Error ? error.message : String(error) };
  }
}

type Start = Pick<PaneRequest, "url" | "method" | "headers" | "body">;

interface Followed {
  readonly visit: Visit;
  readonly html: string;
  readonly isHtml: boolean;
  readonly error: string | undefined;
}

async function follow(browser: Pick<PaneBrowser, "fetch">, start: Start, referrer: string | undefined): Promise<Followed> {
  let request = start;
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const answer = await browser.fetch({ ...request, mode: "navigate", referrer });
    if (answer.failure !== undefined) return failed(request.url, failureText(answer, answer.failure));
    const location = header(answer, "location");
    if (location === undefined || ![301, 302, 303, 307, 308].includes(answer.status)) return arrived(request.url, answer);
    // https://fetch.spec.whatwg.org/#http-redirect-fetch: a POST becomes a GET, except with 307 and 308.
    const keep = answer.status === 307 || answer.status === 308 || request.method === "GET";
    const url = new URL(location, request.url).href;
    request = keep ? { ...request, url } : { url, method: "GET", headers: [], body: undefined };
  }
  return failed(request.url, `more than ${MOST_REDIRECTS} redirects`);
}

function arrived(url: string, answer: PaneResponse): Followed {
  const body = new TextDecoder().decode(answer.body);
  const isHtml = /html/i.test(header(answer, "content-type") ?? "");
  const page = isHtml ? readPage(body, url) : undefined;
  return {
    visit: { url, status: answer.status, title: page?.title ?? "", text: page?.text ?? body },
    html: body,
    isHtml,
    error: undefined,
  };
}

function failed(url: string, error: string): Followed {
  return { visit: { url, status: 0, title: "", text: "", error }, html: "", isHtml: false, error };
}

function header(answer: PaneResponse, name: string): string | undefined {
  return answer.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

function failureText({ ownMachineOnly }: PaneResponse, failure: NonNullable<PaneResponse["failure"]>): string {
  const texts = {
    refused:
      ownMachineOnly === undefined
        ? "the connection was refused: nothing listens there"
        : `the connection was refused: what listens there takes connections from ${ownMachineOnly} itself only`,
    "unknown-host": "there is no such host",
    timeout: "no answer came in time",
    closed: "the connection was closed without an answer",
    reset: "the connection was reset",
    invalid: "what came is no HTTP",
    certificate: "its certificate is not to be trusted",
    tls: "what answers there does not speak https",
  };
  return texts[failure];
}
