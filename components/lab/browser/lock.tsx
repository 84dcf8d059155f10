"use client";
import { LockKeyhole, LockKeyholeOpen, ShieldAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { BrowserRequest, TlsFacts } from "../../../lib/lab/types.ts";

/** Whether the connection is secure, and the certificate behind it. */
export function Lock({ url, shown }: { url: string; shown: BrowserRequest | undefined }) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const leave = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !place.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("keydown", leave);
    addEventListener("pointerdown", leave);
    return () => {
      removeEventListener("keydown", leave);
      removeEventListener("pointerdown", leave);
    };
  }, [open]);
  const tls = shown?.tls;
  const state = !url.startsWith("https:") ? "open" : tls === undefined || tls.problem ? "broken" : "secure";
  const { Icon, label } = states[state];
  return (
    <div ref={place} className="menu-place">
      <button
        type="button"
        className="icon-button lock"
        data-state={state}
        aria-expanded={open}
        aria-label={`${label}: details`}
        title={label}
        onClick={() => setOpen(!open)}
      >
        <Icon size={14} aria-hidden="true" />
        {state === "broken" ? <span className="lock-word">Not secure</span> : null}
      </button>
      {open ? (
        <div className="menu lock-details">
          <p className="lock-title">{label}</p>
          {tls ? <Certificate tls={tls} /> : <p>{state === "open" ? texts.open : texts.broken}</p>}
        </div>
      ) : null}
    </div>
  );
}

const states = {
  open: { Icon: LockKeyholeOpen, label: "Connection not encrypted" },
  broken: { Icon: ShieldAlert, label: "Connection not secure" },
  secure: { Icon: LockKeyhole, label: "Connection secure" },
} as const;

const texts = {
  open: "With http, everybody on the way can read what is sent, and change it.",
  broken: "No secure connection came about, so there is no certificate to show.",
} as const;

/** What a certificate says. */
export function Certificate({ tls }: { tls: TlsFacts }) {
  const rows: readonly (readonly [string, string])[] = [
    ["Issued to", tls.subject],
    ["Valid for", tls.names.join(", ") || "no name"],
    ["Issued by", tls.issuer],
    ["Valid from", day(tls.notBeforeMs)],
    ["Valid until", day(tls.notAfterMs)],
    ...(tls.version === "" ? [] : [["Connection", `${tls.version}, ${tls.cipher}`] as const]),
    ["SHA-256", tls.fingerprint],
  ];
  return (
    <>
      {tls.problem ? (
        <p className="status-bad">
          {tls.problem.name}: {tls.problem.text}
        </p>
      ) : null}
      <dl className="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function day(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
