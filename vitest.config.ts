import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["lib/**/*.test.ts", "components/**/*.test.ts", "content/**/*.test.ts"],
    pool: "forks",
    // A hang is a failure; nothing else is timed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
