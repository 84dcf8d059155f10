import { expect, it } from "vitest";
import { type HttpExchange, HttpTap } from "./http-tap.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function tap(): { tap: HttpTap; seen: string[] } {
  const seen: string[] = [];
  const onExchange = ({ method, host, target, status }: HttpExchange) => seen.push(`${method} ${host}${target} ${status}`);
  return { tap: new HttpTap({ now: () => 0, onExchange }), seen };
}

it("sees every exchange of a connection that is kept open, whatever the bodies' framing, however the bytes are cut", () => {
  const requests = "GET /a HTTP/1.1\r\nHost: web-1\r\n\r\n" + "POST /b HTTP/1.1\r\nHost: web-1\r\nContent-Length: 12\r\n\r\nGET / HTTP/1";
  const answers =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHTTP/\r\n3\r\n1.1\r\n0\r\nTrailer: x\r\n\r\n" +
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nnay";
  for (const size of [1, 7, 1000]) {
    const { tap: ear, seen } = tap();
    for (let at = 0; at < requests.length; at += size) ear.clientSent(bytes(requests.slice(at, at + size)));
    for (let at = 0; at < answers.length; at += size) ear.serverSent(bytes(answers.slice(at, at + size)));
    expect(seen).toEqual(["GET web-1/a 200", "POST web-1/b 404"]);
    ear.clientSent(bytes("HEAD /c HTTP/1.1\r\n\r\nGET /d HTTP/1.1\r\n\r\n"));
    ear.serverSent(bytes("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nHTTP/1.0 500 Oh\r\n\r\nHTTP/1.1 200 OK"));
    expect(seen.slice(2)).toEqual(["HEAD /c 200", "GET /d 500"]);
  }
});

it("says that a request got no answer when the connection closes", () => {
  const { tap: ear, seen } = tap();
  ear.clientSent(bytes("GET / HTTP/1.0\r\nHost: a\r\n\r\n"));
  ear.closed();
  ear.closed();
  expect(seen).toEqual(["GET a/ 0"]);
});

it("lets other protocols be", () => {
  for (const first of ["SSH-2.0-OpenSSH_9.2\r\n", "\x16\x03\x01GET / HTTP/1.1\r\n\r\n", "\x00\x00\x00\x08\x04\xd2\x16\x2f", "hello\n\n"]) {
    const { tap: ear, seen } = tap();
    ear.clientSent(bytes(first));
    ear.clientSent(bytes("GET / HTTP/1.1\r\n\r\n"));
    ear.closed();
    expect(seen).toEqual([]);
  }
});
