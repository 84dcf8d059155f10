import { createServer } from "node:net";
import { expect, it } from "vitest";
import { diagnose, freePort, node } from "./doctor.mjs";

it("names what is missing, and what to do", async () => {
  expect(node("18.19.0")).toMatchObject({ state: "missing", found: "18.19.0", remedy: expect.stringContaining("20.9") });
  expect(node("20.9.0")).toMatchObject({ state: "ok", remedy: "" });
  expect(node("24.1.0")).toMatchObject({ state: "ok" });
});

it("finds a port that somebody has, and one that is none", async () => {
  const server = createServer().listen(0);
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  expect(await freePort(port)).toMatchObject({ state: "missing", found: `${port}: taken` });
  server.close();
  expect(await freePort(Number.NaN)).toMatchObject({ state: "missing" });
});

it("looks at everything, and every finding that is not well has a remedy", async () => {
  const findings = await diagnose({ port: 45_871 });
  expect(findings.map(({ name }) => name)).toEqual([
    "Node",
    "Python with pip",
    "npm packages",
    "engine",
    "Chromium",
    "disk space",
    "memory",
    "port",
  ]);
  for (const { state, remedy } of findings) if (state !== "ok") expect(remedy).not.toBe("");
});
