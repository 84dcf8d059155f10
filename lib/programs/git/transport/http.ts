/** Smart HTTP (gitprotocol-http(5)): one request for the names, one for the rest. */
import { createPipe } from "../../../kernel/pipe.ts";
import { concat } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { type Connection, readAdvertisement, type Service } from "./connection.ts";
import { PacketReader } from "./packets.ts";

/** Runs curl, which knows names, certificates and redirects. The answer's body. */
async function curl(
  git: Git,
  url: string,
  args: readonly string[],
  body?: Uint8Array,
): Promise<{ status: number; code: string; body: Uint8Array; error: string }> {
  const input = createPipe();
  const output = createPipe();
  const errors = createPipe();
  const config = git.config.bool("http.sslVerify") === false ? ["-k"] : [];
  const child = git.self.spawn({
    argv: ["curl", "-sS", "-L", ...config, "-A", "git/2.39.5", "-w", "%{stderr}\n%{http_code}", ...args, url],
    path: "/usr/bin/curl",
    fds: new Map([
      [0, input.reader],
      [1, output.writer],
      [2, errors.writer],
    ]),
  });
  for (const file of [input.reader, output.writer, errors.writer]) file.release();
  const all = async (file: typeof output.reader) => {
    const parts: Uint8Array[] = [];
    for (let bytes = await file.read(65536, git.self.ended); bytes.length > 0; bytes = await file.read(65536, git.self.ended))
      parts.push(bytes);
    file.release();
    return concat(parts);
  };
  const reading = Promise.all([all(output.reader), all(errors.reader)]);
  if (body) await input.writer.write(body, git.self.ended);
  input.writer.release();
  const [out, err] = await reading;
  const status = (await git.self.wait(child.pid))?.status ?? 1;
  const lines = new TextDecoder().decode(err).split("\n");
  return {
    status,
    code: lines.pop() ?? "",
    body: out,
    error: lines
      .join("\n")
      .replace(/^curl: \(\d+\) /, "")
      .trim(),
  };
}

function check(url: string, answer: { status: number; code: string; error: string }): void {
  if (answer.status !== 0) throw new Fatal(`unable to access '${url}/': ${answer.error}`);
  if (answer.code === "404") throw new Fatal(`repository '${url}/' not found`);
  if (answer.code === "401") throw new Fatal(`Authentication failed for '${url}/'`);
  if (answer.code !== "200") throw new Fatal(`unable to access '${url}/': The requested URL returned error: ${answer.code}`);
}

export async function connectHttp(git: Git, url: string, service: Service): Promise<Connection> {
  await git.flush();
  const first = await curl(git, `${url}/info/refs?service=git-${service}`, []);
  check(url, first);
  const once = (bytes: Uint8Array) => {
    let given = false;
    return async () => {
      if (given) return new Uint8Array();
      given = true;
      return bytes;
    };
  };
  const names = new PacketReader(once(first.body));
  await names.lines();
  const { refs, capabilities } = await readAdvertisement(names);
  const sent: Uint8Array[] = [];
  let answer: Promise<Uint8Array> | undefined;
  const ask = () => {
    answer ??= (async () => {
      const reply = await curl(
        git,
        `${url}/git-${service}`,
        ["-X", "POST", "-H", `Content-Type: application/x-git-${service}-request`, "--data-binary", "@-"],
        concat(sent),
      );
      check(url, reply);
      return reply.body;
    })();
    return answer;
  };
  let given = false;
  const reader = new PacketReader(async () => {
    if (given) return new Uint8Array();
    given = true;
    return ask();
  });
  return {
    refs,
    capabilities,
    head: /symref=HEAD:(\S+)/.exec(capabilities)?.[1],
    reader,
    write: async (bytes) => void sent.push(bytes),
    endInput: async () => undefined,
    close: async () => 0,
  };
}
