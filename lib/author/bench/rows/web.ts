/** Rows of web servers. */
import { type RowGroup, rowOf } from "../row-maker.ts";

export const webRows: RowGroup = async (measure) => {
  const nginx = await measure("nginx");
  const row = (what: string, sample: string) => rowOf(nginx, { what: `nginx, ${what}`, sample, unit: "per second", rival: "no rival" });
  return [
    row("a file, sequential requests", "file"),
    row("a file, eight clients at once", "fileAtOnce"),
    row("to an upstream, sequential requests", "upstream"),
    row("to an upstream, eight clients at once", "upstreamAtOnce"),
  ];
};
