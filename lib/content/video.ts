import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Films longer than this belong to a site of films; a course must fit into a browser's cache. */
const LARGEST = 12_000_000;

/** Types of the files that a lesson serves beside its page, by the end of their names. */
export const mediaTypes: Readonly<Record<string, string>> = { webm: "video/webm", mp4: "video/mp4", vtt: "text/vtt; charset=utf-8" };

/** Why a path of a lesson's folder can't be shown as a film (or as its captions), or undefined when it can. */
export function videoProblem(folder: string, path: string, kind: "film" | "captions"): string | undefined {
  const wanted =
    kind === "film" ? /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*\.(webm|mp4)$/i : /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*\.vtt$/i;
  if (!wanted.test(path)) {
    return kind === "film"
      ? "Films are WebM or MP4 files in the lesson's own folder, like videos/release.webm."
      : "Captions are a WebVTT file in the lesson's own folder, like videos/release.vtt.";
  }
  const file = join(folder, path);
  if (!existsSync(file)) return `There is no file ${path} in the lesson's folder.`;
  if (statSync(file).size > LARGEST) return `It is larger than ${LARGEST / 1_000_000} MB. Show less, or make it smaller.`;
  const begin = readFileSync(file).subarray(0, 12);
  // WebVTT §4: the file begins with this word. Matroska's EBML header, and the box `ftyp` of ISO base media files.
  if (kind === "captions")
    return /^(\uFEFF)?WEBVTT/.test(begin.toString("utf8")) ? undefined : "It does not begin with WEBVTT, so it is no WebVTT.";
  const isWebm = begin.subarray(0, 4).equals(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]));
  const isMp4 = begin.subarray(4, 8).toString("latin1") === "ftyp";
  return isWebm || isMp4 ? undefined : "It is neither WebM nor MP4, whatever its name says.";
}
