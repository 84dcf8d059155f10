"use client";
import { useId, useMemo, useState } from "react";
import { terminalsAfter } from "../../lib/lab/film/player.ts";
import type { FilmEvent } from "../../lib/lab/film/types.ts";
import { tabKeys } from "../lab/tab-keys.ts";
import { FilmTerminal } from "./film-terminal.tsx";

interface Props {
  readonly events: readonly FilmEvent[];
  /** So many of them have been shown. */
  readonly shown: number;
}

/** The terminals at a moment of the film: in front is the one in which something is done, or another that the viewer looks at until then. */
export function FilmTerminals({ events, shown }: Props) {
  const { terminals, front } = useMemo(() => terminalsAfter(events.slice(0, shown)), [events, shown]);
  const [chosen, setChosen] = useState<{ readonly terminal: string; readonly insteadOf: string | undefined }>();
  const base = useId();
  const isChosen = chosen?.insteadOf === front && terminals.some(({ id }) => id === chosen?.terminal);
  const selected = isChosen ? chosen?.terminal : front;
  return (
    <div className="film-terminals">
      {terminals.length < 2 ? null : (
        <div role="tablist" aria-label="Terminals" className="film-tabs" onKeyDown={tabKeys}>
          {terminals.map(({ id, machine, closed }) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`${base}-tab-${id}`}
              aria-selected={id === selected}
              aria-controls={`${base}-${id}`}
              tabIndex={id === selected ? 0 : -1}
              className="film-tab"
              onClick={() => setChosen({ terminal: id, insteadOf: front })}
            >
              {caption(id, machine, closed)}
            </button>
          ))}
        </div>
      )}
      {terminals.map(({ id, machine, closed }) => (
        <figure
          key={id}
          id={`${base}-${id}`}
          role={terminals.length < 2 ? undefined : "tabpanel"}
          aria-labelledby={terminals.length < 2 ? undefined : `${base}-tab-${id}`}
          hidden={id !== selected}
          className="film-terminal"
          data-closed={closed || undefined}
        >
          {terminals.length < 2 ? <figcaption>{caption(id, machine, closed)}</figcaption> : null}
          <FilmTerminal terminal={id} events={events} shown={shown} />
        </figure>
      ))}
    </div>
  );
}

function caption(id: string, machine: string, closed: boolean): string {
  return `Terminal ${id.replace(/^t(?=\d+$)/, "")} · ${machine}${closed ? " · closed" : ""}`;
}
