import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Machine, Process } from "../../kernel/types.ts";
import { freshMachine, runScript } from "../testing.ts";

interface Recording {
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const folder = join(dirname(fileURLToPath(import.meta.url)), "../recordings/served");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const answers: Readonly<Record<string, string>> = JSON.parse(read("answers.json"));
const recordings: readonly Recording[] = JSON.parse(read("commands.json"));

const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const textOf = (bytes: Uint8Array) => String.fromCharCode(...bytes);

/** The server that curl and wget talked to when they were recorded: answers by the path, echoes the request, or never answers. */
async function serve(self: Process): Promise<number> {
  const server = self.machine.network.socket();
  server.bind("0.0.0.0", 8000, self.credentials);
  server.listen(8);
  for (;;) {
    const client = await server.accept(self.ended);
    void answer(client).finally(() => client.release());
  }

  async function answer(client: Awaited<ReturnType<typeof server.accept>>): Promise<void> {
    let request = "";
    const more = async () => {
      const bytes = await client.read(65536, self.ended);
      request += textOf(bytes);
      return bytes.length > 0;
    };
    while (!request.includes("\r\n\r\n")) {
      if (!(await more())) return;
      if (request.startsWith("\x16")) {
        await client.write(bytesOf("HTTP/1.1 400 Bad Request\r\n\r\n"));
        return;
      }
    }
    const end = request.indexOf("\r\n\r\n") + 4;
    const head = request.slice(0, end);
    if (/expect: 100/i.test(head)) await client.write(bytesOf("HTTP/1.1 100 Continue\r\n\r\n"));
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    while (request.length < end + length) if (!(await more())) return;
    if (/transfer-encoding: chunked/i.test(head)) while (!request.endsWith("0\r\n\r\n")) if (!(await more())) return;
    const [method = "", target = ""] = head.split(" ");
    const path = target.split("?")[0] ?? "";
    if (path === "/never") {
      await more();
      return;
    }
    const whole = (headers: string, body: string) => `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
    let said = answers[path] ?? answers["/nope"] ?? "";
    if (path === "/echo" || (path === "/secret" && /authorization/i.test(head))) said = whole("", request);
    else if (path === "/gzip") said = whole("Content-Encoding: gzip\r\n", textOf(gzipSync("hello\n")));
    if (method === "HEAD") said = said.slice(0, said.indexOf("\r\n\r\n") + 4);
    if (said !== "") await client.write(bytesOf(said));
  }
}

let machine: Machine;

beforeAll(async () => {
  machine = await freshMachine();
  machine.spawn({ argv: ["server"], env: {}, cwd: "/", credentials: { uid: 0, gid: 0, groups: [0] }, run: serve });
  while (machine.network.listening().length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
});
afterAll(() => machine.destroy());

/** Ports, dates and times are not the same twice. */
function steady(text: string): string {
  return text
    .replaceAll(/\/bin\/bash: line \d+: /g, "bash: ")
    .replaceAll(/after \d+ (ms|milliseconds)/g, "after N $1")
    .replaceAll(/^(\* {3}Trying ).*\n/gm, "")
    .replaceAll(/^\* connect to .*\n/gm, "");
}

describe("what curl 7.88.1 and wget 1.21.3 say to a server that answers", () => {
  it.each(recordings.map((recording) => [recording.script, recording] as const))("%s", async (_script, { script, ...said }) => {
    const found = await runScript(machine, script);
    expect({ stdout: steady(found.stdout), stderr: steady(found.stderr), exitCode: found.exitCode }).toEqual({
      stdout: steady(said.stdout),
      stderr: steady(said.stderr),
      exitCode: said.exitCode,
    });
  });
});
