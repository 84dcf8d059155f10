/** Servers, databases and certificates. */
import * as certbot from "../certbot/certbot.ts";
import * as nginxProgram from "../nginx/nginx.ts";
import * as openssl from "../openssl/openssl.ts";
import * as postgresClients from "../postgres/clients.ts";
import * as postgresServer from "../postgres/server/programs.ts";
import * as updateCaCertificates from "../tls/update-ca-certificates.ts";

export const modules: readonly object[] = [certbot, nginxProgram, openssl, postgresClients, postgresServer, updateCaCertificates];
