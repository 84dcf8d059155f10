import type { LabWorld } from "../world/create.ts";
import { describeDifference, worldDifference } from "../world-difference/difference.ts";
import type { Difference } from "../world-difference/facts.ts";
import { noiseOf } from "../world-difference/noise.ts";
import { takePicture } from "../world-difference/picture.ts";
import type { ComparedFile, ScratchComparison } from "./types.ts";

/** So many files, and so many other differences, are listed. */
const MOST = 40;
/** Longer texts are not compared line by line. */
const MOST_TEXT = 64 * 1024;

/** What differs between a scratch copy and the learner's own world; changes neither. `shells`: of their terminals. */
export async function compareWorlds(
  scratch: LabWorld,
  mine: LabWorld,
  shells: { readonly scratch: ReadonlySet<number>; readonly mine: ReadonlySet<number> },
): Promise<ScratchComparison> {
  const [own, other] = [await takePicture(mine, { terminals: shells.mine }), await takePicture(scratch, { terminals: shells.scratch })];
  const differences = worldDifference(own, other).filter((each) => noiseOf(each) === undefined);
  const files = differences.filter(({ kind }) => kind === "file").flatMap((each) => compareFile(each, scratch, mine));
  // Process ids and addresses of sockets differ in every run: what runs is told by name, without them.
  const others = differences.filter(({ kind }) => kind !== "file").map(inWords);
  return {
    files: files.slice(0, MOST),
    others: others.slice(0, MOST),
    more: Math.max(0, files.length - MOST) + Math.max(0, others.length - MOST),
  };
}

function compareFile(difference: Difference, scratch: LabWorld, mine: LabWorld): ComparedFile[] {
  const { machine, place: path, before, after, aspects } = difference;
  const type = (after ?? before)?.aspects.type;
  const at = { machine, path };
  if (type === "directory") return [];
  if (type !== "file" || !aspects.some(({ name }) => name === "content")) return [{ ...at, opaque: inWords(difference) }];
  const solution = after === undefined ? undefined : readText(scratch, machine, path);
  const own = before === undefined ? undefined : readText(mine, machine, path);
  if (solution === null || own === null) return [{ ...at, opaque: inWords(difference) }];
  return [{ ...at, ...(solution !== undefined && { solution }), ...(own !== undefined && { mine: own }) }];
}

/** Null: it is no text, or too long. */
function readText(world: LabWorld, machine: string, path: string): string | null {
  const bytes = world.machine(machine).files.readFile(path);
  if (bytes.length > MOST_TEXT || bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const changes = { added: "only in the scratch copy", removed: "only in your world", changed: "different" };

function inWords(difference: Difference): string {
  const { kind, machine, place, change } = difference;
  if (change === "changed")
    return describeDifference(difference)
      .replace(/^changed /, "")
      .replaceAll(" → ", " in yours, in the scratch copy ");
  return `${kind} ${machine === "" ? place : `${machine}: ${place}`}: ${changes[change]}`;
}
