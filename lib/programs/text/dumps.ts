/** od(1), xxd(1), hexdump(1): bytes made visible. */
import type { Process } from "../../kernel/types.ts";
import { Failure, quote, reason } from "../core/errors.ts";
import { concat, decode, Output, openInput, readAll } from "../core/io.ts";
import { alias, program } from "../core/program.ts";
import { parseSize } from "../core/size.ts";

async function gather(self: Process, name: string, files: readonly string[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const file of files.length === 0 ? ["-"] : files) {
    try {
      const input = openInput(self, file);
      parts.push(await readAll(input));
      input.close();
    } catch (error) {
      throw new Failure(`${name}: ${file}: ${reason(error)}`.slice(name.length + 2));
    }
  }
  return concat(parts);
}

const NAMES = [
  "nul",
  "soh",
  "stx",
  "etx",
  "eot",
  "enq",
  "ack",
  "bel",
  "bs",
  "ht",
  "nl",
  "vt",
  "ff",
  "cr",
  "so",
  "si",
  "dle",
  "dc1",
  "dc2",
  "dc3",
  "dc4",
  "nak",
  "syn",
  "etb",
  "can",
  "em",
  "sub",
  "esc",
  "fs",
  "gs",
  "rs",
  "us",
  "sp",
];
const ESCAPES: Readonly<Record<number, string>> = { 0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r" };

interface OdType {
  readonly kind: string;
  readonly size: number;
  readonly trailer: boolean;
}

function odTypes(texts: readonly string[]): OdType[] {
  return texts.flatMap((text) =>
    [...text.matchAll(/([acdfoux])(\d+|[CSILFD])?(z?)/g)].map((found) => {
      const size =
        { C: 1, S: 2, I: 4, L: 8, F: 4, D: 8 }[found[2] ?? ""] ?? Number(found[2] ?? (found[1] === "a" || found[1] === "c" ? 1 : 4));
      return { kind: found[1] ?? "o", size, trailer: found[3] === "z" };
    }),
  );
}

function odCell(view: DataView, at: number, { kind, size }: OdType): string {
  const byte = view.getUint8(at);
  if (kind === "a") return (NAMES[byte & 127] ?? (byte === 127 ? "del" : String.fromCharCode(byte & 127))).padStart(4);
  if (kind === "c")
    return (ESCAPES[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0"))).padStart(4);
  const raw =
    size === 1
      ? BigInt(byte)
      : size === 2
        ? BigInt(view.getUint16(at, true))
        : size === 4
          ? BigInt(view.getUint32(at, true))
          : view.getBigUint64(at, true);
  if (kind === "x") return ` ${raw.toString(16).padStart(size * 2, "0")}`;
  if (kind === "o") return ` ${raw.toString(8).padStart(Math.ceil((size * 8) / 3), "0")}`;
  if (kind === "f") return ` ${String(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true)).padStart(size === 4 ? 15 : 24)}`;
  const width = { 1: 4, 2: 6, 4: 11, 8: 20 }[size] ?? 20;
  const value = kind === "d" ? BigInt.asIntN(size * 8, raw) : raw;
  return ` ${String(value).padStart(kind === "u" && size < 8 ? width - (size === 1 ? 1 : size === 2 ? 1 : 1) : width)}`;
}

export const od = program({
  name: "od",
  summary: "dump files in octal and other formats",
  section: "text",
  origin: "GNU coreutils 9.1",
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-A, --address-radix=RADIX  output format for file offsets: d, o, x or n for none",
    "-j, --skip-bytes=BYTES  skip BYTES input bytes first",
    "-N, --read-bytes=BYTES  limit dump to BYTES input bytes",
    "-t, --format=TYPE  select output format or formats: a, c, d, f, o, u, x with a size, z for characters",
    "-v, --output-duplicates  do not use * to mark line suppression",
    "-w, --width[=BYTES]  output BYTES bytes per output line",
    "-a  same as -t a, select named characters",
    "-b  same as -t o1, select octal bytes",
    "-c  same as -t c, select printable characters or backslash escapes",
    "-d  same as -t u2, select unsigned decimal 2-byte units",
    "-i  same as -t dI, select decimal ints",
    "-o  same as -t o2, select octal 2-byte units",
    "-s  same as -t d2, select decimal 2-byte units",
    "-x  same as -t x2, select hexadecimal 2-byte units",
  ],
  unmodeled: ["-S", "--strings", "--endian", "--traditional", "-f", "-l"],
  run: async (self, args) => {
    const short: Readonly<Record<string, string>> = { a: "a", b: "o1", c: "c", d: "u2", i: "dI", o: "o2", s: "d2", x: "x2" };
    const texts = args.given.flatMap((option) => (option.key === "format" ? [option.value] : (short[option.key] ?? [])));
    const types = odTypes(texts.length === 0 ? ["o2"] : texts);
    const skip = parseSize(args.get("skip-bytes") ?? "0") ?? 0;
    const limit = args.has("read-bytes") ? (parseSize(args.get("read-bytes") ?? "") ?? 0) : undefined;
    let data: Uint8Array;
    if (args.operands.length === 0 && limit !== undefined) {
      const parts: Uint8Array[] = [];
      for (let left = skip + limit; left > 0; ) {
        const chunk = await self.read(0, left);
        if (chunk.length === 0) break;
        parts.push(chunk);
        left -= chunk.length;
      }
      data = concat(parts);
    } else if (args.operands.length === 1 && limit !== undefined) {
      const input = openInput(self, args.operands[0] ?? "-");
      const parts: Uint8Array[] = [];
      for (let left = skip + limit; left > 0; ) {
        const chunk = await input.read(left);
        if (chunk.length === 0) break;
        parts.push(chunk);
        left -= chunk.length;
      }
      input.close();
      data = concat(parts);
    } else data = await gather(self, "od", args.operands);
    data = data.subarray(skip, limit === undefined ? undefined : skip + limit);
    const radix = args.get("address-radix") ?? "o";
    const address = (at: number) =>
      radix === "n"
        ? ""
        : radix === "d"
          ? String(at).padStart(7, "0")
          : radix === "x"
            ? at.toString(16).padStart(6, "0")
            : at.toString(8).padStart(7, "0");
    const width = args.has("width") ? Number(args.get("width") || 32) : 16;
    if (!Number.isInteger(width) || width < 1) throw new Failure(`invalid -w argument ${quote(args.get("width") ?? "")}`);
    const out = new Output(self);
    let last = "";
    let starred = false;
    // Cells of several types are as wide as the widest, for each byte.
    const perByte = (type: OdType) => odCell(new DataView(new ArrayBuffer(8)), 0, type).length / type.size;
    const widest = Math.max(...types.map(perByte));
    for (let at = 0; at < data.length; at += width) {
      const row = data.slice(at, at + width);
      const key = row.join();
      if (key === last && row.length === width && !args.has("output-duplicates")) {
        if (!starred) await out.write("*\n");
        starred = true;
        continue;
      }
      last = key;
      starred = false;
      const view = new DataView(concat([row, new Uint8Array(8)]).buffer);
      for (const [index, type] of types.entries()) {
        let line = index === 0 ? address(skip + at) : " ".repeat(address(0).length);
        for (let i = 0; i < row.length; i += type.size) line += odCell(view, i, type).padStart(Math.round(widest * type.size));
        if (type.trailer)
          line = `${line.padEnd(address(0).length + Math.round(widest * width))}  >${[...row].map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : ".")).join("")}<`;
        await out.write(`${line}\n`);
      }
    }
    if (radix !== "n") await out.write(`${address(skip + data.length)}\n`);
    await out.flush();
    return 0;
  },
});

function printable(bytes: Uint8Array): string {
  return [...bytes].map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : ".")).join("");
}

export const xxd = program({
  name: "xxd",
  summary: "make a hexdump or do the reverse",
  section: "text",
  origin: "xxd 2022-01-14",
  synopsis: ["[options] [infile [outfile]]", "-r [-s [-]offset] [-c cols] [-ps] [infile [outfile]]"],
  options: [
    "-b  binary digit dump",
    "-c COLS  format COLS octets per line",
    "-g BYTES  number of octets per group",
    "-i  output in C include file style",
    "-l LEN  stop after LEN octets",
    "-p  output in plain hexdump style",
    "-r  reverse operation: convert hexdump into binary",
    "-s SEEK  start at SEEK bytes",
    "-u  use upper case hex letters",
  ],
  rewrite: (argv) => argv.map((word) => (word === "-ps" || word === "-plain" || word === "-postscript" ? "-p" : word)),
  run: async (self, args) => {
    const [file = "-", target] = args.operands;
    let data = await gather(self, "xxd", [file]);
    const emit = async (bytes: Uint8Array | string) => {
      if (target === undefined) await self.print(bytes);
      else self.files.writeFile(target, bytes);
    };
    if (args.has("r")) {
      const bytes: number[] = [];
      for (const line of decode(data).split("\n")) {
        const digits = args.has("p") ? line : (/^[0-9a-fA-F]+: ?((?:[0-9a-fA-F]{2,} ?)*)/.exec(line)?.[1] ?? "");
        for (const pair of digits.replace(/[^0-9a-fA-F]/g, "").match(/../g) ?? []) bytes.push(Number.parseInt(pair, 16));
      }
      await emit(new Uint8Array(bytes));
      return 0;
    }
    const seek = Number(args.get("s") ?? 0);
    data = data.subarray(seek, args.has("l") ? seek + Number(args.get("l")) : undefined);
    const hex = (byte: number) => {
      const text = byte.toString(16).padStart(2, "0");
      return args.has("u") ? text.toUpperCase() : text;
    };
    if (args.has("i")) {
      const name = file.replace(/\W/g, "_");
      const rows: string[] = [];
      for (let at = 0; at < data.length; at += 12)
        rows.push(`  ${[...data.slice(at, at + 12)].map((byte) => `0x${hex(byte)}`).join(", ")}`);
      const body = rows.join(",\n");
      await emit(file === "-" ? `${body}\n` : `unsigned char ${name}[] = {\n${body}\n};\nunsigned int ${name}_len = ${data.length};\n`);
      return 0;
    }
    const columns = Number(args.get("c") ?? (args.has("p") ? 30 : args.has("b") ? 6 : 16));
    const group = Number(args.get("g") ?? (args.has("b") ? 1 : 2)) || columns;
    let out = "";
    for (let at = 0; at < data.length; at += columns) {
      const row = data.slice(at, at + columns);
      if (args.has("p")) out += `${[...row].map(hex).join("")}\n`;
      else {
        const cell = (byte: number) => (args.has("b") ? byte.toString(2).padStart(8, "0") : hex(byte));
        let text = "";
        for (let i = 0; i < columns; i++)
          text +=
            (i < row.length ? cell(row[i] ?? 0) : " ".repeat(args.has("b") ? 8 : 2)) +
            ((i + 1) % group === 0 && i + 1 < columns ? " " : "");
        out += `${(seek + at).toString(16).padStart(8, "0")}: ${text}  ${printable(row)}\n`;
      }
    }
    await emit(out);
    return 0;
  },
});

export const hexdump = program({
  name: "hexdump",
  summary: "display file contents in hexadecimal, decimal, octal, or ascii",
  section: "text",
  origin: "util-linux 2.38.1",
  synopsis: ["[options] <file>..."],
  options: [
    "-C, --canonical  canonical hex+ASCII display",
    "-n, --length=LENGTH  interpret only length bytes of input",
    "-s, --skip=OFFSET  skip offset bytes from the beginning",
    "-v, --no-squeezing  output identical lines",
    "-x, --two-bytes-hex  two-byte hexadecimal display",
  ],
  unmodeled: [
    "-b",
    "--one-byte-octal",
    "-c",
    "--one-byte-char",
    "-d",
    "--two-bytes-decimal",
    "-o",
    "--two-bytes-octal",
    "-e",
    "--format",
    "-f",
    "--format-file",
    "-L",
    "--color",
  ],
  run: async (self, args) => {
    const skip = parseSize(args.get("skip") ?? "0") ?? 0;
    const all = await gather(self, "hexdump", args.operands);
    const data = all.subarray(skip, args.has("length") ? skip + (parseSize(args.get("length") ?? "") ?? 0) : undefined);
    const canonical = args.has("canonical") || self.argv[0]?.endsWith("hd");
    const digits = canonical ? 8 : 7;
    const out = new Output(self);
    let last = "";
    let starred = false;
    for (let at = 0; at < data.length; at += 16) {
      const row = data.slice(at, at + 16);
      const key = row.join();
      if (key === last && row.length === 16 && !args.has("no-squeezing")) {
        if (!starred) await out.write("*\n");
        starred = true;
        continue;
      }
      last = key;
      starred = false;
      let text = "";
      if (canonical) {
        for (let i = 0; i < 16; i++)
          text += `${i === 8 ? "  " : " "}${i < row.length ? (row[i] ?? 0).toString(16).padStart(2, "0") : "  "}`;
        text = ` ${text}  |${printable(row)}|`;
      } else {
        for (let i = 0; i < 16; i += 2) {
          const word = i < row.length ? ((row[i] ?? 0) | ((row[i + 1] ?? 0) << 8)).toString(16).padStart(4, "0") : "    ";
          text += args.has("two-bytes-hex") ? `    ${word}` : ` ${word}`;
        }
      }
      await out.write(`${(skip + at).toString(16).padStart(digits, "0")}${text}\n`);
    }
    if (data.length > 0) await out.write(`${(skip + data.length).toString(16).padStart(digits, "0")}\n`);
    await out.flush();
    return 0;
  },
});

export const hd = alias(hexdump, "hd");
