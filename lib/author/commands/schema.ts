import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { editorFiles } from "../../content/editor/files.ts";
import { print } from "../output.ts";

/** `lab schema`: writes what `.vscode/` holds for authors anew, after a schema or an element has changed. */
export function schema(): void {
  for (const [path, text] of Object.entries(editorFiles())) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    print(`wrote ${path}`);
  }
}
