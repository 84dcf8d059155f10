/** Reaching another repository: a path on this machine, ssh, or a hosting site over HTTP. */
import { createPipe } from "../../../kernel/pipe.ts";
import type { OpenFile } from "../../../kernel/types.ts";
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { splitWords } from "../words.ts";
import { GoneAway, PacketReader } from "./packets.ts";

export type Service = "upload-pack" | "receive-pack";

export type Address =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "ssh"; readonly host: string; readonly port: string | undefined; readonly path: string }
  | { readonly kind: "http"; readonly url: string };

/** As git-clone(1), GIT URLS, has them. Throws Fatal for a scheme that there is not. */
export function parseAddress(text: string): Address {
  if (/^https?:\/\//.test(text)) return { kind: "http", url: text.replace(/\/+$/, "") };
  if (text.startsWith("file://")) return { kind: "path", path: text.slice(7) };
  const ssh = /^(?:git\+)?ssh:\/\/([^/:]+)(?::(\d+))?(\/.*)$/.exec(text);
  if (ssh) return { kind: "ssh", host: ssh[1] ?? "", port: ssh[2], path: (ssh[3] ?? "").replace(/^\/~/, "~") };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//.exec(text)?.[1];
  if (scheme !== undefined)
    throw new Fatal(
      scheme === "git"
        ? "the git:// protocol is real, but this machine does not model it; see /reference/machine"
        : `Unable to find remote helper for '${scheme}'`,
    );
  const scp = /^(?:([^/:@]+)@)?([^/:]+):(.*)$/s.exec(text);
  if (scp && !text.startsWith("/") && !text.startsWith("./"))
    return { kind: "ssh", host: scp[1] === undefined ? (scp[2] ?? "") : `${scp[1]}@${scp[2]}`, port: undefined, path: scp[3] ?? "" };
  return { kind: "path", path: text };
}

export interface RemoteRef {
  readonly name: string;
  readonly oid: string;
}

export interface Connection {
  readonly refs: readonly RemoteRef[];
  readonly capabilities: string;
  /** The branch that the other side's HEAD names. */
  readonly head: string | undefined;
  readonly reader: PacketReader;
  write(bytes: Uint8Array): Promise<void>;
  /** No more is to be written: for HTTP, when the request goes out. */
  endInput(): Promise<void>;
  close(): Promise<number>;
}

const shellQuote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function commandFor(git: Git, address: Exclude<Address, { kind: "http" }>, service: Service): { argv: string[]; path?: string } {
  if (address.kind === "path") return { argv: ["git", service, address.path], path: "/usr/bin/git" };
  const remote = `git-${service} ${shellQuote(address.path)}`;
  const set = git.env.GIT_SSH_COMMAND ?? git.config.get("core.sshCommand");
  const port = address.port === undefined ? [] : ["-p", address.port];
  if (set !== undefined) {
    const words = splitWords(set) ?? ["ssh"];
    return { argv: [...words, ...port, address.host, remote] };
  }
  return { argv: [git.env.GIT_SSH ?? "ssh", ...port, address.host, remote] };
}

export async function readAdvertisement(reader: PacketReader): Promise<{ refs: RemoteRef[]; capabilities: string }> {
  const refs: RemoteRef[] = [];
  let capabilities = "";
  for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
    if (line.startsWith("ERR ")) throw new Fatal(`remote error: ${line.slice(4)}`);
    const [text = "", given] = line.split("\0");
    if (given !== undefined) capabilities = given;
    const found = /^([0-9a-f]{40}) (.*)$/.exec(text);
    if (found && found[2] !== "capabilities^{}") refs.push({ oid: found[1] ?? "", name: found[2] ?? "" });
  }
  return { refs, capabilities };
}

/** Throws Quit or Fatal with git's words when the other side can't be reached. */
export async function connect(git: Git, text: string, service: Service): Promise<Connection> {
  const address = parseAddress(text);
  if (address.kind === "http") {
    const { connectHttp } = await import("./http.ts");
    return connectHttp(git, address.url, service);
  }
  if (address.kind === "path" && !git.files.exists(address.path))
    throw new Quit(`fatal: '${text}' does not appear to be a git repository\n${GONE}`, 128);
  await git.flush();
  const input = createPipe();
  const output = createPipe();
  const fds = new Map<number, OpenFile>([
    [0, input.reader],
    [1, output.writer],
  ]);
  const stderr = git.self.fds.get(2);
  if (stderr) fds.set(2, stderr);
  const { argv, path } = commandFor(git, address, service);
  const env = Object.fromEntries(
    Object.entries(git.env).filter(([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|CONFIG_COUNT)$/.test(name)),
  );
  let child: { pid: number };
  try {
    child = git.self.spawn({ argv, ...(path === undefined ? {} : { path }), env, fds });
  } catch {
    throw new Quit(`error: cannot run ${argv[0]}: No such file or directory\nfatal: unable to fork\n`, 128);
  } finally {
    input.reader.release();
    output.writer.release();
  }
  const reader = PacketReader.of(git.self, output.reader);
  let closed = false;
  const endInput = async () => {
    if (!closed) input.writer.release();
    closed = true;
  };
  const close = async () => {
    await endInput();
    output.reader.release();
    return (await git.self.wait(child.pid))?.status ?? 1;
  };
  try {
    const { refs, capabilities } = await readAdvertisement(reader);
    return {
      refs,
      capabilities,
      head: /symref=HEAD:(\S+)/.exec(capabilities)?.[1],
      reader,
      write: async (bytes) => void (await input.writer.write(bytes, git.self.ended)),
      endInput,
      close,
    };
  } catch (error) {
    await close();
    if (error instanceof GoneAway) throw new Quit(GONE, 128);
    throw error;
  }
}

const RIGHTS = "Please make sure you have the correct access rights\nand the repository exists.\n";
const GONE = `fatal: Could not read from remote repository.\n\n${RIGHTS}`;
