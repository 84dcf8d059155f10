"use client";
import type { ReactNode } from "react";
import type { WorldRequest } from "../../../lib/lab/types.ts";
import { portText } from "./world-picture.tsx";
import { answerText, askerName, noRequest, targetName, type WorldState } from "./world-store.ts";

const MOST_SHOWN = 50;

/** The same as the picture, as tables. */
export function WorldText({ state: { snapshot, flows, log } }: { state: WorldState }) {
  if (!snapshot) return <p className="panel-empty">The world view is there when the machines run.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard
    <section className="world-text" aria-label="The world as text" tabIndex={0}>
      <Table title="Machines and what listens on them" heads={["Machine", "Service", "Processes", "User", "Ports"]}>
        {snapshot.machines.flatMap(({ name, address, services }) =>
          services.length === 0
            ? [<Row key={name} cells={[`${name} (${address})`, "nothing listens", "", "", ""]} />]
            : services.map((service) => (
                <Row
                  key={`${name}/${service.name}`}
                  cells={[
                    `${name} (${address})`,
                    service.name,
                    String(service.pids.length),
                    service.user,
                    [...service.ports.map(portText), ...service.sockets.map((path) => `socket ${path}`)].join("; "),
                  ]}
                />
              )),
        )}
      </Table>
      <Table title="Who talks to whom" heads={["From", "To", "Requests", "Answered", "Errors", "No answer"]} none={noRequest}>
        {flows.map((flow) => (
          <Row
            key={flow.key}
            cells={[flow.fromName, flow.toName, String(flow.count), String(flow.ok), String(flow.bad), String(flow.lost)]}
          />
        ))}
      </Table>
      <Table title="Latest requests" heads={["Time", "From", "Request", "Answer", "Took"]} none={noRequest}>
        {log
          .slice(-MOST_SHOWN)
          .reverse()
          .map((request) => (
            <Row
              key={request.id}
              cells={[
                timeOf(request),
                `${askerName(request.from)} to ${targetName(request)}`,
                `${request.method} ${request.target}`,
                answerText(request.status),
                `${Math.round(request.ms)} ms`,
              ]}
            />
          ))}
      </Table>
    </section>
  );
}

function timeOf({ atMs }: WorldRequest): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`;
}

function Table({
  title,
  heads,
  none,
  children,
}: {
  title: string;
  heads: readonly string[];
  none?: string;
  children: readonly ReactNode[];
}) {
  return (
    <>
      <h2>{title}</h2>
      {children.length === 0 ? (
        <p className="world-soft">{none}</p>
      ) : (
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      )}
    </>
  );
}

function Row({ cells }: { cells: readonly string[] }) {
  const [head, ...rest] = cells;
  return (
    <tr>
      <th scope="row">{head}</th>
      {rest.map((cell, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the cells of a row have their places
        <td key={index}>{cell}</td>
      ))}
    </tr>
  );
}
