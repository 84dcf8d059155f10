/** Parts of a body (RFC 9110 14, ngx_http_range_filter_module). */
import { concat, encode } from "../../core/io.ts";
import { parseHttpDate } from "./dates.ts";
import type { HttpRequest, Outgoing } from "./request.ts";

interface Range {
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
}

/** "whole": as if nobody had asked; "none": what was asked for is not there. */
function parseRanges(header: string, length: number, most: number): readonly Range[] | "whole" | "none" {
  if (!/^bytes=/i.test(header)) return "whole";
  const ranges: Range[] = [];
  let size = 0;
  for (const part of header.slice(6).split(",")) {
    const match = /^\s*(\d*)\s*-\s*(\d*)\s*$/.exec(part);
    if (!match || (match[1] === "" && match[2] === "")) return "none";
    let start = match[1] === "" ? Math.max(0, length - Number(match[2])) : Number(match[1]);
    let end = match[1] === "" || match[2] === "" ? length : Math.min(length, Number(match[2]) + 1);
    if (match[1] === "" && Number(match[2]) === 0) [start, end] = [length, length];
    if (match[1] !== "" && match[2] !== "" && Number(match[2]) < start) end = start;
    if (start < end) {
      ranges.push({ start, end });
      size += end - start;
      if (ranges.length > most) return "whole";
    } else if (start === 0) return "whole";
  }
  if (ranges.length === 0) return "none";
  return size > length ? "whole" : ranges;
}

let boundaries = 0;

/** Cuts the body; 416 where nothing is left. */
export function cutRanges(r: HttpRequest, out: Outgoing): 416 | undefined {
  if (!out.allowRanges || out.status !== 200 || out.length === undefined || r.version < 1000) return undefined;
  const accept = () => out.headers.push({ name: "Accept-Ranges", value: "bytes" });
  const header = r.field("range");
  const most = r.settings.numbers.max_ranges ?? Number.POSITIVE_INFINITY;
  const ifRange = r.field("if-range");
  const isFresh = () => {
    if (ifRange === undefined) return true;
    if (ifRange.endsWith('"')) return ifRange === out.header("etag");
    return out.lastModifiedMs !== undefined && parseHttpDate(ifRange) === Math.floor(out.lastModifiedMs / 1000);
  };
  if (header === undefined || header.length < 7 || most === 0 || !isFresh()) {
    if (most > 0) accept();
    return undefined;
  }
  const whole = out.length;
  const ranges = parseRanges(header, whole, most);
  if (ranges === "whole") {
    accept();
    return undefined;
  }
  if (ranges === "none") {
    out.headers.push({ name: "Content-Range", value: `bytes */${whole}` });
    return 416;
  }
  const body = out.body instanceof Uint8Array ? out.body : new Uint8Array();
  const [first] = ranges;
  out.status = 206;
  if (ranges.length === 1 && first !== undefined) {
    out.headers.push({ name: "Content-Range", value: `bytes ${first.start}-${first.end - 1}/${whole}` });
    out.length = first.end - first.start;
    out.body = body.subarray(first.start, first.end);
    return undefined;
  }
  const boundary = String(++boundaries).padStart(20, "0");
  const type = out.contentType === "" ? "" : `Content-Type: ${out.contentType}${out.charset === "" ? "" : `; charset=${out.charset}`}\r\n`;
  const parts: Uint8Array[] = [];
  for (const { start, end } of ranges) {
    parts.push(encode(`\r\n--${boundary}\r\n${type}Content-Range: bytes ${start}-${end - 1}/${whole}\r\n\r\n`), body.subarray(start, end));
  }
  parts.push(encode(`\r\n--${boundary}--\r\n`));
  out.body = concat(parts);
  out.length = out.body.length;
  out.contentType = `multipart/byteranges; boundary=${boundary}`;
  out.charset = "";
  return undefined;
}
