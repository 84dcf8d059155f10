/** The small servers behind nginx in the recordings: the recorder runs them for the real nginx, the test for ours. */

/** What is sent for a request, by its path; `hang`: nothing more comes, and the connection stays open. */
export function answer(request, port) {
  const target = request.split(" ")[1] ?? "/";
  const path = target.replace(/^.*?\/app(?=\/)/, "").split("?")[0];
  const query = target.includes("?") ? target.slice(target.indexOf("?") + 1) : "";
  const isHead = request.startsWith("HEAD ");
  const plain = (status, fields, body) => ({
    text: `HTTP/1.1 ${status}\r\nServer: small/1.0\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n${fields.map((field) => `${field}\r\n`).join("")}Content-Length: ${body.length}\r\n\r\n${isHead ? "" : body}`,
  });
  const html = "Content-Type: text/html; charset=utf-8";
  if (path.startsWith("/status/")) {
    const status = path.slice(8, 11);
    const words = {
      200: "OK",
      201: "Created",
      401: "Unauthorized",
      404: "Not Found",
      500: "Internal Server Error",
      503: "Service Unavailable",
    };
    return plain(`${status} ${words[status] ?? "Strange"}`, [html, 'WWW-Authenticate: Basic realm="up"'], `<p>status ${status}</p>\n`);
  }
  if (path === "/redirect") return plain("302 Found", [`Location: ${decodeURIComponent(query)}`], "moved\n");
  if (path === "/cookie")
    return plain("200 OK", [html, "Set-Cookie: a=1; Path=/app/; HttpOnly", "Set-Cookie: b=2; Domain=inner.test; path=/app/x"], "cookies\n");
  if (path === "/headers")
    return plain(
      "200 OK",
      [
        html,
        "X-Powered-By: Small",
        "X-One: 1",
        "X-One: 2",
        "X-Pad: pad",
        "X-Accel-Expires: 10",
        "Cache-Control: no-store",
        'ETag: "abc"',
        "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT",
        "Vary: Accept",
        "Connection: close",
        "Keep-Alive: timeout=5",
      ],
      "headers\n",
    );
  if (path === "/chunked")
    return {
      text: `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n6\r\nworld\n\r\n0\r\n\r\n`,
    };
  if (path === "/to-the-end") return { text: "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end\n" };
  if (path === "/none") return { text: "" };
  if (path === "/garbage") return { text: "this is no HTTP\n" };
  if (path === "/short") return { text: "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nshort\n" };
  if (path === "/slow") return { text: "", hang: true };
  if (path === "/accel")
    return plain(
      "200 OK",
      [html, "X-Accel-Redirect: /files/secret.txt", 'Content-Disposition: attachment; filename="s.txt"'],
      "not shown\n",
    );
  if (path === "/accel-named") return plain("200 OK", ["X-Accel-Redirect: @fallback"], "not shown\n");
  if (path === "/big") return plain("200 OK", ["Content-Type: text/plain"], "0123456789abcde\n".repeat(1500));
  if (path === "/big-header") return plain("200 OK", [`X-Big: ${"b".repeat(5000)}`], "big\n");
  if (path === "/no-type") return plain("200 OK", [], "no type\n");
  if (path === "/json") return plain("200 OK", ["Content-Type: application/json"], `{"port": ${port}, "text": "${"x".repeat(60)}"}\n`);
  if (path === "/who") return plain("200 OK", ["Content-Type: text/plain"], `${port}\n`);
  // Everything else shows what came.
  return plain("200 OK", ["Content-Type: text/plain", `X-Server: ${port}`], request.replaceAll("\r\n", "\n"));
}

/** The length of a request's body, from its head. */
export function bodyLength(head) {
  return Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
}

/** A complete request in these bytes (as Latin-1), or undefined. */
export function complete(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const size = end + 4 + bodyLength(text.slice(0, end));
  return text.length >= size ? text.slice(0, size) : undefined;
}

export const UPSTREAM_PORTS = [9001, 9002, 9003];
/** Nobody listens here. */
export const DEAD_PORT = 9009;
