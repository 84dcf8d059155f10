/** echo(1) and printf(1), GNU coreutils 9.1. The shell has its own built in; these are what env and xargs run. */
import { Failure, quote, quoteName, UsageError } from "../core/errors.ts";
import { type Directive, expandEscapes, formatInteger, formatNumber, formatText } from "../core/format.ts";
import { encode } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";
export const echo = program({
  name: "echo",
  summary: "display a line of text",
  section: "shell",
  origin,
  synopsis: ["[SHORT-OPTION]... [STRING]...", "LONG-OPTION"],
  description: "-n: do not output the trailing newline. -e: enable interpretation of backslash escapes. -E: disable it (default).",
  ownParsing: "options",
  run: async (self, args) => {
    let newline = true;
    let escapes = false;
    let at = 0;
    for (; at < args.raw.length && /^-[neE]+$/.test(args.raw[at] ?? ""); at++) {
      for (const letter of (args.raw[at] ?? "").slice(1)) {
        if (letter === "n") newline = false;
        else escapes = letter === "e";
      }
    }
    const text = args.raw.slice(at).join(" ");
    const result = escapes ? expandEscapes(text, true) : { text, stopped: false };
    await self.print(result.text + (newline && !result.stopped ? "\n" : ""));
    return 0;
  },
});

/** printf's numbers: decimal, 0x, 0 octal, 'c for a character's code. */
function integer(text: string): { value: bigint; problem: string | undefined } {
  if (text === "") return { value: 0n, problem: undefined };
  if (/^['"]./u.test(text)) return { value: BigInt(text.codePointAt(1) ?? 0), problem: undefined };
  const found = /^\s*([-+]?)(0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9]\d*)/.exec(text);
  if (!found) return { value: 0n, problem: "expected a numeric value" };
  const digits = found[2] ?? "0";
  const size = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  const rest = text.slice(found[0].length);
  return { value: found[1] === "-" ? -size : size, problem: rest === "" ? undefined : "value not completely converted" };
}

export const printf = program({
  name: "printf",
  summary: "format and print data",
  section: "shell",
  origin,
  synopsis: ["FORMAT [ARGUMENT]...", "OPTION"],
  description:
    "FORMAT is printed as in C: escapes such as \\n and \\t, and directives %s %b %q %c %d %i %o %u %x %X %e %f %g. It is used again while arguments are left.",
  ownParsing: "options",
  run: async (self, args) => {
    const [format, ...values] = args.raw[0] === "--" ? args.raw.slice(1) : args.raw;
    if (format === undefined) throw new UsageError("missing operand");
    let status = 0;
    let at = 0;
    let out = "";
    const complain = async (message: string) => {
      await self.error(`printf: ${message}\n`);
      status = 1;
    };
    const flush = () => self.print(encode(out));
    do {
      const before = at;
      for (let i = 0; i < format.length; ) {
        const rest = format.slice(i);
        const sequence = /^\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|.)/s.exec(rest);
        if (sequence) {
          const result = expandEscapes(sequence[0], false);
          out += result.text;
          if (result.stopped) {
            await flush();
            return status;
          }
          i += sequence[0].length;
          continue;
        }
        const directive = /^%([-+ 0#']*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])?/.exec(rest);
        if (!directive) {
          out += format[i];
          i++;
          continue;
        }
        i += directive[0].length;
        if (directive[4] === "%") {
          out += "%";
          continue;
        }
        const next = () => values[at++];
        let flags = directive[1] ?? "";
        let width = directive[2] === "*" ? Number(integer(next() ?? "0").value) : Number(directive[2] ?? 0);
        if (width < 0) {
          flags += "-";
          width = -width;
        }
        const precision =
          directive[3] === undefined ? undefined : directive[3] === "*" ? Number(integer(next() ?? "0").value) : Number(directive[3]);
        const spec: Directive = { flags, width, precision: precision !== undefined && precision < 0 ? undefined : precision };
        const conversion = directive[4] ?? "";
        if (conversion === "s") out += formatText(next() ?? "", spec);
        else if (conversion === "c") out += formatText((next() ?? "").slice(0, 1), spec);
        else if (conversion === "q") {
          const text = next() ?? "";
          out += formatText(/^[\w@%+=:,./-]+$/.test(text) ? text : quoteName(text), spec);
        } else if (conversion === "b") {
          const result = expandEscapes(next() ?? "", true);
          out += formatText(result.text, spec);
          if (result.stopped) {
            await flush();
            return status;
          }
        } else if (/[diouxX]/.test(conversion)) {
          const text = next() ?? "";
          const { value, problem } = integer(text);
          if (problem) await complain(`${quote(text)}: ${problem}`);
          out += formatInteger(value, conversion, spec);
        } else if (/[eEfFgG]/.test(conversion)) {
          const text = next() ?? "";
          const value = /^['"]./u.test(text) ? (text.codePointAt(1) ?? 0) : Number(text === "" ? 0 : text);
          if (Number.isNaN(value) && !/^-?nan$/i.test(text)) {
            const partial = Number.parseFloat(text);
            await complain(`${quote(text)}: ${Number.isNaN(partial) ? "expected a numeric value" : "value not completely converted"}`);
            out += formatNumber(Number.isNaN(partial) ? 0 : partial, conversion, spec);
          } else out += formatNumber(value, conversion, spec);
        } else {
          await flush();
          throw new Failure(`${directive[0]}: invalid conversion specification`);
        }
      }
      if (at === before) break;
    } while (at < values.length);
    await flush();
    if (at < values.length && at === 0)
      await self.error(`printf: warning: ignoring excess arguments, starting with ${quote(values[0] ?? "")}\n`);
    return status;
  },
});
