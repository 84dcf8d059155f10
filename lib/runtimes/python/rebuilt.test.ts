import { expect, test } from "vitest";
import { Kernel } from "../../kernel/kernel.ts";
import { testHost } from "../../kernel/testing.ts";
import { pythonRuntime } from "./engine.ts";

const encoder = new TextEncoder();
const library = { name: "python-library-new", directory: "/usr/local/lib/python3.14", files: [{ path: "os.py", start: 0, size: 2 }] };
const wheel = {
  name: "python-wheels-flask-new",
  directory: "/usr/local/share/slipway/wheels",
  files: [
    { path: "flask-3.1.3-py3-none-any.whl", start: 0, size: 9 },
    { installed: "/usr/local/lib/python3.14/site-packages/flask/app.py", start: 3, size: 4 },
  ],
};
const assets: Readonly<Record<string, unknown>> = {
  "python/library.json": library,
  "python/wheels/flask.json": wheel,
  "python/wheels.json": [{ name: "flask", version: "3.1.3", needs: [], extras: {} }],
};

test("files of a disk that an earlier build has made are found by their place in this build's packs", async () => {
  const asset = async (name: string) => (name.endsWith(".bin") ? new Uint8Array(16) : encoder.encode(JSON.stringify(assets[name])));
  const kernel = new Kernel({ host: { ...testHost(), asset }, executables: new Map(), engines: new Map(), seed: 1, fill: () => {} });
  const names = ["python-library-old", "python-wheels-flask-old", "python-wheels-gone-old"];
  const keyNow = await pythonRuntime().importPacks(kernel, new Set(names));
  expect(keyNow("/usr/local/lib/python3.14/os.py", "python-library-old#7")).toBe("python-library-new#0");
  expect(keyNow("/usr/local/lib/python3.14/asynchat.py", "python-library-old#8")).toBeUndefined();
  expect(keyNow("/usr/local/share/slipway/wheels/flask-3.1.3-py3-none-any.whl", "python-wheels-flask-old#0")).toBe(
    "python-wheels-flask-new#0",
  );
  expect(keyNow("/usr/local/share/slipway/wheels/gone-1-py3-none-any.whl", "python-wheels-gone-old#0")).toBeUndefined();
  expect(keyNow("/anywhere", "python-library-new#0")).toBe("python-library-new#0");
  kernel.shutdown();
});
