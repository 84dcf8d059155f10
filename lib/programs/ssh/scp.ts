/** scp(1): copies files over ssh. Between the two ends run the records of scp's own old protocol (`scp -t` and `-f`, OpenSSH's scp.c). */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { program } from "../core/program.ts";
import { ProgressLine } from "./scp-progress.ts";
import { type FileRecord, RemoteError, receiveFiles, sendFiles } from "./scp-protocol.ts";
import { startSsh } from "./subprocess.ts";

const USAGE = `usage: scp [-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] [-F ssh_config]
           [-i identity_file] [-J destination] [-l limit] [-o ssh_option]
           [-P port] [-S program] [-X sftp_option] source ... target
`;

interface Place {
  readonly host: string | undefined;
  readonly path: string;
}

/** `host:path`; a path with a slash before the colon is a local one (scp's colon()). */
export function parsePlace(text: string): Place {
  const url = /^scp:\/\/([^/]+)\/(.*)$/.exec(text);
  if (url !== null) return { host: url[1], path: url[2] ?? "" };
  const found = /^([^:/]+|[^/:]*\[[^\]]*\]):(.*)$/s.exec(text);
  return found === null ? { host: undefined, path: text } : { host: found[1], path: found[2] ?? "" };
}

export const scp = program({
  name: "scp",
  summary: "OpenSSH secure file copy",
  section: "network",
  origin: "OpenSSH_9.2p1 Debian-2+deb12u10",
  usageHint: () => USAGE,
  usageMessage: (message) => message.replace(/^invalid option -- '(.)'/, "unknown option -- $1"),
  synopsis: ["[-pqrv] [-F ssh_config] [-i identity_file] [-o ssh_option] [-P port] source ... target"],
  options: [
    "-3  (accepted)",
    "-4  (accepted)",
    "-B  batch mode: asks for nothing",
    "-C  (accepted)",
    "-F FILE  the configuration file of ssh",
    "-f  (the far end of a copy)",
    "-i FILE  the private key",
    "-O  (accepted)",
    "-o OPTION  an option for ssh",
    "-P PORT  the port",
    "-p  keep times and modes",
    "-q  no progress",
    "-r  whole directories",
    "-t  (the far end of a copy)",
    "-v  tell what happens",
    "-d  (the far end of a copy)",
  ],
  unmodeled: ["-6", "-A", "-c", "-D", "-J", "-l", "-R", "-S", "-s", "-T", "-X"],
  limits: "Copies between two other machines go through this one.",
  run: async (self, args) => {
    const options = { recursive: args.has("r"), preserve: args.has("p") };
    if (args.has("t") || args.has("f")) return farEnd(self, args.has("t") ? "to" : "from", args.operands, options);
    const places = args.operands.map(parsePlace);
    const target = places.pop();
    if (target === undefined || places.length === 0) {
      await self.error(USAGE);
      return 1;
    }
    const ssh = ["-x", ...(args.has("v") ? ["-v"] : [])];
    for (const [letter, name] of [
      ["i", "-i"],
      ["F", "-F"],
      ["P", "-p"],
    ] as const) {
      const value = args.get(letter);
      if (value !== undefined) ssh.push(name, value);
    }
    for (const option of args.all("o")) ssh.push("-o", option);
    if (args.has("B")) ssh.push("-o", "BatchMode=yes");
    const copy = new Copy(
      self,
      ssh.filter((word) => word !== "-x"),
      options,
      !args.has("q"),
    );
    if (target.host !== undefined) return copy.upload(places, { host: target.host, path: target.path });
    let status = 0;
    for (const place of places) {
      status = Math.max(
        status,
        place.host === undefined
          ? await copy.local(place.path, target.path)
          : await copy.download({ host: place.host, path: place.path }, target.path),
      );
    }
    return status;
  },
});

interface Remote {
  readonly host: string;
  readonly path: string;
}

interface CopyOptions {
  readonly recursive: boolean;
  readonly preserve: boolean;
}

const CLOSED = 255;

/** A word as the far shell reads it back; ~ at its beginning and globs keep their meaning. */
function farWord(path: string): string {
  return path === "" ? "." : path.replace(/[^\w@%+=:,./~*?[\]-]/g, "\\$&");
}

class Copy {
  constructor(
    private readonly self: Process,
    private readonly ssh: readonly string[],
    private readonly options: CopyOptions,
    private readonly shown: boolean,
  ) {}

  /** As far as the progress is shown: on a terminal only (scp.c, showprogress). */
  private progress(): ProgressLine {
    return new ProgressLine(this.self, this.shown && this.self.fds.get(1)?.tty !== undefined);
  }

  private start(host: string, side: "-t" | "-f", path: string) {
    const letters = `${this.options.recursive ? " -r" : ""}${this.options.preserve ? " -p" : ""}`;
    return startSsh(this.self, ["ssh", ...this.ssh, host, `scp${letters} ${side} ${farWord(path)}`]);
  }

  async upload(places: readonly Place[], target: Remote): Promise<number> {
    let status = 0;
    for (const place of places) {
      const result =
        place.host === undefined
          ? await this.uploadOne(place.path, target)
          : await this.between({ host: place.host, path: place.path }, target);
      status = Math.max(status, result);
    }
    return status;
  }

  private async uploadOne(path: string, target: Remote): Promise<number> {
    const { self, options } = this;
    if (!self.files.exists(path)) {
      await self.error(`scp: stat local "${path}": No such file or directory\r\n`);
      return CLOSED;
    }
    const { kind } = self.files.stat(path);
    if (kind === "directory" && !options.recursive) {
      await self.error(
        `scp: local "${path}" is not a regular file\r\nscp: failed to upload file ${path} to ${target.path === "" ? "." : target.path}\r\n`,
      );
      return 1;
    }
    const remote = this.start(target.host, "-t", target.path);
    try {
      await sendFiles(self, remote, [path], options, this.progress());
      return (await remote.finish()) === 0 ? 0 : 1;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      const status = await remote.finish();
      if (error.how === "closed") return this.closed(status);
      const what = kind === "directory" ? "directory" : "file";
      await self.error(`scp: ${error.message}\r\nscp: failed to upload ${what} ${path} to ${target.path}\r\n`);
      return 1;
    }
  }

  /** ssh has said why. */
  private async closed(status: number): Promise<number> {
    await this.self.error("scp: Connection closed\r\n");
    return status === 0 ? 1 : CLOSED;
  }

  async download(from: Remote, target: string): Promise<number> {
    const { self, options } = this;
    const remote = this.start(from.host, "-f", from.path);
    try {
      const errors = await receiveFiles(self, remote, target, options, this.progress());
      for (const each of errors) await self.error(`scp: ${each}\r\n`);
      const status = await remote.finish();
      return errors.length > 0 || status !== 0 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      const status = await remote.finish();
      if (error.how === "closed") return this.closed(status);
      await self.error(`scp: ${error.message}\r\n`);
      return 1;
    }
  }

  /** By way of a folder here. */
  private async between(from: Remote, target: Remote): Promise<number> {
    const folder = `/tmp/scp.${Math.floor(this.self.machine.kernel.random() * 2 ** 32).toString(16)}`;
    this.self.files.mkdir(folder, { mode: 0o700 });
    try {
      const status = await this.download(from, folder);
      if (status !== 0) return status;
      let worst = 0;
      for (const { name } of this.self.files.readdir(folder)) worst = Math.max(worst, await this.uploadOne(`${folder}/${name}`, target));
      return worst;
    } finally {
      this.self.files.removeTree(folder);
    }
  }

  /** cp does it (scp.c, tolocal). */
  async local(from: string, to: string): Promise<number> {
    const letters = [...(this.options.recursive ? ["-r"] : []), ...(this.options.preserve ? ["-p"] : [])];
    const child = this.self.spawn({ argv: ["cp", ...letters, "--", from, to] });
    return (await this.self.wait(child.pid))?.status === 0 ? 0 : 1;
  }
}

/** What ssh starts on the other machine: its standard input and output are the other end. */
async function farEnd(self: Process, side: "to" | "from", paths: readonly string[], options: CopyOptions): Promise<number> {
  const input = self.fds.get(0);
  const output = self.fds.get(1);
  if (input === undefined || output === undefined) throw new Failure("no connection", 1);
  const ends = { input: output, output: input };
  const silent = new ProgressLine(self, false);
  try {
    if (side === "from") {
      await sendFiles(self, ends, paths, options, silent);
      return 0;
    }
    const errors = await receiveFiles(self, ends, paths[0] ?? ".", options, silent);
    return errors.length > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof RemoteError) return 1;
    throw error;
  }
}

export type { FileRecord };
