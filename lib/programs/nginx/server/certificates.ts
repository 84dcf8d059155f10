/** ssl_certificate and ssl_certificate_key: loaded when the configuration is read. */
import type { Files } from "../../../kernel/types.ts";
import { LoadFailure, loadServerCertificate, type ServerCertificate } from "../../tls/index.ts";
import type { ServerConfig } from "../config/model.ts";
import { readable } from "../config/parser.ts";
import { ConfigError } from "../config/tokens.ts";

/** Throws ConfigError with nginx's words for what is wrong with the files. */
export function loadCertificate(files: Files, server: ServerConfig): ServerCertificate | undefined {
  const { certificates = [], certificateKeys = [] } = server.root.settings;
  const path = certificates[0]?.path;
  const keyPath = certificateKeys[0]?.path;
  if (path === undefined || keyPath === undefined) return undefined;
  try {
    return loadServerCertificate(files.readText(readable(path)), files.readText(readable(keyPath)));
  } catch (error) {
    if (!(error instanceof LoadFailure)) throw error;
    if (error.reason === "mismatch") throw new ConfigError(`SSL_CTX_use_PrivateKey("${keyPath}") failed (SSL: ${error.message})`, "");
    if (error.reason === "no-certificate" || error.reason === "bad-certificate")
      throw new ConfigError(`cannot load certificate "${path}": PEM_read_bio_X509_AUX() failed (SSL: ${error.message})`, "");
    throw new ConfigError(`cannot load certificate key "${keyPath}": PEM_read_bio_PrivateKey() failed (SSL: ${error.message})`, "");
  }
}
