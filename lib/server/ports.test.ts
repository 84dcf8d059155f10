import { createServer } from "node:net";
import { expect, it } from "vitest";
import { freePort, isFree } from "./ports.ts";

it("takes the next port where somebody listens", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const at = server.address();
  const taken = at !== null && typeof at === "object" ? at.port : 0;
  expect(await isFree(taken, "localhost")).toBe(false);
  const port = await freePort(taken, "localhost");
  expect(port).toBeGreaterThan(taken);
  expect(await isFree(port, "localhost")).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await isFree(taken, "localhost")).toBe(true);
});
