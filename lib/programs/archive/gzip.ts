/** gzip(1), gunzip(1), zcat(1), gzip 1.12. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { baseName } from "../core/paths.ts";
import { type ProgramEntry, program } from "../core/program.ts";
import { BadGzip, isGzip, gzip as pack, gunzip as unpack } from "./streams.ts";

class Gzip {
  status = 0;

  constructor(
    private readonly self: Process,
    private readonly name: string,
    private readonly args: Arguments,
    private readonly decompress: boolean,
    private readonly toStdout: boolean,
  ) {}

  async warn(text: string, status = 1): Promise<void> {
    if (!(this.args.has("quiet") && status === 2)) await this.self.error(`${this.name}: ${text}\n`);
    this.status = Math.max(status === 2 && this.status === 1 ? 1 : status, this.status === 1 ? 1 : this.status);
  }

  async standard(): Promise<void> {
    const data = await this.self.readAll(0);
    if (!this.decompress) {
      if (this.self.fds.get(1)?.tty && !this.args.has("force"))
        return this.warn("compressed data not written to a terminal. Use -f to force compression.\nFor help, type: gzip -h");
      await this.self.print(await pack(data));
      return;
    }
    try {
      if (this.args.has("force") && !isGzip(data)) await this.self.print(data);
      else await this.self.print(await unpack(data));
    } catch (error) {
      if (!(error instanceof BadGzip)) throw error;
      await this.self.error(`\n${this.name}: stdin: ${error.message}\n`);
      this.status = 1;
    }
  }

  async file(given: string): Promise<void> {
    const { self, args } = this;
    const { files } = self;
    const suffix = args.get("suffix") ?? ".gz";
    let path = given;
    if (this.decompress && !files.exists(path) && files.exists(path + suffix)) path += suffix;
    let data: Uint8Array;
    const stat = (() => {
      try {
        return files.stat(path);
      } catch (error) {
        return reason(error);
      }
    })();
    if (typeof stat === "string") return this.warn(`${path}: ${stat}`);
    if (stat.kind === "directory") {
      if (!args.has("recursive")) return this.warn(`${path} is a directory -- ignored`, 2);
      for (const entry of files.readdir(path)) await this.file(`${path}/${entry.name}`);
      return;
    }
    try {
      data = files.readFile(path);
    } catch (error) {
      return this.warn(`${path}: ${reason(error)}`);
    }
    if (this.toStdout || args.has("test", "list")) {
      try {
        if (args.has("list")) return await this.#list(path, data);
        if (!this.decompress && !args.has("test"))
          await self.print(await (args.has("no-name") ? pack(data) : pack(data, baseName(path), stat.mtimeMs)));
        else {
          const out = args.has("force") && !isGzip(data) ? data : await unpack(data);
          if (!args.has("test")) await self.print(out);
          else if (args.has("verbose")) await self.error(`${path}:\t OK\n`);
        }
      } catch (error) {
        if (!(error instanceof BadGzip)) throw error;
        await self.error(`\n${this.name}: ${path}: ${error.message}\n`);
        this.status = 1;
      }
      return;
    }
    let target: string;
    if (this.decompress) {
      if (path.endsWith(".tgz")) target = path.replace(/\.tgz$/, ".tar");
      else if (path.endsWith(suffix)) target = path.slice(0, -suffix.length);
      else return this.warn(`${path}: unknown suffix -- ignored`, 2);
    } else {
      if (path.endsWith(suffix) && !args.has("force")) return this.warn(`${path} already has ${suffix} suffix -- unchanged`, 2);
      target = path + suffix;
    }
    if (files.exists(target) && !args.has("force")) {
      await self.error(`${this.name}: ${target} already exists;`);
      if (!self.fds.get(0)?.tty) {
        await self.error("\tnot overwritten\n");
        this.status = 2;
        return;
      }
      await self.error(" do you wish to overwrite (y or n)? ");
      const answer = new TextDecoder().decode(await self.read(0));
      if (!/^[yY]/.test(answer)) {
        await self.error("\tnot overwritten\n");
        this.status = 2;
        return;
      }
    }
    try {
      const out = this.decompress
        ? await unpack(data)
        : await (args.has("no-name") ? pack(data) : pack(data, baseName(path), stat.mtimeMs));
      files.writeFile(target, out, { mode: stat.mode & 0o777 });
      files.chmod(target, stat.mode & 0o7777);
      files.utimes(target, stat.atimeMs, stat.mtimeMs);
      if (!args.has("keep")) files.unlink(path);
      if (args.has("verbose")) {
        const [small, large] = this.decompress ? [data.length, out.length] : [out.length, data.length];
        const ratio = large === 0 ? 0 : ((large - (small - 18)) / large) * 100;
        await self.error(`${path}:\t${ratio.toFixed(1).padStart(5)}% -- ${args.has("keep") ? "created" : "replaced with"} ${target}\n`);
      }
    } catch (error) {
      if (error instanceof BadGzip) {
        await self.error(`\n${this.name}: ${path}: ${error.message}\n`);
        this.status = 1;
      } else await this.warn(`${target}: ${reason(error)}`);
    }
  }

  #listed = false;

  async #list(path: string, data: Uint8Array): Promise<void> {
    const out = await unpack(data);
    if (!this.#listed) await this.self.print("         compressed        uncompressed  ratio uncompressed_name\n");
    this.#listed = true;
    const ratio = out.length === 0 ? 0 : ((out.length - (data.length - 18 - baseName(path).length)) / out.length) * 100;
    await this.self.print(
      `${String(data.length).padStart(19)} ${String(out.length).padStart(19)} ${ratio.toFixed(1).padStart(5)}% ${path.replace(/\.gz$/, "")}\n`,
    );
  }
}

function define(name: "gzip" | "gunzip" | "zcat"): ProgramEntry {
  return program({
    name,
    summary: name === "gzip" ? "compress or expand files" : name === "gunzip" ? "expand files" : "print expanded files",
    section: "archives",
    origin: "gzip 1.12",
    synopsis: ["[OPTION]... [FILE]..."],
    usageHint: (called) => `Try \`${called} --help' for more information.\n`,
    options: [
      "-c, --stdout  write on standard output, keep original files unchanged",
      "--to-stdout  as --stdout",
      "-d, --decompress  decompress",
      "--uncompress  as --decompress",
      "-f, --force  force overwrite of output file and compress links",
      "-k, --keep  keep (don't delete) input files",
      "-l, --list  list compressed file contents",
      "-n, --no-name  do not save or restore the original name and timestamp",
      "-N, --name  save or restore the original name and timestamp",
      "-q, --quiet  suppress all warnings",
      "-r, --recursive  operate recursively on directories",
      "-S, --suffix=SUF  use suffix SUF on compressed files",
      "-t, --test  test compressed file integrity",
      "-v, --verbose  verbose mode",
      ...Array.from({ length: 9 }, (_value, i) => `-${i + 1}  compression level (accepted; there is one level)`),
      "--fast  compress faster (accepted)",
      "--best  compress better (accepted)",
    ],
    unmodeled: ["-a", "--ascii", "--rsyncable", "--synchronous"],
    run: async (self, args) => {
      const decompress = name !== "gzip" || args.has("decompress", "uncompress", "test", "list");
      const toStdout = name === "zcat" || args.has("stdout", "to-stdout");
      const work = new Gzip(self, name === "zcat" ? "gzip" : name === "gunzip" ? "gzip" : name, args, decompress, toStdout);
      if (args.operands.length === 0) await work.standard();
      for (const operand of args.operands) {
        try {
          if (operand === "-") await work.standard();
          else await work.file(operand);
        } catch (error) {
          if (codeOf(error) === undefined || codeOf(error) === "EPIPE") throw error;
          throw new Failure(`${operand}: ${reason(error)}`);
        }
      }
      return work.status;
    },
  });
}

export const gzip = define("gzip");
export const gunzip = define("gunzip");
export const zcat = define("zcat");
