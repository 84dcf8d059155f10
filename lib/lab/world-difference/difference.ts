import { type Difference, type Fact, factId, type WorldPicture } from "./facts.ts";

/** Every difference between two pictures, in the order of kinds, machines and places. */
export function worldDifference(before: WorldPicture, after: WorldPicture): Difference[] {
  const ids = [...new Set([...before.facts.keys(), ...after.facts.keys()])].sort();
  return ids.flatMap((id) => compare(before.facts.get(id), after.facts.get(id)));
}

function compare(before: Fact | undefined, after: Fact | undefined): Difference[] {
  const fact = after ?? before;
  if (fact === undefined) return [];
  const names = [...new Set([...Object.keys(before?.aspects ?? {}), ...Object.keys(after?.aspects ?? {})])];
  const aspects = names
    .map((name) => ({ name, before: before?.aspects[name], after: after?.aspects[name] }))
    .filter((aspect) => aspect.before !== aspect.after);
  if (before !== undefined && after !== undefined && aspects.length === 0) return [];
  const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const { kind, machine, place } = fact;
  return [{ id: factId(fact), kind, machine, place, change, aspects, before, after }];
}

/** A difference in a line for people: `changed file web-1:/home/deploy/.env (mode 0644 → 0600)`. */
export function describeDifference({ kind, machine, place, change, aspects }: Difference): string {
  const where = machine === "" ? place : `${machine}:${place}`;
  if (change !== "changed") return `${change} ${kind} ${where}`;
  const details = aspects.map(({ name, before = "nothing", after = "nothing" }) =>
    name === "content" ? "content" : `${name} ${shorten(before)} → ${shorten(after)}`,
  );
  return `changed ${kind} ${where} (${details.join(", ")})`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
