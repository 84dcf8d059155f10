/** What the first bytes of a file say that it is: the entries of file(1)'s magic that beginners meet. */

export interface Guess {
  readonly text: string;
  readonly mime: string;
  /** "binary", or undefined where the text's own encoding is meant. */
  readonly charset?: string;
}

const latin = (bytes: Uint8Array, from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length));
const big32 = (bytes: Uint8Array, at: number) =>
  ((bytes[at] ?? 0) * 0x1000000 + ((bytes[at + 1] ?? 0) << 16) + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0)) >>> 0;
const little16 = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
const little32 = (bytes: Uint8Array, at: number) => (little16(bytes, at) | (little16(bytes, at + 2) << 16)) >>> 0;

interface Magic {
  readonly at: number;
  readonly bytes: string;
  readonly describe: (bytes: Uint8Array, size: number) => Guess;
}

const binary = (text: string, mime: string): Guess => ({ text, mime, charset: "binary" });

const PNG_COLORS: Readonly<Record<number, string>> = { 0: "grayscale", 2: "RGB", 3: "colormap", 4: "gray+alpha", 6: "RGBA" };

function png(bytes: Uint8Array): Guess {
  const color = PNG_COLORS[bytes[25] ?? 0] ?? "unknown";
  const interlaced = bytes[28] === 1 ? "interlaced" : "non-interlaced";
  return binary(
    `PNG image data, ${big32(bytes, 16)} x ${big32(bytes, 20)}, ${bytes[24] ?? 0}-bit${color === "grayscale" ? " " : color === "colormap" ? " " : "/color "}${color}, ${interlaced}`,
    "image/png",
  );
}

function jpeg(bytes: Uint8Array): Guess {
  if (latin(bytes, 6, 4) !== "JFIF") return binary("JPEG image data", "image/jpeg");
  const units = ["aspect ratio", "resolution (DPI)", "resolution (DPCM)"][bytes[13] ?? 0] ?? "aspect ratio";
  const density = `${((bytes[14] ?? 0) << 8) | (bytes[15] ?? 0)}x${((bytes[16] ?? 0) << 8) | (bytes[17] ?? 0)}`;
  return binary(
    `JPEG image data, JFIF standard ${bytes[11]}.${String(bytes[12]).padStart(2, "0")}, ${units}, density ${density}, segment length ${((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0)}`,
    "image/jpeg",
  );
}

function gzip(bytes: Uint8Array, size: number): Guess {
  const flags = bytes[3] ?? 0;
  const parts = ["gzip compressed data"];
  if (flags & 8) {
    const end = bytes.indexOf(0, 10);
    parts.push(`was "${latin(bytes, 10, Math.max(0, end - 10))}"`);
  }
  const seconds = little32(bytes, 4);
  if (seconds !== 0) {
    const [day = "", month = "", date = "", year = "", time = ""] = new Date(seconds * 1000)
      .toUTCString()
      .replace(",", "")
      .split(" ")
      .map(String);
    parts.push(`last modified: ${day} ${date === "" ? month : date} ${month.replace(/^0/, " ")} ${time} ${year}`.trim());
  }
  if (bytes[8] === 2) parts.push("max compression");
  if (bytes[9] === 3) parts.push("from Unix");
  parts.push(`original size modulo 2^32 ${little32(bytes, size - 4)}`);
  return binary(parts.join(", "), "application/gzip");
}

const ZIP_METHODS: Readonly<Record<number, string>> = { 0: "store", 8: "deflate" };

const MAGIC: readonly Magic[] = [
  { at: 0, bytes: "\x89PNG\r\n\x1a\n", describe: png },
  { at: 0, bytes: "\xff\xd8\xff", describe: jpeg },
  {
    at: 0,
    bytes: "GIF8",
    describe: (bytes) =>
      binary(`GIF image data, version ${latin(bytes, 3, 3)}, ${little16(bytes, 6)} x ${little16(bytes, 8)}`, "image/gif"),
  },
  { at: 0, bytes: "\x1f\x8b", describe: gzip },
  {
    at: 0,
    bytes: "BZh",
    describe: (bytes) => binary(`bzip2 compressed data, block size = ${latin(bytes, 3, 1)}00k`, "application/x-bzip2"),
  },
  { at: 0, bytes: "\xfd7zXZ\0", describe: () => binary("XZ compressed data, checksum CRC64", "application/x-xz") },
  {
    at: 0,
    bytes: "PK\x03\x04",
    describe: (bytes) =>
      binary(
        `Zip archive data, at least v${((bytes[4] ?? 10) / 10).toFixed(1)} to extract, compression method=${ZIP_METHODS[little16(bytes, 8)] ?? "unknown"}`,
        "application/zip",
      ),
  },
  { at: 0, bytes: "PK\x05\x06", describe: () => binary("Zip archive data (empty)", "application/zip") },
  { at: 257, bytes: "ustar  \0", describe: () => binary("POSIX tar archive (GNU)", "application/x-tar") },
  { at: 257, bytes: "ustar\0", describe: () => binary("POSIX tar archive", "application/x-tar") },
  {
    at: 0,
    bytes: "%PDF-",
    describe: (bytes) => binary(`PDF document, version ${latin(bytes, 5, 3)}`, "application/pdf"),
  },
  {
    at: 0,
    bytes: "RIFF",
    describe: (bytes) =>
      latin(bytes, 8, 4) === "WEBP"
        ? binary("RIFF (little-endian) data, Web/P image", "image/webp")
        : binary("RIFF (little-endian) data", "application/octet-stream"),
  },
  { at: 0, bytes: "wOF2", describe: () => binary("Web Open Font Format (Version 2)", "font/woff2") },
  {
    at: 0,
    bytes: "\0\0\x01\0",
    describe: (bytes) =>
      binary(`MS Windows icon resource - ${little16(bytes, 4)} icon${little16(bytes, 4) === 1 ? "" : "s"}`, "image/vnd.microsoft.icon"),
  },
  { at: 0, bytes: "\x7fELF", describe: elf },
  {
    at: 0,
    bytes: "\0asm",
    describe: (bytes) => binary(`WebAssembly (wasm) binary module version 0x${little32(bytes, 4).toString(16)} (MVP)`, "application/wasm"),
  },
  { at: 0, bytes: "SQLite format 3\0", describe: sqlite },
];

function sqlite(bytes: Uint8Array): Guess {
  const encoding = ["", "UTF-8", "UTF-16le", "UTF-16be"][big32(bytes, 56)] ?? "UTF-8";
  return binary(
    `SQLite 3.x database, last written using SQLite version ${big32(bytes, 96)}, file counter ${big32(bytes, 24)}, database pages ${big32(bytes, 28)}, cookie 0x${big32(bytes, 40).toString(16)}, schema ${big32(bytes, 44)}, ${encoding}, version-valid-for ${big32(bytes, 92)}`,
    "application/vnd.sqlite3",
  );
}

/** An executable file of this machine's own programs says so instead of pretending to be machine code. */
function elf(bytes: Uint8Array): Guess {
  const name = /^slipway-program:([^\n]*)\n/.exec(latin(bytes, 16, 120))?.[1];
  return binary(
    name === undefined ? "ELF 64-bit LSB executable" : `ELF 64-bit LSB executable, program of this machine: ${name}`,
    "application/x-executable",
  );
}

/** What the magic bytes say; undefined when none are known. */
export function byMagic(bytes: Uint8Array, size: number): Guess | undefined {
  for (const magic of MAGIC) if (latin(bytes, magic.at, magic.bytes.length) === magic.bytes) return magic.describe(bytes, size);
  return undefined;
}
