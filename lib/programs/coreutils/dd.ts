/** dd(1), GNU coreutils 9.1. */
import { O, type OpenFile } from "../../kernel/types.ts";
import { codeOf, Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { concat } from "../core/io.ts";
import { program } from "../core/program.ts";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  c: 1,
  w: 2,
  b: 512,
  K: 1024,
  k: 1024,
  kB: 1000,
  KB: 1000,
  M: 2 ** 20,
  MB: 1e6,
  G: 2 ** 30,
  GB: 1e9,
};

/** A number with a unit: "4", "1K", "1MB", "2x512". */
function number(text: string): number {
  return text.split("x").reduce((product, part) => {
    const found = /^(\d+)(c|w|b|[kKMG]i?B?)?$/.exec(part);
    const unit = found && UNITS[(found[2] ?? "").replace("iB", "")];
    if (!found || unit === undefined || unit === null) throw new Failure(`invalid number: ${quote(text)}`);
    return product * Number(found[1]) * unit;
  }, 1);
}

const OPERANDS: ReadonlySet<string> = new Set([
  "if",
  "of",
  "bs",
  "ibs",
  "obs",
  "count",
  "skip",
  "seek",
  "conv",
  "status",
  "iflag",
  "oflag",
  "iseek",
  "oseek",
]);
const CONVERSIONS: ReadonlySet<string> = new Set([
  "notrunc",
  "ucase",
  "lcase",
  "sync",
  "fsync",
  "fdatasync",
  "noerror",
  "nocreat",
  "excl",
  "swab",
]);

/** 2097152 bytes (2.1 MB, 2.0 MiB): the parts in brackets only where they say more. */
function bytesText(count: number): string {
  const scaled = (base: number, units: readonly string[]) => {
    let value = count;
    let at = -1;
    while (value >= base && at < units.length - 1) {
      value /= base;
      at++;
    }
    return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[at] ?? "B"}`;
  };
  const decimal = count >= 1000 ? scaled(1000, ["kB", "MB", "GB"]) : undefined;
  const binary = count >= 1024 ? scaled(1024, ["KiB", "MiB", "GiB"]) : undefined;
  const both = [decimal, binary].filter((each) => each !== undefined);
  return `${count} byte${count === 1 ? "" : "s"}${both.length > 0 ? ` (${both.join(", ")})` : ""}`;
}

export const dd = program({
  name: "dd",
  summary: "convert and copy a file",
  section: "files",
  origin: "GNU coreutils 9.1",
  synopsis: ["[OPERAND]...", "OPTION"],
  description:
    "if=FILE and of=FILE: instead of standard input and output. bs=N: bytes read and written at a time (512). count=N: so many blocks only. skip=N, seek=N: pass over so many blocks of the input, of the output. conv=notrunc,ucase,lcase,sync,swab,nocreat,excl,fsync. status=none,noxfer. N may have a unit: c 1, w 2, b 512, K 1024, kB 1000, M, MB, G, GB.",
  ownParsing: "options",
  limits:
    "The flags fullblock and append are covered, and skip_bytes, count_bytes and seek_bytes; the others, such as direct, are accepted without effect. There is no status=progress, and no conversion of EBCDIC or records.",
  run: async (self, args) => {
    const given = new Map<string, string>();
    for (const word of args.raw) {
      const at = word.indexOf("=");
      const name = word.slice(0, at);
      if (at < 0 || !OPERANDS.has(name)) throw new UsageError(`unrecognized operand ${quote(word)}`);
      given.set(name, word.slice(at + 1));
    }
    const conversions = new Set((given.get("conv") ?? "").split(",").filter((each) => each !== ""));
    for (const each of conversions) if (!CONVERSIONS.has(each)) throw new UsageError(`invalid conversion: ${quote(each)}`);
    const flags = new Set(`${given.get("iflag") ?? ""},${given.get("oflag") ?? ""}`.split(","));
    const size = (name: string) => {
      const text = given.get("bs") ?? given.get(name);
      if (text === undefined) return 512;
      const value = number(text);
      if (value === 0) throw new Failure(`invalid number: ${quote(text)}`);
      return value;
    };
    const readSize = size("ibs");
    const writeSize = size("obs");
    const amount = (name: string, other: string, unit: number, inBytes: boolean) =>
      number(given.get(name) ?? given.get(other) ?? "0") * (inBytes ? 1 : unit);
    const skip = amount("skip", "iseek", readSize, flags.has("skip_bytes"));
    const seek = amount("seek", "oseek", writeSize, flags.has("seek_bytes"));
    const count = given.has("count") ? number(given.get("count") ?? "") : undefined;
    const mostBytes = count !== undefined && flags.has("count_bytes") ? count : undefined;
    const mostBlocks = mostBytes === undefined ? count : undefined;

    const open = (path: string, how: number): OpenFile => {
      try {
        return self.files.open(path, how, 0o666);
      } catch (error) {
        throw new Failure(`failed to open ${quoteName(path)}: ${reason(error)}`);
      }
    };
    const held = (fd: number) => {
      const file = self.fds.get(fd);
      if (!file) throw new Failure(`failed to open 'standard ${fd === 0 ? "input" : "output"}': Bad file descriptor`);
      file.retain();
      return file;
    };
    const from = given.get("if");
    const to = given.get("of");
    const input = from === undefined ? held(0) : open(from, O.RDONLY);
    let output: OpenFile;
    try {
      const create = conversions.has("nocreat") ? 0 : O.CREAT;
      const exclusive = conversions.has("excl") ? O.EXCL : 0;
      const append = flags.has("append") ? O.APPEND : 0;
      const truncate = !conversions.has("notrunc") && seek === 0 && append === 0 ? O.TRUNC : 0;
      output = to === undefined ? held(1) : open(to, O.WRONLY | create | exclusive | append | truncate);
    } catch (error) {
      input.release();
      throw error;
    }
    let rest: Uint8Array = new Uint8Array();
    /** Up to `most` bytes; what one read of a pipe gives may be less. */
    const read = async (most: number): Promise<Uint8Array> => {
      if (rest.length > 0) {
        const part = rest.subarray(0, most);
        rest = rest.subarray(part.length);
        return part;
      }
      await self.tick();
      const parts: Uint8Array[] = [];
      let length = 0;
      while (length < most) {
        const chunk = input.readNow(most - length) ?? (await input.read(most - length, self.ended));
        if (chunk.length === 0) break;
        parts.push(chunk);
        length += chunk.length;
        if (input.kind !== "file" && input.kind !== "device" && !flags.has("fullblock")) break;
      }
      return concat(parts);
    };
    const started = self.machine.kernel.clock.monotonic();
    let [fullIn, partIn, fullOut, partOut, copied] = [0, 0, 0, 0, 0];
    let pending: Uint8Array = new Uint8Array();
    const write = async (bytes: Uint8Array) => {
      if (bytes.length === writeSize) fullOut++;
      else partOut++;
      copied += bytes.length;
      await output.write(bytes, self.ended);
    };
    let status = 0;
    try {
      if (input.kind === "file" && from !== undefined) input.seek(skip, "current");
      else
        for (let left = skip; left > 0; ) {
          const chunk = await read(Math.min(left, 65536));
          if (chunk.length === 0) break;
          left -= chunk.length;
        }
      if (seek > 0 && output.kind === "file") {
        if (!conversions.has("notrunc") && to !== undefined) output.truncate(seek);
        output.seek(seek, "set");
      }
      while (
        (mostBlocks === undefined || fullIn + partIn < mostBlocks) &&
        (mostBytes === undefined || copied + pending.length < mostBytes)
      ) {
        const most = mostBytes === undefined ? readSize : Math.min(readSize, mostBytes - copied - pending.length);
        let block = await read(most);
        if (block.length === 0) break;
        if (block.length === readSize) fullIn++;
        else partIn++;
        if (conversions.has("sync") && block.length < readSize) block = concat([block, new Uint8Array(readSize - block.length)]);
        if (conversions.has("ucase")) block = block.map((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte));
        if (conversions.has("lcase")) block = block.map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
        if (conversions.has("swab")) block = block.map((byte, at) => block[at ^ 1] ?? byte);
        if (given.has("bs") || readSize === writeSize) {
          await write(block);
          continue;
        }
        pending = concat([pending, block]);
        for (; pending.length >= writeSize; pending = pending.subarray(writeSize)) await write(pending.subarray(0, writeSize));
      }
      if (pending.length > 0) await write(pending);
    } catch (error) {
      if (codeOf(error) === undefined || codeOf(error) === "EPIPE") throw error;
      const what = error instanceof Error && /read/.test(error.message) ? "reading" : "writing to";
      await self.error(
        `dd: error ${what} ${quoteName(what === "reading" ? (from ?? "standard input") : (to ?? "standard output"))}: ${reason(error)}\n`,
      );
      status = 1;
    } finally {
      input.release();
      output.release();
    }
    const shown = given.get("status");
    if (shown === "none") return status;
    await self.error(`${fullIn}+${partIn} records in\n${fullOut}+${partOut} records out\n`);
    if (shown === "noxfer") return status;
    const seconds = Math.max((self.machine.kernel.clock.monotonic() - started) / 1000, 1e-6);
    const rate = copied / seconds;
    const [scale, unit] = rate >= 1e9 ? [1e9, "GB"] : rate >= 1e6 ? [1e6, "MB"] : rate >= 1e3 ? [1e3, "kB"] : [1, "B"];
    const speed = rate / scale;
    await self.error(
      `${bytesText(copied)} copied, ${Number(seconds.toPrecision(6))} s, ${speed < 10 ? speed.toFixed(1) : Math.round(speed)} ${unit}/s\n`,
    );
    return status;
  },
});
