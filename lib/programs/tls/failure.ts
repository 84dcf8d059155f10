/** How TLS fails: alerts (RFC 8446 6), and OpenSSL's words for what went wrong. */
import type { Verification } from "./verify.ts";

export const ALERT = {
  closeNotify: 0,
  unexpectedMessage: 10,
  handshakeFailure: 40,
  badCertificate: 42,
  certificateExpired: 45,
  certificateUnknown: 46,
  illegalParameter: 47,
  unknownCa: 48,
  decodeError: 50,
  protocolVersion: 70,
  internalError: 80,
  unrecognizedName: 112,
  noApplicationProtocol: 120,
} as const;

/** OpenSSL's reasons for an alert that came from the other side (sslerr.h: 1000 + the alert's number). */
const ALERT_TEXTS: Readonly<Record<number, string>> = {
  10: "sslv3 alert unexpected message",
  40: "sslv3 alert handshake failure",
  42: "sslv3 alert bad certificate",
  45: "sslv3 alert certificate expired",
  46: "sslv3 alert certificate unknown",
  47: "sslv3 alert illegal parameter",
  48: "tlsv1 alert unknown ca",
  50: "tlsv1 alert decode error",
  70: "tlsv1 alert protocol version",
  80: "tlsv1 alert internal error",
  112: "tlsv1 unrecognized name",
  120: "tlsv1 alert no application protocol",
};

export type TlsFailureReason =
  /** What came is no TLS: as when a web server without TLS answers. */
  | "wrong-version-number"
  /** To a server: an HTTP request without TLS. */
  | "http-request"
  | "unsupported-protocol"
  | "no-shared-cipher"
  | "no-certificate"
  /** The other side sent an alert. */
  | "alert"
  /** The certificate is not to be trusted; `verification` says why. */
  | "certificate"
  /** The server has a certificate, and not its key. */
  | "bad-signature"
  | "closed"
  | "garbage";

const REASONS: Readonly<Record<Exclude<TlsFailureReason, "alert">, readonly [number: number, text: string]>> = {
  "wrong-version-number": [267, "wrong version number"],
  "http-request": [156, "http request"],
  "unsupported-protocol": [258, "unsupported protocol"],
  "no-shared-cipher": [193, "no shared cipher"],
  "no-certificate": [179, "no certificate assigned"],
  certificate: [134, "certificate verify failed"],
  "bad-signature": [123, "bad signature"],
  closed: [294, "unexpected eof while reading"],
  garbage: [291, "unexpected message"],
};

/** A handshake that came to nothing, or a connection that broke. The message is OpenSSL's error line. */
export class TlsFailure extends Error {
  override readonly name = "TlsFailure";
  readonly reason: TlsFailureReason;
  /** The number of an alert that was received. */
  readonly alert: number | undefined;
  readonly verification: Verification | undefined;
  /** To a server, with "http-request": what has been read. */
  readonly received: Uint8Array;

  constructor(reason: TlsFailureReason, more: { alert?: number; verification?: Verification; received?: Uint8Array } = {}) {
    const [number, text] =
      reason === "alert" ? [1000 + (more.alert ?? 0), ALERT_TEXTS[more.alert ?? 0] ?? "unknown alert type"] : REASONS[reason];
    super(`error:0A${number.toString(16).toUpperCase().padStart(6, "0")}:SSL routines::${text}`);
    this.reason = reason;
    this.alert = more.alert;
    this.verification = more.verification;
    this.received = more.received ?? new Uint8Array(0);
  }

  /** The words after the last colon: "wrong version number". */
  get text(): string {
    return this.message.slice(this.message.lastIndexOf(":") + 1);
  }
}
