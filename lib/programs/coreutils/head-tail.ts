/** head(1) and tail(1), GNU coreutils 9.1. */
import { O, type OpenFile, type Process } from "../../kernel/types.ts";
import { codeOf, Failure, quote, quoteName, reason } from "../core/errors.ts";
import { concat, eachInput, type Input, Output, readAll } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";
import { parseSize } from "../core/size.ts";
import { parseDuration } from "./small.ts";
export const NEWLINE = 10;

/** head and tail: "==> name <==" before each of several files. */
function header(name: string, first: boolean): string {
  return `${first ? "" : "\n"}==> ${name === "-" ? "standard input" : name} <==\n`;
}

function count(text: string, what: "lines" | "bytes"): number {
  const value = parseSize(text.replace(/^[-+]/, ""));
  if (value === undefined) throw new Failure(`invalid number of ${what}: ${quote(text)}`);
  return value;
}

export const head = program({
  name: "head",
  summary: "output the first part of files",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-c, --bytes=[-]NUM  print the first NUM bytes; with '-', all but the last NUM bytes",
    "-n, --lines=[-]NUM  print the first NUM lines instead of the first 10; with '-', all but the last NUM lines",
    "-q, --quiet  never print headers giving file names",
    "--silent  as --quiet",
    "-v, --verbose  always print headers giving file names",
    "-z, --zero-terminated  line delimiter is NUL, not newline",
  ],
  rewrite: (argv) => argv.map((word, index) => (index === 0 && /^-\d+$/.test(word) ? `-n${word.slice(1)}` : word)),
  run: async (self, args) => {
    const key = args.last("bytes", "lines") ?? "lines";
    const text = args.get(key) ?? "10";
    const wanted = count(text, key === "bytes" ? "bytes" : "lines");
    const butLast = text.startsWith("-");
    const delimiter = args.has("zero-terminated") ? 0 : NEWLINE;
    const out = new Output(self);
    const headers = args.has("verbose") || (args.operands.length > 1 && !args.has("quiet", "silent"));
    let first = true;
    let opened = false;
    const ok = await eachInput(
      self,
      args.operands,
      async (input, name) => {
        opened = true;
        let chunk = await input.read();
        if (headers) {
          await out.write(header(name, first));
          first = false;
        }
        if (butLast) {
          const parts: Uint8Array[] = [];
          while (chunk.length > 0) {
            parts.push(chunk);
            chunk = await input.read();
          }
          const all = concat(parts);
          await out.write(all.slice(0, key === "bytes" ? Math.max(0, all.length - wanted) : startOfLast(all, wanted, delimiter)));
        } else {
          let left = wanted;
          let take = 0;
          while (left > 0 && chunk.length > 0) {
            take = 0;
            if (key === "bytes") {
              take = Math.min(left, chunk.length);
              left -= take;
            } else
              while (take < chunk.length && left > 0) {
                const newline = chunk.indexOf(delimiter, take);
                take = newline < 0 ? chunk.length : newline + 1;
                if (newline >= 0) left--;
              }
            await out.write(chunk.slice(0, take));
            if (left > 0) {
              if (name === "-") await out.flush();
              chunk = await input.read(key === "bytes" ? Math.min(left, 65536) : 65536);
            }
          }
          // POSIX 1.4, "Utility Description Defaults": what was not used is left to the next program.
          input.giveBack?.(chunk.length - take);
        }
        await out.flush();
        opened = false;
      },
      (name, why) => {
        const was = opened;
        opened = false;
        return was ? `head: error reading ${quoteName(name)}: ${why}\n` : `head: cannot open ${quoteName(name)} for reading: ${why}\n`;
      },
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

/** Where the last `lines` lines begin. */
function startOfLast(bytes: Uint8Array, lines: number, delimiter: number): number {
  if (lines === 0) return bytes.length;
  let at = bytes.length - (bytes.at(-1) === delimiter ? 1 : 0);
  for (let left = lines; left > 0; left--) {
    const found = at <= 0 ? -1 : bytes.lastIndexOf(delimiter, at - 1);
    if (found < 0) return 0;
    at = found;
  }
  return at + 1;
}

/** Where line `number` (from 1) begins. */
function startOfLine(bytes: Uint8Array, number: number, delimiter: number): number {
  let at = 0;
  for (let line = 1; line < number; line++) {
    const found = bytes.indexOf(delimiter, at);
    if (found < 0) return bytes.length;
    at = found + 1;
  }
  return at;
}

interface Followed {
  readonly name: string;
  file: OpenFile | undefined;
  ino: number;
  size: number;
}

async function follow(
  self: Process,
  followed: Followed[],
  byName: boolean,
  seconds: number,
  pid: number | undefined,
  headers: boolean,
): Promise<number> {
  let last = followed.at(-1)?.name;
  for (;;) {
    for (const each of followed) {
      if (byName && each.name !== "-") {
        let ino: number | undefined;
        try {
          ino = self.files.stat(each.name).ino;
        } catch (error) {
          if (codeOf(error) === undefined) throw error;
        }
        if (ino === undefined && each.file) {
          await self.error(`tail: ${quoteName(each.name)} has become inaccessible: No such file or directory\n`);
          each.file.release();
          each.file = undefined;
        } else if (ino !== undefined && (each.file === undefined || ino !== each.ino)) {
          await self.error(`tail: ${quoteName(each.name)} has ${each.file ? "been replaced" : "appeared"};  following new file\n`);
          each.file?.release();
          each.file = self.files.open(each.name, O.RDONLY);
          each.ino = ino;
          each.size = 0;
        }
      }
      if (!each.file) continue;
      const { size } = each.file.stat();
      if (each.file.kind === "file" && size < each.size) {
        await self.error(`tail: ${each.name}: file truncated\n`);
        each.file.seek(0, "set");
      }
      each.size = size;
      for (;;) {
        const chunk = each.file.readNow(65536);
        if (chunk === undefined || chunk.length === 0) break;
        if (headers && last !== each.name) await self.print(header(each.name, false));
        last = each.name;
        await self.print(chunk);
      }
    }
    if (pid !== undefined && !self.machine.find(pid)) return 0;
    await self.sleep(seconds * 1000);
  }
}

export const tail = program({
  name: "tail",
  summary: "output the last part of files",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-c, --bytes=[+]NUM  output the last NUM bytes; or use -c +NUM to output starting with byte NUM",
    "-f, --follow[=HOW]  output appended data as the file grows; HOW is name or descriptor",
    "-F  same as --follow=name --retry",
    "-n, --lines=[+]NUM  output the last NUM lines instead of the last 10; or +NUM to skip NUM-1 lines",
    "--pid=PID  with -f, terminate after process ID, PID dies",
    "-q, --quiet  never output headers giving file names",
    "--silent  as --quiet",
    "--retry  keep trying to open a file if it is inaccessible",
    "-s, --sleep-interval=N  with -f, sleep for N seconds (default 1.0) between iterations",
    "-v, --verbose  always output headers giving file names",
    "-z, --zero-terminated  line delimiter is NUL, not newline",
  ],
  unmodeled: ["--max-unchanged-stats"],
  rewrite: (argv) =>
    argv.flatMap((word, index) => {
      const found = index === 0 ? /^([-+])(\d+)([cbl]?)(f?)$/.exec(word) : null;
      if (!found) return [word];
      return [`-${found[3] === "c" ? "c" : "n"}${found[1] === "+" ? "+" : ""}${found[2]}`, ...(found[4] ? ["-f"] : [])];
    }),
  run: async (self, args) => {
    const key = args.last("bytes", "lines") ?? "lines";
    const text = args.get(key) ?? "10";
    const wanted = count(text, key === "bytes" ? "bytes" : "lines");
    const fromStart = text.startsWith("+");
    const following = args.has("follow", "F");
    const byName = args.has("F") || args.get("follow") === "name";
    const seconds = parseDuration(args.get("sleep-interval") ?? (following ? "0.2" : "1"));
    if (seconds === undefined) throw new Failure(`invalid number of seconds: ${quote(args.get("sleep-interval") ?? "")}`);
    const delimiter = args.has("zero-terminated") ? 0 : NEWLINE;
    const names = args.operands.length === 0 ? ["-"] : args.operands;
    const headers = args.has("verbose") || (names.length > 1 && !args.has("quiet", "silent"));
    const followed: Followed[] = [];
    let status = 0;
    let first = true;
    for (const name of names) {
      let file: OpenFile | undefined;
      let opened = false;
      try {
        file = name === "-" ? self.fds.get(0) : self.files.open(name, O.RDONLY);
        if (name === "-") file?.retain();
        if (!file) throw new Failure("standard input: Bad file descriptor");
        opened = true;
        const source = file;
        const input: Input = { read: (max = 65536) => source.read(max, self.ended), close: () => {} };
        const size = file.kind === "file" ? file.stat().size : 0;
        if (key === "bytes" && !fromStart && file.kind === "file" && name !== "-") file.seek(Math.max(0, size - wanted), "set");
        const all = file.kind === "directory" ? await input.read() : await readAll(input);
        if (headers) await self.print(header(name, first));
        first = false;
        const start =
          key === "bytes"
            ? fromStart
              ? Math.max(0, wanted - 1)
              : Math.max(0, all.length - wanted)
            : fromStart
              ? startOfLine(all, wanted, delimiter)
              : startOfLast(all, wanted, delimiter);
        await self.print(all.slice(start));
      } catch (error) {
        if (codeOf(error) === undefined || codeOf(error) === "EPIPE") throw error;
        await self.error(
          opened
            ? `tail: error reading ${quoteName(name)}: ${reason(error)}\n`
            : `tail: cannot open ${quoteName(name)} for reading: ${reason(error)}\n`,
        );
        status = 1;
        if (opened) {
          file?.release();
          continue;
        }
      }
      // A pipe that has ended has nothing to follow.
      if (following && (file?.kind === "file" || file?.kind === "tty" || (file === undefined && args.has("F", "retry"))))
        followed.push({ name, file, ino: file?.stat().ino ?? 0, size: file?.stat().size ?? 0 });
      else file?.release();
    }
    if (!following) return status;
    if (followed.length === 0) {
      if (status !== 0) await self.error("tail: no files remaining\n");
      return status;
    }
    const pid = args.get("pid");
    return follow(self, followed, byName, seconds, pid === undefined ? undefined : Number(pid), headers);
  },
});
