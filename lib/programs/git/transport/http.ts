/** Smart HTTP (gitprotocol-http(5)): one request for the names, one for the rest. */
import { createPipe } from "../../../kernel/pipe.ts";
import { concat, decode } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { type Connection, readAdvertisement, type Service } from "./connection.ts";
import { approveCredential, type Credential, fillCredential, rejectCredential, splitAddress } from "./credentials.ts";
import { PacketReader } from "./packets.ts";

interface Reply {
  /** curl's. */
  readonly status: number;
  readonly code: string;
  readonly type: string;
  /** After redirects. */
  readonly url: string;
  readonly body: Uint8Array;
  readonly error: string;
}

/** Runs curl, which knows names, certificates and redirects. */
async function curl(git: Git, url: string, args: readonly string[], body?: Uint8Array): Promise<Reply> {
  const input = createPipe();
  const output = createPipe();
  const errors = createPipe();
  const insecure = git.config.bool("http.sslVerify") === false ? ["-k"] : [];
  const headers = git.config.all("http.extraHeader").flatMap((header) => ["-H", header]);
  const child = git.self.spawn({
    argv: [
      "curl",
      "-sS",
      "-L",
      ...insecure,
      ...headers,
      "-A",
      "git/2.39.5",
      "-w",
      "%{stderr}\n%{http_code} %{url_effective} %{content_type}",
      ...args,
      url,
    ],
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
  const lines = decode(err).split("\n");
  const [code = "", effective = url, ...type] = (lines.pop() ?? "").split(" ");
  const error = lines
    .join("\n")
    .replace(/^curl: \(\d+\) /, "")
    .trim();
  return { status, code, type: type.join(" "), url: effective, body: out, error };
}

/** What the site says of its refusal, as remote-curl(1) shows it: text, line by line. */
function showMessage(git: Git, { type, body }: Reply): void {
  if (!/^text\/plain\b/.test(type)) return;
  for (const line of decode(body).trimEnd().split("\n")) git.warn(`remote: ${line}\n`);
}

function check(git: Git, url: string, reply: Reply): void {
  if (reply.status !== 0) throw new Fatal(`unable to access '${url}/': ${reply.error}`);
  if (reply.code === "200") return;
  showMessage(git, reply);
  if (reply.code === "404") throw new Fatal(`repository '${url}/' not found`);
  if (reply.code === "401") throw new Fatal(`Authentication failed for '${url}/'`);
  throw new Fatal(`unable to access '${url}/': The requested URL returned error: ${reply.code}`);
}

/** Asks with who asks, which is found out when the site wants to know it. */
class Asker {
  private credential: Credential;
  private isApproved = false;

  constructor(
    private readonly git: Git,
    credential: Credential,
  ) {
    this.credential = credential;
  }

  async ask(url: string, args: readonly string[], body?: Uint8Array): Promise<Reply> {
    const { git } = this;
    const reply = await curl(git, url, [...this.identity(), ...args], body);
    if (reply.status === 0 && reply.code === "401") {
      if (this.isComplete()) {
        await rejectCredential(git, this.credential);
        return reply;
      }
      this.credential = await fillCredential(git, this.credential);
      return this.ask(url, args, body);
    }
    if (reply.code === "200" && this.isComplete() && !this.isApproved) {
      this.isApproved = true;
      await approveCredential(git, this.credential);
    }
    return reply;
  }

  private isComplete(): boolean {
    return this.credential.username !== undefined && this.credential.password !== undefined;
  }

  private identity(): string[] {
    return this.isComplete() ? ["-u", `${this.credential.username}:${this.credential.password}`] : [];
  }
}

export async function connectHttp(git: Git, given: string, service: Service): Promise<Connection> {
  await git.flush();
  const { url: asked, credential } = splitAddress(given);
  const asker = new Asker(git, credential);
  const suffix = `/info/refs?service=git-${service}`;
  const first = await asker.ask(asked + suffix, []);
  check(git, asked, first);
  // http.followRedirects: the first answer tells where everything else is asked.
  const url = first.url.endsWith(suffix) ? first.url.slice(0, -suffix.length) : asked;
  if (url !== asked) git.warn(`warning: redirecting to ${url}/\n`);
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
      const type = `Content-Type: application/x-git-${service}-request`;
      const reply = await asker.ask(`${url}/git-${service}`, ["-X", "POST", "-H", type, "--data-binary", "@-"], concat(sent));
      check(git, url, reply);
      return reply.body;
    })();
    return answer;
  };
  let isAsked = false;
  const reader = new PacketReader(async () => {
    if (isAsked) return new Uint8Array();
    isAsked = true;
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
