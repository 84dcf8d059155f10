/** md5sum(1), sha1sum(1), sha256sum(1) and their kin; base64(1), base32(1): GNU coreutils 9.1. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, quote, quoteIfNeeded, reason, UsageError } from "../core/errors.ts";
import { md5, sha1, sha224, sha256, sha384, sha512 } from "../core/hash.ts";
import { decode, Output, openInput, readAll } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { type ProgramEntry, program } from "../core/program.ts";

async function bytesOf(self: Process, name: string): Promise<Uint8Array> {
  const input = openInput(self, name);
  try {
    return await readAll(input);
  } finally {
    input.close();
  }
}

function digest(name: string, title: string, hash: (data: Uint8Array) => string): ProgramEntry {
  return program({
    name,
    summary: `compute and check ${title} message digest`,
    section: "files",
    origin,
    synopsis: ["[OPTION]... [FILE]..."],
    options: [
      "-b, --binary  read in binary mode",
      "-c, --check  read checksums from the FILEs and check them",
      "--tag  create a BSD-style checksum",
      "-t, --text  read in text mode (default)",
      "-z, --zero  end each output line with NUL, not newline, and disable file name escaping",
      "--ignore-missing  don't fail or report status for missing files",
      "--quiet  don't print OK for each successfully verified file",
      "--status  don't output anything, status code shows success",
      "--strict  exit non-zero for improperly formatted checksum lines",
      "-w, --warn  warn about improperly formatted checksum lines",
    ],
    run: async (self, args) => {
      const names = args.operands.length === 0 ? ["-"] : args.operands;
      let status = 0;
      const complain = async (text: string) => {
        await self.error(`${name}: ${text}\n`);
        status = 1;
      };
      for (const file of names) {
        try {
          const data = await bytesOf(self, file);
          if (!args.has("check")) {
            await self.print(
              args.has("tag")
                ? `${title} (${file}) = ${hash(data)}\n`
                : `${hash(data)} ${args.has("binary") ? "*" : " "}${file}${args.has("zero") ? "\0" : "\n"}`,
            );
            continue;
          }
          let bad = 0;
          let unread = 0;
          let malformed = 0;
          let good = 0;
          for (const line of decode(data).split("\n")) {
            if (line === "") continue;
            const found = /^([0-9a-fA-F]+) [ *](.+)$/.exec(line) ?? /^\w+ \((.+)\) = ([0-9a-fA-F]+)$/.exec(line);
            if (!found) {
              malformed++;
              continue;
            }
            const tagged = / = /.test(line) && line.includes("(");
            const sum = (tagged ? found[2] : found[1]) ?? "";
            const target = (tagged ? found[1] : found[2]) ?? "";
            try {
              const matches = hash(await bytesOf(self, target)) === sum.toLowerCase();
              if (matches) good++;
              else bad++;
              if (!args.has("status") && !(matches && args.has("quiet"))) await self.print(`${target}: ${matches ? "OK" : "FAILED"}\n`);
            } catch (error) {
              if (codeOf(error) === "ENOENT" && args.has("ignore-missing")) continue;
              await self.error(`${name}: ${quoteIfNeeded(target)}: ${reason(error)}\n`);
              unread++;
              if (!args.has("status")) await self.print(`${target}: FAILED open or read\n`);
            }
          }
          const s = (count: number) => (count === 1 ? "" : "s");
          if (good + bad + unread === 0) await complain(`${file}: no properly formatted checksum lines found`);
          else {
            if (malformed > 0 && !args.has("status"))
              await self.error(
                `${name}: WARNING: ${malformed} line${s(malformed)} ${malformed === 1 ? "is" : "are"} improperly formatted\n`,
              );
            if (unread > 0 && !args.has("status"))
              await self.error(`${name}: WARNING: ${unread} listed file${s(unread)} could not be read\n`);
            if (bad > 0 && !args.has("status")) await self.error(`${name}: WARNING: ${bad} computed checksum${s(bad)} did NOT match\n`);
            if (bad + unread > 0 || (args.has("strict") && malformed > 0)) status = 1;
          }
        } catch (error) {
          await complain(`${quoteIfNeeded(file)}: ${reason(error)}`);
        }
      }
      return status;
    },
  });
}

export const md5sum = digest("md5sum", "MD5", md5);
export const sha1sum = digest("sha1sum", "SHA1", sha1);
export const sha224sum = digest("sha224sum", "SHA224", sha224);
export const sha256sum = digest("sha256sum", "SHA256", sha256);
export const sha384sum = digest("sha384sum", "SHA384", sha384);
export const sha512sum = digest("sha512sum", "SHA512", sha512);

function encodeBase(data: Uint8Array, alphabet: string, bits: number): string {
  let out = "";
  let value = 0;
  let have = 0;
  for (const byte of data) {
    value = ((value << 8) | byte) & 0xffff;
    have += 8;
    while (have >= bits) {
      out += alphabet[(value >> (have - bits)) & ((1 << bits) - 1)];
      have -= bits;
    }
  }
  if (have > 0) out += alphabet[(value << (bits - have)) & ((1 << bits) - 1)];
  const group = bits === 6 ? 4 : 8;
  return out + "=".repeat((group - (out.length % group)) % group);
}

const BASES = {
  base64: { alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", bits: 6 },
  base32: { alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5 },
};

function baseCoder(name: "base64" | "base32"): ProgramEntry {
  const { alphabet, bits } = BASES[name];
  return program({
    name,
    summary: `${name} encode/decode data and print to standard output`,
    section: "text",
    origin,
    synopsis: ["[OPTION]... [FILE]"],
    options: [
      "-d, --decode  decode data",
      "-i, --ignore-garbage  when decoding, ignore non-alphabet characters",
      "-w, --wrap=COLS  wrap encoded lines after COLS character (default 76); use 0 to disable line wrapping",
    ],
    run: async (self, args) => {
      const [file = "-", extra] = args.operands;
      if (extra !== undefined) throw new UsageError(`extra operand ${quote(extra)}`);
      const wrapText = args.get("wrap") ?? "76";
      if (!/^\d+$/.test(wrapText)) throw new Failure(`invalid wrap size: ${quote(wrapText)}`);
      let data: Uint8Array;
      try {
        data = await bytesOf(self, file);
      } catch (error) {
        throw new Failure(`${file === "-" ? "read error" : quoteIfNeeded(file)}: ${reason(error)}`);
      }
      const out = new Output(self);
      if (!args.has("decode")) {
        const text = encodeBase(data, alphabet, bits);
        const wrap = Number(wrapText);
        if (wrap === 0) await out.write(text);
        else for (let at = 0; at < text.length; at += wrap) await out.write(`${text.slice(at, at + wrap)}\n`);
        await out.flush();
        return 0;
      }
      const bytes: number[] = [];
      let value = 0;
      let have = 0;
      let bad = false;
      let count = 0;
      for (const c of decode(data)) {
        if (c === "\n") continue;
        if (c === "=") {
          count++;
          value = 0;
          have = 0;
          continue;
        }
        const digit = alphabet.indexOf(c);
        if (digit < 0) {
          if (args.has("ignore-garbage")) continue;
          bad = true;
          break;
        }
        count++;
        value = ((value << bits) | digit) & 0xffff;
        have += bits;
        if (have >= 8) {
          bytes.push((value >> (have - 8)) & 255);
          have -= 8;
        }
      }
      await self.print(new Uint8Array(bytes));
      if (bad || count % (bits === 6 ? 4 : 8) !== 0) throw new Failure("invalid input");
      return 0;
    },
  });
}

export const base64 = baseCoder("base64");
export const base32 = baseCoder("base32");
