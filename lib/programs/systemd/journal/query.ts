/** Finding entries of the journal. */
import type { Machine } from "../../../kernel/types.ts";
import { type Entry, journalOf } from "./store.ts";

/** What `-u UNIT` shows: what the unit's processes say, and what the manager says of it (add_matches_for_unit()). */
export function isOfUnit({ fields }: Entry, unit: string): boolean {
  if (fields._SYSTEMD_UNIT === unit) return true;
  return fields.UNIT === unit && (fields._PID === "1" || fields._UID === "0");
}

export function entriesOfUnit(machine: Machine, unit: string): Entry[] {
  return journalOf(machine)
    .entries()
    .filter((entry) => isOfUnit(entry, unit));
}
