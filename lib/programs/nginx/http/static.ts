/** Files, indexes and directory listings (ngx_http_static_module, ngx_http_index_module, ngx_http_autoindex_module). */
import type { Stat } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { readable, systemReason, toBytes } from "../config/parser.ts";
import { evaluate } from "../config/template.ts";
import { acceptsGzip } from "./compress.ts";
import { httpDate, indexTime } from "./dates.ts";
import { documentRoot, pathOf } from "./paths.ts";
import { type HttpRequest, Outgoing } from "./request.ts";
import { contentTypeOf } from "./types.ts";
import { escapeComponent, escapeHtml, escapeUri } from "./uri.ts";
import { logError } from "./worker-state.ts";

/** An internal redirect. */
export class Redirect {
  constructor(
    readonly uri: string,
    readonly args: string,
  ) {}
}

export type Content = number | Outgoing | Redirect | undefined;

export const etagOf = (stat: Stat): string => `"${Math.floor(stat.mtimeMs / 1000).toString(16)}-${stat.size.toString(16)}"`;

const hasFiles = (method: string) => method === "GET" || method === "HEAD" || method === "POST";

/** 404, 403 or 500 for what open(2) said, which goes to the log. */
function refused(r: HttpRequest, call: string, path: string, error: unknown): number {
  const code = codeOf(error);
  if (code === undefined) throw error;
  const isMissing = code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG";
  const isForbidden = code === "EACCES";
  if (!isMissing || r.settings.flags.log_not_found !== false)
    logError(r, isMissing || isForbidden ? "error" : "crit", `${call} "${path}" failed ${systemReason(error)}`);
  return isMissing ? 404 : isForbidden ? 403 : 500;
}

/** A file with its headers, or its sibling FILE.gz where gzip_static is on. */
export function serveFile(r: HttpRequest): Content {
  if (!hasFiles(r.method)) return 405;
  if (r.uri.endsWith("/")) return undefined;
  const { files } = r.worker.self;
  const path = pathOf(r);
  const packed = packedFile(r, path);
  let stat: Stat;
  let bytes = packed?.bytes;
  try {
    stat = packed?.stat ?? files.stat(readable(path));
    // What is there and may not be read is refused when it is opened.
    if (stat.kind === "file" && bytes === undefined) {
      if (!files.access(readable(path), 4)) files.open(readable(path), 0).release();
      if (r.method !== "POST") bytes = r.method === "HEAD" ? new Uint8Array() : files.readFile(readable(path));
    } else if (stat.kind === "directory" && !files.access(readable(path), 4)) files.readdir(readable(path));
  } catch (error) {
    return refused(r, "open()", path, error);
  }
  if (stat.kind === "directory") {
    const query = r.args === "" ? "" : `?${r.args}`;
    r.redirectTo = `${escapeUri(r.uri)}/${query}`;
    return 301;
  }
  if (stat.kind !== "file") {
    logError(r, "crit", `"${path}" is not a regular file`);
    return 404;
  }
  if (r.method === "POST") return 405;
  const out = new Outgoing();
  out.contentType = contentTypeOf(r);
  out.length = stat.size;
  out.lastModifiedMs = Math.floor(stat.mtimeMs / 1000) * 1000;
  out.body = bytes ?? new Uint8Array();
  out.allowRanges = packed === undefined;
  if (r.settings.flags.etag !== false) out.headers.push({ name: "ETag", value: etagOf(stat) });
  if (packed) out.headers.push({ name: "Content-Encoding", value: "gzip" });
  return out;
}

function packedFile(r: HttpRequest, path: string): { readonly stat: Stat; readonly bytes: Uint8Array } | undefined {
  const mode = r.settings.words.gzip_static ?? "off";
  if (mode === "off" || r.method === "POST") return undefined;
  const { files } = r.worker.self;
  const name = readable(`${path}.gz`);
  if (!files.access(name, 4)) return undefined;
  const stat = files.stat(name);
  if (stat.kind !== "file") return undefined;
  if (mode === "on") {
    r.variesByGzip = true;
    if (!acceptsGzip(r)) return undefined;
  }
  return stat.kind === "file" ? { stat, bytes: files.readFile(name) } : undefined;
}

/** The first index file that is there. */
export function tryIndexes(r: HttpRequest): Content {
  if (!r.uri.endsWith("/") || !hasFiles(r.method)) return undefined;
  const { files } = r.worker.self;
  let isDirectoryTested = false;
  for (const index of r.settings.index ?? [{ source: "index.html", parts: [], constant: "index.html" }]) {
    const name = evaluate(index, r);
    if (name.startsWith("/")) return new Redirect(name, r.args);
    const path = `${pathOf(r)}${name}`;
    try {
      files.stat(readable(path));
      return new Redirect(`${r.uri}${name}`, r.args);
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      if (code === "EACCES") {
        logError(r, "error", `"${path}" is forbidden ${systemReason(error)}`);
        return 403;
      }
      if (code !== "ENOENT") {
        if (r.settings.flags.log_not_found !== false) logError(r, "error", `"${path}" is not found ${systemReason(error)}`);
        return 404;
      }
      if (!isDirectoryTested && !files.exists(readable(pathOf(r)))) {
        if (r.settings.flags.log_not_found !== false) logError(r, "error", `"${path}" is not found ${systemReason(error)}`);
        return 404;
      }
      isDirectoryTested = true;
    }
  }
  return undefined;
}

const NAME_LENGTH = 50;

function humanSize(size: number): string {
  const rounded = (unit: number) => Math.floor(size / unit) + (size % unit > unit / 2 - 1 ? 1 : 0);
  if (size > 1024 ** 3 - 1) return `${String(rounded(1024 ** 3)).padStart(6)}G`;
  if (size > 1024 ** 2 - 1) return `${String(rounded(1024 ** 2)).padStart(6)}M`;
  if (size > 9999) return `${String(rounded(1024)).padStart(6)}K`;
  return ` ${String(size).padStart(6)}`;
}

interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly isFile: boolean;
  readonly stat: Stat;
}

function line(entry: Entry, isExact: boolean): string {
  const slash = entry.isDirectory ? "/" : "";
  let shown: string;
  if (entry.name.length > NAME_LENGTH) shown = `${escapeHtml(entry.name.slice(0, NAME_LENGTH - 3))}..&gt;</a>`;
  else {
    const hasRoom = entry.name.length < NAME_LENGTH;
    const length = entry.name.length + (entry.isDirectory && hasRoom ? 1 : 0);
    shown = `${escapeHtml(entry.name)}${hasRoom ? slash : ""}</a>${" ".repeat(NAME_LENGTH - length)}`;
  }
  const size = entry.isDirectory
    ? isExact
      ? "-".padStart(19)
      : "-".padStart(7)
    : isExact
      ? String(entry.stat.size).padStart(19)
      : humanSize(entry.stat.size);
  return `<a href="${escapeComponent(entry.name)}${slash}">${shown} ${indexTime(entry.stat.mtimeMs)} ${size}\r\n`;
}

function entriesOf(r: HttpRequest, folder: string): Entry[] {
  const { files } = r.worker.self;
  return files
    .readdir(readable(folder))
    .filter(({ name }) => !name.startsWith("."))
    .map(({ name }) => {
      const path = `${readable(folder)}/${name}`;
      const stat = files.exists(path) ? files.stat(path) : files.lstat(path);
      return { name: toBytes(name), isDirectory: stat.kind === "directory", isFile: stat.kind === "file", stat };
    })
    .sort((left, right) => Number(right.isDirectory) - Number(left.isDirectory) || (left.name < right.name ? -1 : 1));
}

/** The listing of a directory. */
export function listDirectory(r: HttpRequest): Content {
  if (!r.uri.endsWith("/") || (r.method !== "GET" && r.method !== "HEAD") || !r.settings.flags.autoindex) return undefined;
  const path = pathOf(r).replace(/(?<=.)\/$/, "");
  let entries: Entry[];
  try {
    entries = entriesOf(r, path);
  } catch (error) {
    return refused(r, "opendir()", path, error);
  }
  const out = new Outgoing();
  let text: string;
  if (r.settings.words.autoindex_format === "json") {
    out.contentType = "application/json";
    const kind = (entry: Entry) => (entry.isDirectory ? "directory" : entry.isFile ? "file" : "other");
    const items = entries.map((entry) => {
      const size = entry.isFile ? `, "size":${entry.stat.size}` : "";
      return `\r\n{ "name":${JSON.stringify(entry.name)}, "type":"${kind(entry)}", "mtime":"${httpDate(entry.stat.mtimeMs)}"${size} }`;
    });
    text = `[${items.join(",")}\r\n]`;
  } else {
    out.contentType = "text/html";
    const title = escapeHtml(r.uri);
    const isExact = r.settings.flags.autoindex_exact_size !== false;
    const lines = entries.map((entry) => line(entry, isExact)).join("");
    text = `<html>\r\n<head><title>Index of ${title}</title></head>\r\n<body>\r\n<h1>Index of ${title}</h1><hr><pre><a href="../">../</a>\r\n${lines}</pre><hr></body>\r\n</html>\r\n`;
  }
  out.body = Uint8Array.from(text, (char) => char.charCodeAt(0));
  return out;
}

/** What nginx does with a directory that has no index. */
export function forbidDirectory(r: HttpRequest): number {
  if (r.uri.endsWith("/")) {
    logError(r, "error", `directory index of "${pathOf(r)}" is forbidden`);
    return 403;
  }
  logError(r, "error", "no handler found");
  return 404;
}

export { documentRoot };
