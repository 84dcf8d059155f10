/** What differs from run to run is taken out of what was recorded: times, process ids, folders. */
export function logLines(text, folder) {
  return (
    text
      .replaceAll(folder, "DIR")
      .replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, "")
      .replace(/\b\d+#\d+: /g, "")
      // The clock runs on: an excess of 1.999 is one of 2.
      .replace(/excess: (\d+\.\d+)/g, (_, excess) => `excess: ${Math.ceil(Number(excess))}`)
      .replace(/\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\]/g, "[TIME]")
  );
}

/** A raw answer (Latin-1): the date is taken out; a gzip body is unpacked by `gunzip`. */
export async function response(raw, folder, gunzip, dechunk = false) {
  const text = raw.replace(/^Date: (?!Mon, 01 Jan 2024).*$/gm, "Date: NOW").replaceAll(folder, "DIR");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return text;
  let head = text.slice(0, end).replace(/^Expires: .* 20(?!37)\d\d .*$/m, "Expires: LATER");
  let body = text.slice(end + 4);
  const boundary = /boundary=(\d+)/.exec(head)?.[1];
  if (boundary !== undefined) {
    head = head.replaceAll(boundary, "BOUNDARY");
    body = body.replaceAll(boundary, "BOUNDARY");
  }
  if (/^content-encoding: gzip/im.test(head)) {
    const packed = /^transfer-encoding: chunked/im.test(head) ? unchunk(body) : body;
    try {
      if (packed !== "") body = `GZIP(${await gunzip(packed)})`;
    } catch {
      // A file whose name ends in .gz need not be one.
    }
  } else if (dechunk && /^transfer-encoding: chunked/im.test(head)) body = unchunk(body);
  return `${head}\r\n\r\n${body}`;
}

function unchunk(text) {
  let out = "";
  for (let at = 0; ; ) {
    const line = text.indexOf("\r\n", at);
    const size = Number.parseInt(text.slice(at, line), 16);
    if (!(size > 0)) return out;
    out += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}

/** A request as it goes over the wire: given whole, or "GET /path" with fields. */
export function wire(request) {
  if (typeof request !== "string") {
    if (request.raw !== undefined) return request.raw;
    const { method = "GET", path = "/", host = "localhost:8080", version = "1.1", headers = {}, body } = request;
    const fields = Object.entries({
      ...(host === null ? {} : { Host: host }),
      ...(body === undefined ? {} : { "Content-Length": String(body.length) }),
      Connection: "close",
      ...headers,
    });
    return `${method} ${path} HTTP/${version}\r\n${fields
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("")}\r\n${body ?? ""}`;
  }
  const [method, path] = request.includes(" ") ? request.split(" ") : ["GET", request];
  return `${method} ${path} HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\n\r\n`;
}

/** The files of a case: those that every case has, and its own. */
export const FILES = {
  "html/index.html": "<h1>home</h1>\n",
  "html/page.html": "<p>a page</p>\n",
  "html/note.txt": "0123456789\n",
  "html/style.css": "h1 { color: teal }\n",
  "html/data.json": "{}\n",
  "html/noext": "plain\n",
  "html/docs/index.html": "<h1>docs</h1>\n",
  "html/docs/a b.txt": "a b\n",
  "html/docs/guide/start.html": "<p>start</p>\n",
  "html/empty/.keep": "",
  "html/404.html": "<h1>not here</h1>\n",
  "html/50x.html": "<h1>broken</h1>\n",
  "html/big.txt": "0123456789abcdef\n".repeat(300),
  "files/secret.txt": "secret\n",
  "other/index.html": "<h1>other</h1>\n",
  "other/note.txt": "other note\n",
};

/** Files whose mode is another than 0644. */
export const MODES = { "html/private.txt": 0o600, "html/locked/x.txt": 0o644 };

/** All files bear this time: 2024-01-01T12:00:00Z. */
export const MTIME = 1_704_110_400;

/** The whole configuration around what a case sets. */
export function wholeConfig({ config, http = "", main = "" }) {
  const server = config.includes("server {") ? config : `server {\nlisten 8080;\nserver_name localhost;\n${config}\n}`;
  return `worker_processes 1;\npid nginx.pid;\nerror_log error.log warn;\n${main}events { worker_connections 64; }\nhttp {\n${http.includes("access_log off") ? "" : "access_log access.log;\n"}client_body_temp_path body; proxy_temp_path proxy;\n${http}\n${server}\n}\n`;
}
