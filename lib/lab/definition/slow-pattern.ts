/**
 * Regular expressions that an unlucky text keeps busy without end: JavaScript's engine goes back over every way to share a text out
 * (https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS). An author's pattern runs in the learner's tab
 * and in the gate, so such ones are refused. What is looked for: a repeated group in which two repetitions can take the same
 * characters, alternatives of a repeated group that begin alike, and many endless repetitions one behind the other.
 */

/** One character or group, and how often. */
interface Atom {
  readonly source: string;
  /** Undefined: one character, or nothing (an anchor). */
  readonly group: readonly (readonly Atom[])[] | undefined;
  readonly isPlace: boolean;
  readonly min: number;
  readonly isEndless: boolean;
}

const LONGEST = 1000;
/** So many endless repetitions that can take the same characters may stand in one pattern. */
const MOST_ENDLESS = 4;

export function slowMessage(part: string): string {
  return `\`${part}\`: this pattern can keep a computer busy for ever on an unlucky text.`;
}

export const SLOW_REMEDY =
  "Let no repetition stand in another one that can take the same characters, and say what stands between: `(\\w+ )*`.";

/** The part of a pattern that can take for ever, as it is written; undefined where there is none. Throws SyntaxError for no pattern. */
export function slowPart(pattern: string): string | undefined {
  new RegExp(pattern);
  if (pattern.length > LONGEST) return `${pattern.slice(0, 30)}… (${pattern.length} characters)`;
  const reader = new Reader(pattern);
  const alternatives = reader.alternatives();
  return slowIn(alternatives) ?? tooMany(alternatives);
}

function slowIn(alternatives: readonly (readonly Atom[])[]): string | undefined {
  for (const atom of alternatives.flat()) {
    if (atom.group === undefined) continue;
    const inner = slowIn(atom.group);
    if (inner !== undefined) return inner;
    if (atom.isEndless && (repeatsItself(atom.group) || beginAlike(atom.group))) return atom.source;
  }
  return undefined;
}

/** In one repetition an endless atom can go on with what the next atom, or the next repetition, would take. */
function repeatsItself(alternatives: readonly (readonly Atom[])[]): boolean {
  return alternatives.some((sequence) => {
    const [only, ...others] = sequence.filter((atom) => !atom.isPlace);
    if (only?.group !== undefined && only.isEndless && others.length === 0) return true;
    const atoms = flattened(sequence);
    return atoms.some((atom, at) => {
      if (!atom.isEndless) return false;
      const round = [...atoms.slice(at + 1), ...atoms.slice(0, at + 1)];
      for (const next of round) {
        if (overlap(atom, next)) return true;
        if (next.min > 0) return false;
      }
      return false;
    });
  });
}

/** Groups that are not repeated are what is in them, where they hold one way only. */
function flattened(sequence: readonly Atom[]): Atom[] {
  return sequence.flatMap((atom) => {
    if (atom.isPlace) return [];
    if (atom.group?.length !== 1) return atom.group === undefined ? [atom] : [];
    const inner = flattened(atom.group[0] ?? []);
    return atom.min === 0 ? inner.map((each) => ({ ...each, min: 0 })) : inner;
  });
}

function beginAlike(alternatives: readonly (readonly Atom[])[]): boolean {
  const short = alternatives.map(flattened).filter((atoms) => atoms.length > 0 && atoms.length <= 2);
  return short.some((one, at) => short.slice(at + 1).some((other) => overlap(one[0], other[0]) && overlap(one.at(-1), other.at(-1))));
}

function tooMany(alternatives: readonly (readonly Atom[])[]): string | undefined {
  for (const sequence of alternatives) {
    const endless = flattened(sequence).filter((atom) => atom.isEndless);
    const alike = endless.filter((atom) => endless.filter((other) => overlap(atom, other)).length > MOST_ENDLESS);
    if (alike.length > 0) return alike.map(({ source }) => source).join("…");
  }
  return undefined;
}

const PROBES = [...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)), "é", "日"];

function overlap(one: Atom | undefined, other: Atom | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const [a, b] = [one, other].map(({ source }) => new RegExp(`^(?:${source.replace(/(?:[*+?]|\{\d+(?:,\d*)?\})\??$/, "")})$`, "m"));
  return PROBES.some((probe) => a?.test(probe) && b?.test(probe));
}

class Reader {
  private at = 0;

  constructor(private readonly pattern: string) {}

  alternatives(): Atom[][] {
    const all: Atom[][] = [[]];
    while (this.at < this.pattern.length && this.pattern[this.at] !== ")") {
      if (this.pattern[this.at] === "|") {
        this.at++;
        all.push([]);
      } else all.at(-1)?.push(this.atom());
    }
    return all;
  }

  private atom(): Atom {
    const start = this.at;
    const { pattern } = this;
    let group: Atom[][] | undefined;
    let isPlace = false;
    const first = pattern[this.at] ?? "";
    if (first === "(") {
      const opening = /^\((?:\?(?:<?[=!]|<\w+>|[a-z-]*:))?/.exec(pattern.slice(this.at))?.[0] ?? "(";
      isPlace = /[=!]$/.test(opening);
      this.at += opening.length;
      group = this.alternatives();
      this.at++;
    } else if (first === "[") {
      this.at += /^\[(?:\\.|[^\]\\])*\]/s.exec(pattern.slice(this.at))?.[0].length ?? 1;
    } else if (first === "\\") {
      const escaped = /^\\(?:u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|k<\w+>|\d+|.)/s.exec(
        pattern.slice(this.at),
      )?.[0];
      isPlace = escaped === "\\b" || escaped === "\\B";
      this.at += escaped?.length ?? 2;
    } else {
      isPlace = first === "^" || first === "$";
      this.at++;
    }
    const [quantifier = "", low, comma, high] = /^(?:[*+?]|\{(\d+)(,)?(\d+)?\})\??/.exec(pattern.slice(this.at)) ?? [];
    this.at += quantifier.length;
    const min = quantifier.startsWith("*") || quantifier.startsWith("?") ? 0 : low === undefined ? 1 : Number(low);
    const isEndless = /^[*+]/.test(quantifier) || (comma !== undefined && (high === undefined || Number(high) > 100));
    return { source: pattern.slice(start, this.at), group, isPlace, min, isEndless };
  }
}
