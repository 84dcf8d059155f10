/** Memory that all workers share (and that outlives a reload): limit zones, counters. */
import type { RequestZone } from "../config/model.ts";

export interface Bucket {
  /** Thousandths of a request. */
  excess: number;
  lastMs: number;
}

export class Shared {
  /** Connections so far: what the log calls *1, *2… */
  connections = 0;
  accepted = 0;
  handled = 0;
  requests = 0;
  active = 0;
  reading = 0;
  writing = 0;
  readonly #zones = new Map<
    string,
    { readonly zone: RequestZone; readonly buckets: Map<string, Bucket>; readonly counts: Map<string, number> }
  >();

  zone(zone: RequestZone) {
    const known = this.#zones.get(zone.name);
    if (known !== undefined && known.zone.kind === zone.kind && known.zone.key.source === zone.key.source) return known;
    const made = { zone, buckets: new Map<string, Bucket>(), counts: new Map<string, number>() };
    this.#zones.set(zone.name, made);
    return made;
  }
}
