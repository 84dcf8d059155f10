/** Choosing hunks one by one is not modeled. */
import { notModeled } from "../errors.ts";

export function runInteractivePatch(): never {
  throw notModeled('choosing hunks one by one ("--patch")');
}
