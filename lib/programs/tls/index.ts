/** TLS for the programs of the world: what servers and clients need of it. */
export { type Certificate, certificatePem, certificatesOf, readCertificate } from "./certificate.ts";
export { ALERT, TlsFailure, type TlsFailureReason } from "./failure.ts";
export {
  type ClientRequest,
  type ConnectOptions,
  connectTls,
  type ServeOptions,
  type ServerCertificate,
  serveTls,
  type TlsTrace,
} from "./handshake.ts";
export { isFor, matchedName } from "./host-name.ts";
export { TRUST_FILE } from "./lab-root.ts";
export { type TlsVersion, VERSIONS } from "./messages.ts";
export { curlNameText, nameText } from "./names.ts";
export { LoadFailure, loadServerCertificate } from "./server-certificate.ts";
export { type TlsSession, TlsStream, type Transport } from "./stream.ts";
export { readBundle, trustOf } from "./trust.ts";
export { VERIFY, type Verification, type VerifyCode, verifyText } from "./verify.ts";
