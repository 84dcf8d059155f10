import { expect, it } from "vitest";
import type { PaneResponse } from "../../lab/types.ts";
import { visit } from "./visit.ts";

const refused = { status: 0, statusText: "", headers: [], body: new Uint8Array(0), failure: "refused" } as const;
const errorOf = async (answer: PaneResponse) => (await visit({ fetch: async () => answer }, "http://web-1:8000/", undefined)).error;

it("says whether nobody listens, or only for its own machine", async () => {
  expect(await errorOf(refused)).toBe("the connection was refused: nothing listens there");
  expect(await errorOf({ ...refused, ownMachineOnly: "web-1" })).toBe(
    "the connection was refused: what listens there takes connections from web-1 itself only",
  );
});
