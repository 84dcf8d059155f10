/** What a text is: its encoding, its line ends, and the language that its first lines give away (file(1), ascmagic and softmagic). */
import type { Guess } from "./file-magic.ts";

/** The encoding by name and MIME character set; undefined for bytes that are no text. */
function encodingOf(bytes: Uint8Array): { readonly name: string; readonly charset: string; readonly text: string } | undefined {
  const isControl = (byte: number) => byte < 7 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32) || byte === 127;
  if (bytes.some(isControl)) return undefined;
  if (bytes.every((byte) => byte < 128)) return { name: "ASCII text", charset: "us-ascii", text: new TextDecoder().decode(bytes) };
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { name: text.startsWith("\ufeff") ? "Unicode text, UTF-8 (with BOM) text" : "Unicode text, UTF-8 text", charset: "utf-8", text };
  } catch {
    const text = new TextDecoder("latin1").decode(bytes);
    if (bytes.every((byte) => byte < 128 || byte >= 160)) return { name: "ISO-8859 text", charset: "iso-8859-1", text };
    return { name: "Non-ISO extended-ASCII text", charset: "unknown-8bit", text };
  }
}

interface Language {
  readonly what: string;
  readonly mime: string;
  readonly isExecutable: boolean;
}

const INTERPRETERS: readonly (readonly [RegExp, string, string])[] = [
  [/^bash$/, "Bourne-Again shell script", "text/x-shellscript"],
  [/^(sh|dash)$/, "POSIX shell script", "text/x-shellscript"],
  [/^zsh$/, "Paul Falstad's zsh script", "text/x-shellscript"],
  [/^python[\d.]*$/, "Python script", "text/x-script.python"],
  [/^perl$/, "Perl script", "text/x-perl"],
  [/^node$/, "Node.js script", "application/javascript"],
  [/^[gmn]?awk$/, "awk script", "text/x-awk"],
];

function byInterpreter(text: string): Language | undefined {
  const words = /^#! *(\S+)(?: +(\S+))?/.exec(text);
  if (!words) return undefined;
  const [, path = "", argument] = words;
  const program = (path.endsWith("/env") && argument ? argument : path).split("/").pop() ?? "";
  const known = INTERPRETERS.find(([name]) => name.test(program));
  if (known) return { what: known[1], mime: known[2], isExecutable: true };
  return { what: `a ${path}${argument ? ` ${argument}` : ""} script`, mime: "text/plain", isExecutable: true };
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** At least two lines with the same number of commas, as file(1) wants them. */
function isCsv(text: string): boolean {
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .slice(0, 10);
  const commas = (line: string) => line.split(",").length - 1;
  const first = commas(lines[0] ?? "");
  return lines.length >= 2 && first >= 2 && lines.every((line) => commas(line) === first);
}

function languageOf(text: string): Language | undefined {
  const found = byInterpreter(text);
  if (found) return found;
  if (isJson(text)) return { what: "JSON text data", mime: "application/json", isExecutable: false };
  const start = text.replace(/^\ufeff?\s+/, "").slice(0, 4096);
  if (/^<\?xml version/i.test(start)) {
    const version = /^<\?xml version=["']([^"']*)/i.exec(start)?.[1] ?? "1.0";
    if (/<svg[\s>]/.test(start)) return { what: "SVG Scalable Vector Graphics image", mime: "image/svg+xml", isExecutable: false };
    return { what: `XML ${version} document`, mime: "text/xml", isExecutable: false };
  }
  if (/^<svg[\s>]/.test(start)) return { what: "SVG Scalable Vector Graphics image", mime: "image/svg+xml", isExecutable: false };
  if (/^(<!doctype html|<html|<head|<body|<title)\b/i.test(start)) return { what: "HTML document", mime: "text/html", isExecutable: false };
  if (/^-----BEGIN CERTIFICATE-----/.test(start)) return { what: "PEM certificate", mime: "text/plain", isExecutable: false };
  if (/^-----BEGIN OPENSSH PRIVATE KEY-----/.test(start)) return { what: "OpenSSH private key", mime: "text/plain", isExecutable: false };
  if (/^ssh-(rsa|ed25519) /.test(start)) {
    const kind = start.startsWith("ssh-rsa") ? "RSA" : "ED25519";
    return { what: `OpenSSH ${kind} public key`, mime: "text/plain", isExecutable: false };
  }
  if (/^diff --git |^--- .*\n\+\+\+ /.test(start)) return { what: "unified diff output", mime: "text/x-diff", isExecutable: false };
  if (/^(import|from) [\w.]+( import \w|\n|$)/.test(start) && /^\s*(def|class) |^from .* import /m.test(start))
    return { what: "Python script", mime: "text/x-script.python", isExecutable: true };
  if (isCsv(text)) return { what: "CSV", mime: "text/csv", isExecutable: false };
  return undefined;
}

/** What file(1) says of these bytes; undefined for those that are no text. */
export function byText(bytes: Uint8Array): Guess | undefined {
  const encoding = encodingOf(bytes);
  if (!encoding) return undefined;
  const { text } = encoding;
  const language = languageOf(text);
  const mime = language?.mime ?? "text/plain";
  if (language?.what === "JSON text data" || language?.what === "PEM certificate" || language?.what.startsWith("OpenSSH"))
    return { text: language.what, mime, charset: encoding.charset };
  if (language?.what === "CSV") return { text: `CSV ${encoding.name.replace(/^ASCII /, "")}`, mime, charset: encoding.charset };
  const parts = [language ? `${language.what}, ${encoding.name}${language.isExecutable ? " executable" : ""}` : encoding.name];
  const longest = Math.max(...text.split("\n").map((line) => line.length));
  if (longest >= 301) parts.push(`with very long lines (${longest})`);
  const crlf = /\r\n/.test(text);
  const lf = /(^|[^\r])\n/.test(text);
  const cr = /\r(?!\n)/.test(text);
  if (!crlf && !lf && !cr) parts.push("with no line terminators");
  else if (crlf || cr) parts.push(`with ${[crlf && "CRLF", lf && "LF", cr && "CR"].filter(Boolean).join(", ")} line terminators`);
  if (text.includes("\x1b")) parts.push("with escape sequences");
  return { text: parts.join(", "), mime, charset: encoding.charset };
}
