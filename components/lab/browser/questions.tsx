"use client";
import { ShieldAlert } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import type { BrowserRequest } from "../../../lib/lab/types.ts";
import { PageEnd } from "../../ui/page-end.tsx";

/** Above the page that refuses a certificate: the way on, for those who know what they do. */
export function CertificateQuestion({ shown, onProceed }: { shown: BrowserRequest; onProceed: () => void }) {
  const { host } = new URL(shown.url);
  return (
    <p className="notice" data-level="error">
      <ShieldAlert size={15} aria-hidden="true" />
      <span>
        {host} could not prove who it is ({shown.tls?.problem?.name ?? "ERR_CERT_INVALID"}). Behind the lock stands its certificate.
      </span>
      <button type="button" className="button" onClick={onProceed}>
        Go on to {host} (unsafe)
      </button>
    </p>
  );
}

/** The server wants a name and a password (RFC 7617). */
export function SignIn({ shown, onSignIn }: { shown: BrowserRequest; onSignIn: (user: string, password: string) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    dialog.current?.close();
    onSignIn(user, password);
  };
  const { origin } = new URL(shown.url);
  return (
    <PageEnd>
      <dialog
        ref={dialog}
        aria-labelledby={heading}
        className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-lg border border-line-strong bg-raised p-6 text-ink shadow-2xl backdrop:bg-black/40"
      >
        <form onSubmit={submit} className="sign-in">
          <h2 id={heading} className="font-semibold font-serif text-xl">
            Sign in
          </h2>
          <p>
            {origin} asks for a name and a password{shown.realm ? <>: “{shown.realm}”</> : null}.
          </p>
          <label>
            User name
            <input value={user} onChange={(event) => setUser(event.target.value)} autoComplete="off" spellCheck={false} />
          </label>
          <label>
            Password
            <input type="password" value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="off" />
          </label>
          <div className="sign-in-buttons">
            <button type="button" className="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button type="submit" className="button button-primary">
              Sign in
            </button>
          </div>
        </form>
      </dialog>
    </PageEnd>
  );
}
