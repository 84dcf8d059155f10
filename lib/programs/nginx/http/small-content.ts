/** stub_status and empty_gif. */
import { type HttpRequest, Outgoing } from "./request.ts";

const GIF =
  "GIF89a\x01\x00\x01\x00\x80\x01\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x01\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x4c\x01\x00\x3b";

export function stubStatus(r: HttpRequest): Outgoing | number {
  if (r.method !== "GET" && r.method !== "HEAD") return 405;
  const { active, accepted, handled, requests, reading, writing } = r.worker.shared;
  const waiting = Math.max(0, active - reading - writing);
  const text = `Active connections: ${active} \nserver accepts handled requests\n ${accepted} ${handled} ${requests} \nReading: ${reading} Writing: ${writing} Waiting: ${waiting} \n`;
  const out = new Outgoing();
  out.contentType = "text/plain";
  out.body = new TextEncoder().encode(text);
  out.length = text.length;
  return out;
}

export function emptyGif(r: HttpRequest): Outgoing | number {
  if (r.method !== "GET" && r.method !== "HEAD") return 405;
  const out = new Outgoing();
  out.contentType = "image/gif";
  out.lastModifiedMs = 23_349_600_000;
  out.body = Uint8Array.from(GIF, (char) => char.charCodeAt(0));
  out.length = GIF.length;
  return out;
}
