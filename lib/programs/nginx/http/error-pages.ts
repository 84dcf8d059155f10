/** Status lines and the pages that nginx makes itself (ngx_http_header_filter_module.c, ngx_http_special_response.c). */

export const VERSION = "1.22.1";

const LINES: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Moved Temporarily",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Not Allowed",
  406: "Not Acceptable",
  408: "Request Time-out",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Request Entity Too Large",
  414: "Request-URI Too Large",
  415: "Unsupported Media Type",
  416: "Requested Range Not Satisfiable",
  421: "Misdirected Request",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
};

/** Titles that differ from the status line. */
const TITLES: Readonly<Record<number, string>> = { 302: "302 Found", 401: "401 Authorization Required" };

/** Statuses of nginx's own that are answered as 400, with what is said. */
const BAD_REQUESTS: Readonly<Record<number, { readonly title: string; readonly text: string }>> = {
  494: { title: "400 Request Header Or Cookie Too Large", text: "Request Header Or Cookie Too Large" },
  495: { title: "400 The SSL certificate error", text: "The SSL certificate error" },
  496: { title: "400 No required SSL certificate was sent", text: "No required SSL certificate was sent" },
  497: { title: "400 The plain HTTP request was sent to HTTPS port", text: "The plain HTTP request was sent to HTTPS port" },
};

export const statusLine = (status: number): string => `HTTP/1.1 ${status.toString().padStart(3, "0")} ${LINES[status] ?? ""}`;

/** 494 to 497 are 400 to the client. */
export const shownStatus = (status: number): number => (status in BAD_REQUESTS ? 400 : status);

/** Without a page of its own, an error has no body. */
export function hasPage(status: number): boolean {
  return status in BAD_REQUESTS || (status in LINES && status >= 301 && status !== 304);
}

/** nginx pads pages for old browsers. */
const PADDING = "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n".repeat(6);

export function errorPage(status: number, tokens: boolean, padded: boolean): string {
  const special = BAD_REQUESTS[status];
  const title = special?.title ?? TITLES[status] ?? `${status} ${LINES[status] ?? ""}`;
  const heading = special ? "400 Bad Request" : title;
  const detail = special ? `<center>${special.text}</center>\r\n` : "";
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${heading}</h1></center>\r\n${detail}<hr><center>nginx${tokens ? `/${VERSION}` : ""}</center>\r\n</body>\r\n</html>\r\n${padded ? PADDING : ""}`;
}
