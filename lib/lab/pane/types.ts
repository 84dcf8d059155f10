/** The browser pane: what passes between its pages, the site and the lab's worker. */

/** An HTTP request of the browser pane, answered by whatever listens in the world. */
export interface PaneRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
  /** "navigate", what the fetch metadata says, or "download": a link whose target is to be saved. */
  readonly mode: string;
  readonly referrer: string | undefined;
}

/** What a browser shows behind the lock of an https page, or on the page that refuses one. */
export interface TlsFacts {
  /** "TLSv1.3" */
  readonly version: string;
  readonly cipher: string;
  readonly subject: string;
  readonly issuer: string;
  /** Whom the certificate is for. */
  readonly names: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SHA-256 of the certificate, in hexadecimal. */
  readonly fingerprint: string;
  /** Undefined: the certificate is trusted. */
  readonly problem?: TlsProblem;
}

/** Why a browser refuses a certificate: Chrome's name for it, and OpenSSL's words. */
export interface TlsProblem {
  readonly name: "ERR_CERT_AUTHORITY_INVALID" | "ERR_CERT_DATE_INVALID" | "ERR_CERT_COMMON_NAME_INVALID" | "ERR_CERT_INVALID";
  readonly text: string;
}

export interface PaneResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  /** No HTTP answer came. "invalid": what came is no HTTP. "certificate": `tls` says what is wrong with it; "tls": no TLS came about (ERR_SSL_PROTOCOL_ERROR). */
  readonly failure?: "refused" | "unknown-host" | "timeout" | "closed" | "reset" | "invalid" | "certificate" | "tls";
  /** Of an https address. */
  readonly tls?: TlsFacts;
  /** With "refused": something does listen on that port, but only at a loopback address of this machine. */
  readonly ownMachineOnly?: string;
  /** What `document.cookie` is for that address after this answer: the jar's cookies that are not HttpOnly, as "a=1; b=2". */
  readonly cookies?: string;
  /** Where the file was saved on the browser's machine: nothing is to be shown. */
  readonly download?: string;
}

/**
 * What the pane sends on the port given to `connectPane`. The jar lives on the other side of that port: it adds Cookie, Host, Origin
 * and Referer, and takes Set-Cookie in. A request comes with one transferred port, on which a PaneResponse is the only answer;
 * a cookie (`document.cookie = "…"` of a page at that address) gets none.
 */
export type PaneMessage =
  | { readonly kind: "request"; readonly request: PaneRequest }
  | { readonly kind: "cookie"; readonly url: string; readonly cookie: string };

/** A line of the request log. */
export interface BrowserRequest {
  readonly id: number;
  readonly method: string;
  readonly url: string;
  /** 0: no answer. */
  readonly status: number;
  readonly ms: number;
  /** The media type, without parameters. */
  readonly type: string;
  /** Bytes of the body. */
  readonly size: number;
  /** A page was asked for, not a part of one. */
  readonly navigation: boolean;
  readonly failure?: PaneResponse["failure"];
  /** Of an https address. */
  readonly tls?: TlsFacts;
  readonly ownMachineOnly?: PaneResponse["ownMachineOnly"];
  /** The server wants a name and a password for this realm (RFC 7617). */
  readonly realm?: string;
  readonly download?: string;
}

export interface RequestDetails {
  readonly requestHeaders: readonly (readonly [string, string])[];
  readonly requestBody: string | undefined;
  readonly responseHeaders: readonly (readonly [string, string])[];
  /** Undefined where it is no text, or too long to be kept. */
  readonly responseBody: string | undefined;
}

/** What the learner answers to the browser. */
export type BrowserDecision =
  /** Go on in spite of this host's certificate. */
  | { readonly kind: "proceed"; readonly url: string }
  | { readonly kind: "sign-in"; readonly url: string; readonly user: string; readonly password: string };
