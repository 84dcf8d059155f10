import { describe, expect, it } from "vitest";
import { findObstacle, type Surroundings } from "./support.ts";

const good: Surroundings = {
  isSecureContext: true,
  crossOriginIsolated: true,
  hasSharedMemory: true,
  hasModernEngine: true,
  host: "localhost:3000",
};

describe("what keeps a lab from running", () => {
  it("finds nothing in a current browser on an isolated page", () => {
    expect(findObstacle(good)).toBeUndefined();
  });
  it("names plain http on another computer, though headers are missing there too", () => {
    expect(
      findObstacle({ ...good, isSecureContext: false, crossOriginIsolated: false, hasSharedMemory: false, host: "192.168.1.5:3000" })?.text,
    ).toContain("plain http at 192.168.1.5:3000");
  });
  it("names an old browser", () => {
    expect(findObstacle({ ...good, crossOriginIsolated: undefined })?.title).toContain("too old");
  });
  it("names missing headers", () => {
    expect(findObstacle({ ...good, crossOriginIsolated: false, hasSharedMemory: false })?.text).toContain("Cross-Origin-Embedder-Policy");
  });
  it("names shared memory that was switched off", () => {
    expect(findObstacle({ ...good, hasSharedMemory: false })?.title).toContain("switched off");
  });
});
