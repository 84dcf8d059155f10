import { defineConfig, devices } from "playwright/test";

/**
 * Playwright switches the partitioning of third-party storage off, and without it Chromium refuses the browser pane's service
 * worker. So its own list of disabled features is taken out, and put back without that one name.
 */
const disabled = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "TcpPortRandomizationWin",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
  "msForceBrowserSignIn",
  "msEdgeUpdateLaunchServicesPreferredVersion",
];
const traces = ["on", "retain-on-failure"] as const;
const port = Number(process.env.E2E_PORT ?? 3123);

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  // Firefox is driven over WebDriver BiDi by its own spec; where there is no Firefox, there is no such test.
  testIgnore: process.env.FIREFOX ? [] : ["**/firefox.spec.ts"],
  outputDir: "test-results",
  fullyParallel: false,
  workers: 1,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: "list",
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    baseURL: `http://localhost:${port}`,
    // A trace costs a fifth of the time: TRACE=retain-on-failure asks for one.
    trace: traces.find((mode) => mode === process.env.TRACE) ?? "off",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(process.env.CHROMIUM ? { executablePath: process.env.CHROMIUM } : {}),
      ignoreDefaultArgs: [`--disable-features=${disabled.join(",")}`],
      args: [
        `--disable-features=${disabled.filter((name) => name !== "ThirdPartyStoragePartitioning").join(",")}`,
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  webServer: {
    command: "node --import tsx lib/build/serve.ts",
    env: { PORT: String(port) },
    url: `http://localhost:${port}/`,
    timeout: 600_000,
    reuseExistingServer: false,
  },
});
