/** Files that packages bring besides programs, by the package's name. */
import type { Files } from "../../kernel/types.ts";
import { certbotPackage } from "../certbot/package.ts";
import { codeOf } from "../core/errors.ts";
import { nginxCommon } from "../nginx/package/files.ts";

interface Owned {
  readonly path: string;
  /** Default: 0o644, of folders 0o755. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface PackageContent {
  readonly folders?: readonly Owned[];
  readonly files?: readonly (Owned & { readonly text: string })[];
  /** What the package's script makes when it is configured: no file of the package. */
  readonly made?: readonly (Owned & { readonly text: string })[];
  readonly links?: readonly { readonly path: string; readonly to: string }[];
}

export const packageContents: ReadonlyMap<string, PackageContent> = new Map([
  ["certbot", certbotPackage],
  ["nginx-common", nginxCommon],
]);

/** Names of the files a package owns. */
export function contentPaths(name: string): string[] {
  const content = packageContents.get(name);
  return [...(content?.folders ?? []), ...(content?.files ?? [])].map(({ path }) => path);
}

function own(files: Files, each: Owned, mode: number): void {
  files.chmod(each.path, each.mode ?? mode);
  if (each.uid !== undefined || each.gid !== undefined) files.chown(each.path, each.uid ?? 0, each.gid ?? 0);
}

/** Settings in /etc that are there already stay as they are (dpkg(1), conffiles). */
export function putContents(files: Files, name: string): void {
  const content = packageContents.get(name);
  if (content === undefined) return;
  for (const each of content.folders ?? []) {
    files.mkdir(each.path, { recursive: true });
    own(files, each, 0o755);
  }
  for (const each of [...(content.files ?? []), ...(content.made ?? [])]) {
    const keeps = each.path.startsWith("/etc/") || content.made?.includes(each);
    if (keeps && files.exists(each.path)) continue;
    files.mkdir(each.path.slice(0, each.path.lastIndexOf("/")) || "/", { recursive: true });
    files.writeFile(each.path, each.text);
    own(files, each, 0o644);
  }
  for (const { path, to } of content.links ?? []) {
    try {
      files.symlink(to, path);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}
