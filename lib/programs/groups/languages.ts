/** Programs that are languages: awk, bc, jq. */
import * as awk from "../awk/awk.ts";
import * as bc from "../bc/bc.ts";
import * as jq from "../jq/jq.ts";

export const modules: readonly object[] = [awk, bc, jq];
