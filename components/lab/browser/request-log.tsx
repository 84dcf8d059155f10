"use client";
import { useState } from "react";
import { useLab } from "../context.tsx";

/** The requests of the browser, newest first. */
export function RequestLog() {
  const requests = useLab((lab) => lab.requests);
  const [open, setOpen] = useState(false);
  const last = requests.at(-1);
  if (!last) return null;
  return (
    <div className="requests" data-open={open || undefined}>
      <button type="button" className="requests-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>
          Requests <span className="tab-count">{requests.length}</span>
        </span>
        {open ? null : (
          <span className="requests-last">
            {last.method} {pathOf(last.url)} <Status status={last.status} />
          </span>
        )}
      </button>
      {open ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
        <section className="requests-list" aria-label="Requests" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Method</th>
                <th scope="col">Address</th>
                <th scope="col">Status</th>
                <th scope="col">Time</th>
              </tr>
            </thead>
            <tbody>
              {requests
                .slice(-100)
                .reverse()
                .map((request) => (
                  <tr key={request.id}>
                    <td>{request.method}</td>
                    <td className="requests-url" title={request.url}>
                      {request.url.replace(/^https?:\/\//, "")}
                    </td>
                    <td>
                      <Status status={request.status} />
                    </td>
                    <td>{Math.round(request.ms)} ms</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </div>
  );
}

function Status({ status }: { status: number }) {
  if (status === 0) return <span className="status-bad">no answer</span>;
  return <span className={status >= 400 ? "status-bad" : undefined}>{status}</span>;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
