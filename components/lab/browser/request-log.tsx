"use client";
import { useEffect, useState } from "react";
import type { BrowserRequest, LabClient, RequestDetails } from "../../../lib/lab/types.ts";
import { failureText } from "../../../lib/pane/error-page.ts";
import { useLab } from "../context.tsx";

/** The requests of the browser, newest first; what was said in each. */
export function RequestLog({ client }: { client: LabClient }) {
  const requests = useLab((lab) => lab.requests);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<number>();
  const last = requests.at(-1);
  if (!last) return null;
  const request = requests.find(({ id }) => id === chosen);
  return (
    <div className="requests" data-open={open || undefined}>
      <button type="button" className="requests-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>
          Requests <span className="tab-count">{requests.length}</span>
        </span>
        {open ? null : (
          <span className="requests-last">
            {last.method} {pathOf(last.url)} <Status request={last} />
          </span>
        )}
      </button>
      {open ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
        <section className="requests-list" aria-label="Requests" tabIndex={0}>
          <table>
            <thead>
              <tr>
                {["Method", "Address", "Status", "Type", "Size", "Time"].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {requests
                .slice(-100)
                .reverse()
                .map((each) => (
                  <tr key={each.id} data-chosen={each.id === chosen || undefined}>
                    <td>{each.method}</td>
                    <td className="requests-url" title={each.url}>
                      <button
                        type="button"
                        className="link"
                        aria-expanded={each.id === chosen}
                        onClick={() => setChosen(each.id === chosen ? undefined : each.id)}
                      >
                        {each.url.replace(/^https?:\/\//, "")}
                      </button>
                    </td>
                    <td>
                      <Status request={each} />
                    </td>
                    <td>{each.type === "" ? "–" : each.type.replace(/^(?:application|text|image)\//, "")}</td>
                    <td>{sizeText(each.size)}</td>
                    <td>{Math.round(each.ms)} ms</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      ) : null}
      {open && request ? <Details key={request.id} client={client} request={request} /> : null}
    </div>
  );
}

function Details({ client, request }: { client: LabClient; request: BrowserRequest }) {
  const [details, setDetails] = useState<RequestDetails>();
  useEffect(() => void client.requestDetails(request.id).then(setDetails), [client, request.id]);
  if (!details) return null;
  const { method, url, status, failure } = request;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard
    <section className="request-details" aria-label={`Details of ${method} ${url}`} tabIndex={0}>
      <Headers title={`${method} ${pathOf(url)}`} headers={details.requestHeaders} />
      {details.requestBody ? <pre>{details.requestBody}</pre> : null}
      {failure ? (
        <p className="status-bad">
          {failureText(failure, url, request).code}: {failureText(failure, url, request).text}
        </p>
      ) : (
        <Headers title={`Answer: ${status}`} headers={details.responseHeaders} />
      )}
      {request.download ? <p>Saved as {request.download}</p> : null}
    </section>
  );
}

function Headers({ title, headers }: { title: string; headers: readonly (readonly [string, string])[] }) {
  return (
    <>
      <h2>{title}</h2>
      <dl className="facts">
        {headers.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice, and their order does not change
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Status({ request: { status } }: { request: BrowserRequest }) {
  if (status === 0) return <span className="status-bad">no answer</span>;
  return <span className={status >= 400 ? "status-bad" : undefined}>{status}</span>;
}

function sizeText(bytes: number): string {
  return bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname + new URL(url).search : url;
}
