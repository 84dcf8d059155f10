/** The formats of find -printf and of stat -c. */
import type { Process } from "../../kernel/types.ts";
import { kibibytes, modeText, TYPE_LETTERS } from "../core/mode.ts";
import { baseName, dirName } from "../core/paths.ts";
import { momentAt, strftime } from "../core/time.ts";
import { groupName, userName } from "../core/users.ts";
import type { Found } from "./find.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  "0": "\0",
  "\\": "\\",
  a: "\x07",
  b: "\b",
  f: "\f",
  r: "\r",
  v: "\v",
};

/** A time as %t and %T@ and %TY have it. */
function time(self: Process, ms: number, letter: string | undefined): string {
  const moment = momentAt(ms, self.env.TZ ?? "UTC");
  const fraction = `${String(Math.floor(ms * 1e6) % 1e9).padStart(9, "0")}0`;
  if (letter === undefined) return strftime(`%a %b %e %H:%M:%S.${fraction} %Y`, moment);
  if (letter === "@") return `${Math.floor(ms / 1000)}.${fraction}`;
  if (letter === "S") return strftime(`%S.${fraction}`, moment);
  if (letter === "T" || letter === "X") return strftime(`%H:%M:%S.${fraction}`, moment);
  if (letter === "+") return strftime(`%Y-%m-%d+%H:%M:%S.${fraction}`, moment);
  return strftime(`%${letter}`, moment);
}

/** One file as -printf FORMAT shows it. */
export function formatFound(self: Process, format: string, { path, stat, depth, start }: Found): string {
  const root = self.machine.files;
  return format.replace(
    /\\([0-7]{3}|.)|%([-+ 0#]*\d*(?:\.\d+)?)([ACT])?(.)/gs,
    (whole, escaped?: string, width?: string, which?: string, letter?: string) => {
      if (escaped !== undefined)
        return /^[0-7]{3}$/.test(escaped) ? String.fromCharCode(Number.parseInt(escaped, 8)) : (ESCAPES[escaped] ?? whole);
      const pad = (text: string) => {
        const size = Number(/\d+/.exec(width ?? "")?.[0] ?? 0);
        return width?.startsWith("-") ? text.padEnd(size) : text.padStart(size, /^0\d/.test(width ?? "") ? "0" : " ");
      };
      if (which !== undefined) return pad(time(self, which === "A" ? stat.atimeMs : which === "C" ? stat.ctimeMs : stat.mtimeMs, letter));
      switch (letter) {
        case "%":
          return "%";
        case "p":
          return pad(path);
        case "P":
          return pad(path === start ? "" : path.slice(start.endsWith("/") ? start.length : start.length + 1));
        case "f":
          return pad(path === "/" ? "/" : baseName(path));
        case "h":
          return pad(path.includes("/") ? dirName(path) : ".");
        case "H":
          return pad(start);
        case "d":
          return pad(String(depth));
        case "s":
          return pad(String(stat.size));
        case "k":
          return pad(String(kibibytes(stat)));
        case "b":
          return pad(String(kibibytes(stat) * 2));
        case "m":
          return pad((stat.mode & 0o7777).toString(8));
        case "M":
          return pad(modeText(stat));
        case "u":
          return pad(userName(root, stat.uid));
        case "U":
          return pad(String(stat.uid));
        case "g":
          return pad(groupName(root, stat.gid));
        case "G":
          return pad(String(stat.gid));
        case "i":
          return pad(String(stat.ino));
        case "n":
          return pad(String(stat.nlink));
        case "l":
          return pad(stat.kind === "symlink" ? self.files.readlink(path) : "");
        case "y":
          return pad(stat.kind === "file" ? "f" : TYPE_LETTERS[stat.kind]);
        case "Y": {
          const target = self.files.exists(path) ? self.files.stat(path) : undefined;
          return pad(target === undefined ? "N" : target.kind === "file" ? "f" : TYPE_LETTERS[target.kind]);
        }
        case "t":
          return pad(time(self, stat.mtimeMs, undefined));
        case "a":
          return pad(time(self, stat.atimeMs, undefined));
        case "c":
          return pad(time(self, stat.ctimeMs, undefined));
        default:
          return whole;
      }
    },
  );
}
