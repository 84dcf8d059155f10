/** Time zones as the interpreter's C library asks for them: machines are in UTC, whatever the reader's computer is in. */

import type { Imports } from "./interpreter.ts";

/** Offsets in struct tm (musl). */
const TM = { isdst: 32, gmtoff: 36, zone: 40 } as const;
const NAME_ROOM = 17;

export function utcCalls(emscripten: Imports, memory: () => DataView): Imports {
  const universal = emscripten._gmtime_js as (time: bigint, address: number) => void;
  const gmtime = (time: bigint, address: number) => {
    universal(time, address);
    memory().setInt32((address >>> 0) + TM.isdst, 0, true);
    memory().setInt32((address >>> 0) + TM.gmtoff, 0, true);
  };
  const name = (address: number) => {
    for (const [index, code] of [...new TextEncoder().encode("UTC"), 0].entries())
      if (index < NAME_ROOM) memory().setUint8((address >>> 0) + index, code);
  };
  return {
    _gmtime_js: gmtime,
    _localtime_js: gmtime,
    _mktime_js: emscripten._timegm_js as (address: number) => unknown,
    _tzset_js: (zone: number, daylight: number, standard: number, summer: number) => {
      memory().setInt32(zone >>> 0, 0, true);
      memory().setInt32(daylight >>> 0, 0, true);
      name(standard);
      name(summer);
    },
  };
}
