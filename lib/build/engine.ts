/**
 * Bundles the engine: the kernel and the process workers, once for Node and once for the browser. esbuild does it, except for the
 * browser's kernel: programs that are imported when they are first run are files of their own there, and rolldown keeps all that
 * the start needs in one file, where esbuild would make a dozen.
 *
 *   .slipway/engine/node/{kernel,…-worker}.mjs          what `npm run lab` starts
 *   public/engine/<hash>/{begin,kernel,…-worker}.js     what the page starts, and the programs beside it; immutable, so cached for ever
 *   public/engine/assets-<hash>/python/…                snapshot, interpreter and files of Python
 *   public/engine/assets-<hash>/postgres/…              PostgreSQL, its files and a cluster
 *   public/__pane/…                                     the scripts of the browser pane's own origin
 *   .slipway/engine/manifest.json                       where these are (`EngineManifest`)
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { rolldown } from "rolldown";
import { root, say } from "./requirements.mjs";

export interface EngineManifest {
  /** URL directory of kernel.js and python-worker.js, without a slash at its end. */
  readonly engineUrl: string;
  /** URL directory of the assets that `Host.asset` names ("python/…"). */
  readonly assetsUrl: string;
  /** Absolute paths for Node. */
  readonly node: { readonly kernel: string; readonly pythonWorker: string; readonly postgresWorker: string; readonly assets: string };
}

const output = join(root, ".slipway/engine");
const publicEngine = join(root, "public/engine");

const shared: BuildOptions = {
  bundle: true,
  format: "esm",
  target: "es2022",
  sourcemap: false,
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  absWorkingDir: root,
};

const workers = {
  "python-worker": "lib/runtimes/python/worker/main.ts",
  "postgres-worker": "lib/runtimes/postgres/worker/main.ts",
};
const nodeEntries = { kernel: "lib/author/engine/main.ts", "end-with-parent": "lib/build/end-with-parent.mjs", ...workers };
const browserKernel = { kernel: "lib/lab/browser/worker.ts" };
const browserWorkers = workers;

function hashFolder(folder: string): string {
  const hash = createHash("sha256");
  const visit = (path: string) => {
    for (const name of readdirSync(path).sort()) {
      const full = join(path, name);
      if (statSync(full).isDirectory()) visit(full);
      else hash.update(`${relative(folder, full)}\0`).update(readFileSync(full));
    }
  };
  visit(folder);
  return hash.digest("hex").slice(0, 12);
}

/** Bundles everything; the assets must lie in .slipway/python and .slipway/postgres (`lib/runtimes/…/build`). */
export async function buildEngine(): Promise<EngineManifest> {
  say("bundling the engine …");
  rmSync(output, { recursive: true, force: true });
  rmSync(publicEngine, { recursive: true, force: true });
  const node = join(output, "node");
  const browser = join(output, "browser");
  await build({
    ...shared,
    entryPoints: nodeEntries,
    outdir: node,
    outExtension: { ".js": ".mjs" },
    platform: "node",
    // Packages that were written for CommonJS ask for require even inside a module.
    banner: { js: 'import { createRequire as slipwayRequire } from "node:module"; const require = slipwayRequire(import.meta.url);' },
  });
  await build({
    ...shared,
    entryPoints: browserWorkers,
    outdir: browser,
    platform: "browser",
    conditions: ["browser"],
    external: ["node:*"],
  });
  await bundleBrowserKernel(browser);
  await build({
    ...shared,
    entryPoints: { begin: "lib/lab/browser/begin.entry.ts" },
    outdir: browser,
    platform: "browser",
    // A classic script: it runs as soon as it is there, and knows its own element.
    format: "iife",
  });
  const engineUrl = `/engine/${hashFolder(browser)}`;
  cpSync(browser, join(root, "public", engineUrl), { recursive: true });

  const python = join(root, ".slipway/python/assets");
  const postgres = join(root, ".slipway/postgres/assets");
  const assetsUrl = `/engine/assets-${hashFolder(python)}${hashFolder(postgres)}`;
  const assets = join(root, "public", assetsUrl);
  mkdirSync(assets, { recursive: true });
  cpSync(python, join(assets, "python"), { recursive: true });
  cpSync(postgres, join(assets, "postgres"), { recursive: true });

  await buildPane();
  const manifest: EngineManifest = {
    engineUrl,
    assetsUrl,
    node: {
      kernel: join(node, "kernel.mjs"),
      pythonWorker: join(node, "python-worker.mjs"),
      postgresWorker: join(node, "postgres-worker.mjs"),
      assets,
    },
  };
  writeFileSync(join(output, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

async function bundleBrowserKernel(folder: string): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: browserKernel,
    platform: "browser",
    external: /^node:/,
    // What lazy programs share with the kernel stays in the kernel's file; nobody else imports it.
    preserveEntrySignatures: "allow-extension",
    // A module that is also imported at the start is no mistake: both ways find it.
    checks: { ineffectiveDynamicImport: false },
  });
  await bundle.write({ dir: folder, format: "es", minify: true, entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" });
  await bundle.close();
}

/** lib/pane holds one entry a script, and its HTML and CSS as they are. */
async function buildPane(): Promise<void> {
  const source = join(root, "lib/pane");
  const target = join(root, "public/__pane");
  if (!existsSync(source)) return;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const names = readdirSync(source);
  const entries = names.filter((name) => name.endsWith(".entry.ts"));
  await build({
    ...shared,
    format: "iife",
    platform: "browser",
    entryPoints: Object.fromEntries(entries.map((name) => [name.replace(/\.entry\.ts$/, ""), join(source, name)])),
    outdir: target,
  });
  for (const name of names) if (/\.(html|css)$/.test(name)) cpSync(join(source, name), join(target, name));
}

export function readManifest(): EngineManifest {
  return JSON.parse(readFileSync(join(output, "manifest.json"), "utf8")) as EngineManifest;
}
