/** URIs: taken apart, made plain, escaped again (ngx_http_parse.c, ngx_string.c). */

export interface PlainUri {
  readonly uri: string;
  readonly args: string;
  readonly hasArgs: boolean;
  /** Had escapes, or a plus. */
  readonly isQuoted: boolean;
}

/** The path with escapes decoded, "." and ".." resolved and slashes merged. Undefined: no valid URI. */
export function plainUri(text: string, mergeSlashes: boolean): PlainUri | undefined {
  const hash = text.indexOf("#");
  const whole = hash < 0 ? text : text.slice(0, hash);
  const question = whole.indexOf("?");
  const path = question < 0 ? whole : whole.slice(0, question);
  const args = question < 0 ? "" : whole.slice(question + 1);
  let isQuoted = false;
  let decoded = "";
  for (let at = 0; at < path.length; at++) {
    const char = path[at] ?? "";
    if (char === "+") isQuoted = true;
    if (char !== "%") {
      decoded += char;
      continue;
    }
    const digits = path.slice(at + 1, at + 3);
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) return undefined;
    const code = Number.parseInt(digits, 16);
    if (code === 0) return undefined;
    isQuoted = true;
    decoded += String.fromCharCode(code);
    at += 2;
  }
  const simple = decoded.includes("//") || decoded.includes("/.");
  if (!simple) return { uri: decoded, args, hasArgs: question >= 0, isQuoted };
  const out: string[] = [];
  const parts = decoded.slice(1).split("/");
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? "";
    const isLast = at === parts.length - 1;
    if (part === "..") {
      if (out.length === 0) return undefined;
      out.pop();
      if (isLast) out.push("");
    } else if (part === ".") {
      if (isLast) out.push("");
    } else if (part === "" && mergeSlashes && !isLast) continue;
    else if (part === "" && isLast && mergeSlashes) out.push("");
    else out.push(part);
  }
  return { uri: `/${out.join("/")}`, args, hasArgs: question >= 0, isQuoted };
}

const escapeWith = (needs: (code: number) => boolean) => (text: string) => {
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    out += needs(code) ? `%${code.toString(16).toUpperCase().padStart(2, "0")}` : text[at];
  }
  return out;
};

const IN_URI = new Set([..." #%?"].map((char) => char.charCodeAt(0)));
const IN_ARGS = new Set([...' "#%&+?'].map((char) => char.charCodeAt(0)));

/** NGX_ESCAPE_URI: control characters, space, "#", "%", "?", and what is not ASCII. */
export const escapeUri = escapeWith((code) => code <= 32 || code >= 127 || IN_URI.has(code));
/** NGX_ESCAPE_ARGS: besides those '"', "&", "+". */
export const escapeArgs = escapeWith((code) => code <= 32 || code >= 127 || IN_ARGS.has(code));
/** NGX_ESCAPE_HTML's companion for names in autoindex: NGX_ESCAPE_URI_COMPONENT. */
export const escapeComponent = escapeWith((code) => !/[A-Za-z0-9\-._~]/.test(String.fromCharCode(code)));

/** NGX_UNESCAPE_REDIRECT: decodes plain characters before the "?". */
export function unescapeRedirect(text: string): string {
  const question = text.indexOf("?");
  const head = question < 0 ? text : text.slice(0, question);
  const rest = question < 0 ? "" : text.slice(question);
  const plain = head.replace(/%([0-9a-fA-F]{2})/g, (whole, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code > 37 && code < 127 ? String.fromCharCode(code) : whole;
  });
  return plain + rest;
}

export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
