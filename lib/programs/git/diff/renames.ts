/** Which files are others under a new name (gitdiffcore(7), diffcore-rename): the same bytes, else enough of the same lines. */
import { baseName, compareText } from "../../core/paths.ts";
import { type Pair, pathOf, type Side } from "./pairs.ts";

/** Bytes of each piece of a file: a line, or 64 bytes. */
function pieces(data: Uint8Array): Map<string, number> {
  const found = new Map<string, number>();
  let piece = "";
  const end = () => {
    found.set(piece, (found.get(piece) ?? 0) + piece.length);
    piece = "";
  };
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 13 && data[i + 1] === 10) continue;
    piece += String.fromCharCode(data[i] ?? 0);
    if (data[i] === 10 || piece.length === 64) end();
  }
  if (piece !== "") end();
  return found;
}

const FULL = 60000;

interface Candidate {
  readonly data: Uint8Array;
  readonly pieces: Map<string, number>;
}

function similarity(from: Candidate, to: Candidate, least: number): number {
  const largest = Math.max(from.data.length, to.data.length);
  const difference = largest - Math.min(from.data.length, to.data.length);
  if (largest * (FULL - least) < difference * FULL) return 0;
  if (from.data.length === 0 || to.data.length === 0) return 0;
  let copied = 0;
  for (const [piece, size] of from.pieces) copied += Math.min(size, to.pieces.get(piece) ?? 0);
  return Math.floor((copied * FULL) / largest);
}

export interface RenameOptions {
  /** Percent that must be the same. */
  readonly threshold?: number;
  readonly read: (side: Side) => Uint8Array;
  /** -C: sources may be files that have only changed. */
  readonly copies?: boolean;
}

/** Turns pairs of a deleted and an added file into renames. */
export function findRenames(pairs: readonly Pair[], { threshold = 50, read, copies = false }: RenameOptions): Pair[] {
  const least = (threshold * FULL) / 100;
  const sources = pairs.filter((pair) => pair.status === "D" || (copies && pair.status === "M"));
  const targets = pairs.filter((pair) => pair.status === "A");
  if (sources.length === 0 || targets.length === 0) return [...pairs];
  const matched = new Map<Pair, { source: Pair; score: number }>();
  const used = new Set<Pair>();
  const take = (target: Pair, source: Pair, score: number) => {
    matched.set(target, { source, score });
    used.add(source);
  };
  const isFile = (pair: Pair) => ((pair.old ?? pair.new)?.mode ?? 0) >> 12 === 8;
  for (const target of targets) {
    const same = sources.filter(
      (source) => (copies || !used.has(source)) && source.old?.oid === target.new?.oid && isFile(source) === isFile(target),
    );
    const best =
      same.find((source) => baseName(pathOf(source)) === baseName(pathOf(target)) && !used.has(source)) ??
      same.find((source) => !used.has(source)) ??
      same[0];
    if (best) take(target, best, FULL);
  }
  const candidates = new Map<Pair, Candidate>();
  const candidate = (pair: Pair, side: Side | undefined): Candidate => {
    let found = candidates.get(pair);
    if (!found) {
      const data = side ? read(side) : new Uint8Array();
      found = { data, pieces: pieces(data) };
      candidates.set(pair, found);
    }
    return found;
  };
  const score = (source: Pair, target: Pair) =>
    isFile(source) && isFile(target) ? similarity(candidate(source, source.old), candidate(target, target.new), least) : 0;
  const only = <T extends Pair>(list: readonly T[], name: string) => {
    const same = list.filter((pair) => baseName(pathOf(pair)) === name);
    return same.length === 1 ? same[0] : undefined;
  };
  if (!copies)
    for (const target of targets.filter((each) => !matched.has(each))) {
      const name = baseName(pathOf(target));
      const source = only(
        sources.filter((each) => !used.has(each)),
        name,
      );
      if (
        !source ||
        !only(
          targets.filter((each) => !matched.has(each)),
          name,
        )
      )
        continue;
      const found = score(source, target);
      if (found >= least + (FULL - least) / 2) take(target, source, found);
    }
  const rest = targets
    .filter((target) => !matched.has(target))
    .flatMap((target) => sources.map((source) => ({ target, source, score: used.has(source) && !copies ? 0 : score(source, target) })))
    .filter((each) => each.score >= least)
    .sort((a, b) => b.score - a.score || Number(used.has(a.source)) - Number(used.has(b.source)));
  for (const each of rest) if (!matched.has(each.target) && (copies || !used.has(each.source))) take(each.target, each.source, each.score);
  const gone = new Set(pairs.filter((pair) => pair.status === "D" && used.has(pair)));
  const firstUse = new Set<Pair>();
  return pairs
    .filter((pair) => !gone.has(pair))
    .map((pair): Pair => {
      const found = matched.get(pair);
      if (!found) return pair;
      const isRename = gone.has(found.source) && !firstUse.has(found.source);
      firstUse.add(found.source);
      return { status: isRename ? "R" : "C", old: found.source.old, new: pair.new, score: Math.floor((found.score * 100) / FULL) };
    })
    .sort((a, b) => compareText(pathOf(a), pathOf(b)));
}
