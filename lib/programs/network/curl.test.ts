import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Machine, Process } from "../../kernel/types.ts";
import { encode } from "../core/io.ts";
import { freshMachine, runScript } from "../testing.ts";

let machine: Machine;

/** A small HTTP server on port 8000, in the kernel: answers by the path of the request. */
async function serve(self: Process): Promise<number> {
  const server = self.machine.network.socket();
  server.bind("0.0.0.0", 8000, self.credentials);
  server.listen(8);
  for (;;) {
    const client = await server.accept(self.ended);
    let request = "";
    while (!request.includes("\r\n\r\n")) {
      const bytes = await client.read(65536, self.ended);
      if (bytes.length === 0) break;
      request += new TextDecoder().decode(bytes);
    }
    const length = Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0);
    while (request.length - request.indexOf("\r\n\r\n") - 4 < length)
      request += new TextDecoder().decode(await client.read(65536, self.ended));
    const path = request.split(" ")[1] ?? "/";
    const answer = (status: string, body: string, headers = "") =>
      client.write(encode(`HTTP/1.1 ${status}\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`));
    if (path === "/echo") await answer("200 OK", request);
    else if (path === "/moved") await answer("302 Found", "", "Location: /final\r\nSet-Cookie: a=1; Path=/\r\n");
    else if (path === "/final") await answer("200 OK", `final ${/^cookie: (.*)\r$/im.exec(request)?.[1] ?? "none"}\n`);
    else if (path === "/chunks")
      await client.write(encode("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
    else if (path === "/empty") await Promise.resolve();
    else await answer("404 Not Found", "gone\n");
    client.release();
  }
}

beforeEach(async () => {
  machine = await freshMachine();
  machine.spawn({ argv: ["server"], env: {}, cwd: "/", credentials: { uid: 0, gid: 0, groups: [0] }, run: serve });
  while (machine.network.listening().length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
});
afterEach(() => machine.destroy());

describe("curl", () => {
  it("sends what the options say", async () => {
    const { stdout } = await runScript(machine, "curl -s -H 'X-A: b' -d x=1 -d y=2 http://localhost:8000/echo");
    expect(stdout).toBe(
      "POST /echo HTTP/1.1\r\nHost: localhost:8000\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nX-A: b\r\nContent-Length: 7\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nx=1&y=2",
    );
  });

  it("follows redirects with -L and keeps cookies in its jar", async () => {
    expect((await runScript(machine, "curl -s -L -c jar -b jar localhost:8000/moved; grep -c 'a.1$' jar")).stdout).toBe("final a=1\n1\n");
    expect((await runScript(machine, "curl -s -o /dev/null -w '%{http_code} %{redirect_url}\\n' localhost:8000/moved")).stdout).toBe(
      "302 http://localhost:8000/final\n",
    );
  });

  it("reads chunked bodies, and shows heads with -i and -I", async () => {
    expect((await runScript(machine, "curl -s localhost:8000/chunks")).stdout).toBe("abcde");
    expect((await runScript(machine, "curl -si localhost:8000/nope")).stdout).toBe(
      "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\ngone\n",
    );
  });

  it("ends with the numbers and messages of the real one", async () => {
    expect(await runScript(machine, "curl -sS nowhere.example")).toEqual({
      stdout: "",
      stderr: "curl: (6) Could not resolve host: nowhere.example\n",
      exitCode: 6,
    });
    const refused = await runScript(machine, "curl -sS localhost:1");
    expect(refused.stderr).toMatch(/^curl: \(7\) Failed to connect to localhost port 1 after \d+ ms: Couldn't connect to server\n$/);
    expect(refused.exitCode).toBe(7);
    expect(await runScript(machine, "curl -sSf localhost:8000/nope")).toEqual({
      stdout: "",
      stderr: "curl: (22) The requested URL returned error: 404\n",
      exitCode: 22,
    });
    expect(await runScript(machine, "curl -sS localhost:8000/empty")).toEqual({
      stdout: "",
      stderr: "curl: (52) Empty reply from server\n",
      exitCode: 52,
    });
    expect((await runScript(machine, "curl --nonsense x")).exitCode).toBe(2);
  });

  it("shows who listens, by ss", async () => {
    expect((await runScript(machine, "ss -tln | grep -c ':8000'; curl -s -o page localhost:8000/final; cat page")).stdout).toBe(
      "1\nfinal none\n",
    );
  });
});
