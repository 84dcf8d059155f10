import type { Header } from "./http-message.ts";

/** What -w can tell. */
export interface Facts {
  status: number;
  downloaded: number;
  uploaded: number;
  headerBytes: number;
  redirects: number;
  seconds: number;
  connectSeconds: number;
  firstByteSeconds: number;
  contentType: string;
  url: string;
  redirectUrl: string;
  remoteAddress: string;
  remotePort: number;
  localAddress: string;
  localPort: number;
  connects: number;
  method: string;
  httpVersion: string;
  fileName: string;
  error: number;
  errorText: string;
  requestBytes: number;
  headers: readonly Header[];
  scheme: "HTTP" | "HTTPS";
  /** OpenSSL's number of what it found about the server's certificate. */
  verifyResult: number;
  appConnectSeconds: number;
}
