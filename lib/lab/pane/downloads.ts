import type { Files } from "../../kernel/types.ts";
import type { PaneRequest, PaneResponse } from "../types.ts";
import { headerOf } from "./header.ts";

/** What a browser shows in its window; everything else it saves. */
const SHOWN = /^(?:text\/|image\/|audio\/|video\/|application\/(?:json|javascript|xml|xhtml\+xml)\b)|\+(?:json|xml)\b/i;

/**
 * The name under which a browser saves an answer; undefined when it shows it. A page's own name for it comes from
 * Content-Disposition (RFC 6266), else from the address.
 */
export function downloadName(request: PaneRequest, answer: PaneResponse): string | undefined {
  if (answer.failure !== undefined || answer.status < 200 || answer.status > 299) return undefined;
  const disposition = headerOf(answer.headers, "content-disposition") ?? "";
  const type = headerOf(answer.headers, "content-type") ?? "";
  const isAttachment = /^\s*attachment\b/i.test(disposition);
  const isFile = type !== "" && !SHOWN.test(type) && answer.body.length > 0;
  const wanted = request.mode === "download" || (request.mode === "navigate" && (isAttachment || isFile));
  if (!wanted) return undefined;
  const last = decode(new URL(request.url).pathname.split("/").at(-1) ?? "");
  // A name must not lead out of the folder.
  return (namedBy(disposition) ?? last).replace(/[/\\\0]/g, "_").replace(/^\.+/, "") || "download";
}

/** Saves it in ~/Downloads, under a name that is still free; the path. */
export function saveDownload(files: Files, home: string, name: string, bytes: Uint8Array): string {
  const folder = `${home}/Downloads`;
  files.mkdir(folder, { recursive: true });
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let path = `${folder}/${name}`;
  for (let count = 1; files.exists(path); count++) path = `${folder}/${stem} (${count})${ending}`;
  files.writeFile(path, bytes);
  return path;
}

function namedBy(disposition: string): string | undefined {
  const extended = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1];
  if (extended !== undefined) return decode(extended);
  return /filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1] ?? /filename\s*=\s*([^;\s"]+)/i.exec(disposition)?.[1];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
