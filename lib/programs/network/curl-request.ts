/** What curl sends: method, headers and body from its options. */
import type { Process } from "../../kernel/types.ts";
import { Failure, reason } from "../core/errors.ts";
import { concat, encode } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { baseName } from "../core/paths.ts";
import type { Header } from "./http-message.ts";

export interface CurlRequest {
  readonly method: string;
  readonly body: Uint8Array | undefined;
  /** Headers of the user (-H), in order. An empty value removes a header of ours. */
  readonly headers: readonly Header[];
  readonly contentType: string | undefined;
  /** What -G puts behind the "?". */
  readonly query: string;
}

/** The file a "@name" stands for; "-" is standard input. */
async function fileBytes(self: Process, name: string, what: string): Promise<Uint8Array> {
  if (name === "-") return self.readAll(0);
  try {
    return self.files.readFile(name);
  } catch (error) {
    reason(error);
    throw new Failure(`(26) Failed to open/read local data from file/application${what}`, 26);
  }
}

function percentEncoded(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) {
    const c = String.fromCharCode(byte);
    out += /[A-Za-z0-9\-._~]/.test(c) ? c : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

/** The file of -T. */
async function uploaded(self: Process, name: string): Promise<Uint8Array> {
  if (name !== "-" && name !== "." && !self.files.access(name, 4))
    await self.error(`curl: Can't open '${name}'!\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
  return fileBytes(self, name, "");
}

/** As fileBytes, for -d: curl goes on without a file that it cannot read, and says so. */
async function postedFile(self: Process, name: string, silent: boolean): Promise<Uint8Array> {
  if (name === "-") return self.readAll(0);
  try {
    return self.files.readFile(name);
  } catch (error) {
    reason(error);
    if (!silent) await self.error(`Warning: Couldn't read data from file "${name}", this makes an empty \nWarning: POST.\n`);
    return new Uint8Array();
  }
}

async function dataPart(self: Process, key: string, value: string, silent: boolean): Promise<Uint8Array> {
  if (key === "data-raw") return encode(value);
  if (key === "data-urlencode") {
    const at = value.search(/[=@]/);
    // A space becomes "+" since 7.84.
    const percent = (bytes: Uint8Array) => percentEncoded(bytes).replaceAll("%20", "+");
    if (at < 0) return encode(percent(encode(value)));
    const name = value.slice(0, at);
    const content = value[at] === "=" ? encode(value.slice(at + 1)) : await postedFile(self, value.slice(at + 1), silent);
    return encode(name === "" ? percent(content) : `${name}=${percent(content)}`);
  }
  if (!value.startsWith("@")) return encode(value);
  const bytes = await postedFile(self, value.slice(1), silent);
  // -d takes newlines and null bytes out of files.
  return key === "data" || key === "data-ascii" ? bytes.filter((byte) => byte !== 10 && byte !== 13 && byte !== 0) : bytes;
}

/** --url-query: as --data-urlencode; what begins with "+" is taken as it is. */
async function queryPart(self: Process, value: string): Promise<string> {
  return value.startsWith("+") ? value.slice(1) : new TextDecoder().decode(await dataPart(self, "data-urlencode", value, true));
}

const TYPES: Readonly<Record<string, string>> = {
  gif: "image/gif",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  htm: "text/html",
  html: "text/html",
  pdf: "application/pdf",
  xml: "application/xml",
  json: "application/octet-stream",
};

async function multipart(self: Process, args: Arguments): Promise<{ body: Uint8Array; type: string }> {
  let digits = "";
  for (let i = 0; i < 16; i++) digits += Math.floor(self.machine.kernel.random() * 16).toString(16);
  const boundary = `------------------------${digits}`;
  const parts: Uint8Array[] = [];
  for (const option of args.given) {
    if (option.key !== "form" && option.key !== "form-string") continue;
    const equals = option.value.indexOf("=");
    if (equals < 0) throw new Failure(`option -F: is badly used here\ncurl: try 'curl --help' or 'curl --manual' for more information`, 2);
    const name = option.value.slice(0, equals);
    let value = option.value.slice(equals + 1);
    let head = `Content-Disposition: form-data; name="${name}"`;
    let content: Uint8Array;
    let type: string | undefined;
    if (option.key === "form" && /^[@<]/.test(value)) {
      const isFile = value.startsWith("@");
      const [path = "", ...attributes] = value.slice(1).split(";");
      let fileName = baseName(path);
      for (const attribute of attributes) {
        if (attribute.startsWith("type=")) type = attribute.slice(5);
        if (attribute.startsWith("filename=")) fileName = attribute.slice(9);
      }
      content = await fileBytes(self, path, "");
      if (isFile) {
        head += `; filename="${fileName}"`;
        type ??= TYPES[path.split(".").pop()?.toLowerCase() ?? ""] ?? "application/octet-stream";
      }
    } else {
      const typed = option.key === "form" ? /;type=([^;]+)$/.exec(value) : null;
      if (typed) {
        type = typed[1];
        value = value.slice(0, typed.index);
      }
      content = encode(value);
    }
    parts.push(encode(`--${boundary}\r\n${head}\r\n${type === undefined ? "" : `Content-Type: ${type}\r\n`}\r\n`), content, encode("\r\n"));
  }
  parts.push(encode(`--${boundary}--\r\n`));
  return { body: concat(parts), type: `multipart/form-data; boundary=${boundary}` };
}

const DATA = ["data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json"];

/** Reads the options; throws Failure with curl's message and status. */
export async function buildRequest(self: Process, args: Arguments): Promise<CurlRequest> {
  const headers: Header[] = [];
  for (const text of args.all("header")) {
    const lines = text.startsWith("@")
      ? new TextDecoder()
          .decode(await fileBytes(self, text.slice(1), ""))
          .split("\n")
          .filter((line) => line !== "")
      : [text];
    for (const line of lines) {
      const colon = line.search(/[:;]/);
      if (colon < 0) continue;
      const name = line.slice(0, colon);
      const value = line.slice(colon + 1).trim();
      // "Name;" sends an empty header, "Name:" removes one.
      headers.push({ name, value: line[colon] === ";" && value === "" ? "\0" : value });
    }
  }
  let body: Uint8Array | undefined;
  let contentType: string | undefined;
  let query = "";
  const data = args.given.filter((option) => DATA.includes(option.key));
  if (data.length > 0) {
    const parts: Uint8Array[] = [];
    for (const option of data) {
      if (parts.length > 0 && option.key !== "json") parts.push(encode("&"));
      parts.push(await dataPart(self, option.key === "json" ? "data-binary" : option.key, option.value, args.has("silent")));
    }
    const whole = concat(parts);
    if (args.has("get")) query = new TextDecoder().decode(whole);
    else {
      body = whole;
      contentType = args.has("json") ? "application/json" : "application/x-www-form-urlencoded";
    }
  }
  if (args.has("url-query"))
    query = [query, ...(await Promise.all(args.all("url-query").map((value) => queryPart(self, value))))]
      .filter((part) => part !== "")
      .join("&");
  if (data.length === 0 && args.has("form", "form-string")) {
    const built = await multipart(self, args);
    body = built.body;
    contentType = built.type;
  } else if (data.length === 0 && args.has("upload-file")) body = await uploaded(self, args.get("upload-file") ?? "");
  const method = args.get("request") ?? (args.has("head") ? "HEAD" : args.has("upload-file") ? "PUT" : body === undefined ? "GET" : "POST");
  return { method, body, headers, contentType, query };
}
