import type { PaneResponse, TlsFacts } from "../lab/types.ts";

/** Why there is no page: no answer came, or one redirect after the other. */
export type PageFailure = NonNullable<PaneResponse["failure"]> | "redirects";

/** What is known of a failure besides its kind. */
export type FailureFacts = Pick<PaneResponse, "tls" | "ownMachineOnly">;

/** What a browser says when no answer came, for an address of the world. */
export function failureText(
  failure: PageFailure,
  url: string,
  { tls, ownMachineOnly }: FailureFacts,
): { title: string; text: string; code: string } {
  const { host, hostname } = new URL(url);
  switch (failure) {
    case "refused":
      return {
        title: "This site can’t be reached",
        text: `${host} refused to connect. ${ownMachineOnly === undefined ? "Nothing listens on that port: start the server in the terminal, then reload." : loopbackText(url, ownMachineOnly)}`,
        code: "ERR_CONNECTION_REFUSED",
      };
    case "unknown-host":
      return {
        title: "This site can’t be reached",
        text: `${hostname} was not found. The lab’s network knows only the lab’s own machines; it is not connected to the internet.`,
        code: "ERR_NAME_NOT_RESOLVED",
      };
    case "timeout":
      return { title: "This site can’t be reached", text: `${host} took too long to respond.`, code: "ERR_CONNECTION_TIMED_OUT" };
    case "closed":
      return {
        title: "This page isn’t working",
        text: `${host} closed the connection before it sent an answer. The terminal in which the server runs may say why.`,
        code: "ERR_EMPTY_RESPONSE",
      };
    case "reset":
      return { title: "This site can’t be reached", text: "The connection was reset.", code: "ERR_CONNECTION_RESET" };
    case "invalid":
      return {
        title: "This page isn’t working",
        text: `${host} sent an invalid response: what listens there does not speak HTTP, or wants https.`,
        code: "ERR_INVALID_HTTP_RESPONSE",
      };
    case "redirects":
      return {
        title: "This page isn’t working",
        text: `${host} redirected you too many times. The request log shows from where to where; cookies may be the reason.`,
        code: "ERR_TOO_MANY_REDIRECTS",
      };
    case "tls":
      return {
        title: "This site can’t provide a secure connection",
        text: `${hostname} sent an invalid response: what answers there does not speak https.`,
        code: "ERR_SSL_PROTOCOL_ERROR",
      };
    case "certificate":
      return {
        title: "Your connection is not private",
        text: certificateText(hostname, tls),
        code: tls?.problem?.name ?? "ERR_CERT_INVALID",
      };
  }
}

/** Why a server that runs can't be reached. */
function loopbackText(url: string, machine: string): string {
  const { port, protocol, pathname } = new URL(url);
  const number = port || (protocol === "https:" ? "443" : "80");
  const inside = `${protocol}//localhost${port === "" ? "" : `:${port}`}${pathname}`;
  return `Something does listen on port ${number} of ${machine}, but only on 127.0.0.1, which only ${machine} itself reaches, as ${inside}. To be reached by its name, or from other machines, the server must listen on 0.0.0.0: on every address of its machine.`;
}

/** What is wrong with a certificate, in a browser's words. */
function certificateText(hostname: string, tls: TlsFacts | undefined): string {
  const day = (ms: number) => new Date(ms).toUTCString().slice(5, 16);
  const start = `This server could not prove that it is ${hostname}; `;
  switch (tls?.problem?.name) {
    case "ERR_CERT_DATE_INVALID":
      return `${start}its security certificate is valid from ${day(tls.notBeforeMs)} to ${day(tls.notAfterMs)} only (${tls.problem.text}).`;
    case "ERR_CERT_COMMON_NAME_INVALID":
      return `${start}its security certificate is from ${tls.names.join(", ") || tls.subject}.`;
    case "ERR_CERT_AUTHORITY_INVALID":
      return `${start}its security certificate is not trusted (${tls.problem.text}; issued by ${tls.issuer}).`;
    default:
      return `${start}its security certificate is not valid${tls?.problem === undefined ? "" : ` (${tls.problem.text})`}.`;
  }
}

/** The same as a page. */
export function errorPage(failure: PageFailure, url: string, facts: FailureFacts): string {
  const { title, text, code } = failureText(failure, url, facts);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(new URL(url).host)}</title><style>
:root{color-scheme:light dark}body{margin:0;padding:12vh 8vw;font:16px/1.5 system-ui,sans-serif;background:light-dark(#fff,#20252a);color:light-dark(#1c2125,#dfe2e3)}
h1{font-size:1.35rem;font-weight:600;margin:0 0 .5rem}p{margin:0 0 1rem;max-width:34rem}code{font:13px ui-monospace,monospace;color:light-dark(#545b61,#a5adb4)}
</style></head><body><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p><code>${code}</code></body></html>`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
