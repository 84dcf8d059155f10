/** Files that packages bring besides programs, by the package's name. */
import type { Files } from "../../kernel/types.ts";
import { certbotPackage } from "../certbot/package.ts";
import { codeOf } from "../core/errors.ts";
import { nginxCommon } from "../nginx/package/files.ts";
import { postgresqlCommon, postgresqlServer } from "../postgres/server/package.ts";

interface Owned {
  readonly path: string;
  /** Default: 0o644, of folders 0o755. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** A system user with a group of its own. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

export interface PackageContent {
  /** Made first, since files may be its. */
  readonly user?: SystemUser;
  readonly folders?: readonly Owned[];
  readonly files?: readonly (Owned & { readonly text: string })[];
  /** What the package's script makes when it is configured: no file of the package. */
  readonly made?: readonly (Owned & { readonly text: string })[];
  readonly links?: readonly { readonly path: string; readonly to: string }[];
}

export const packageContents: ReadonlyMap<string, PackageContent> = new Map([
  ["certbot", certbotPackage],
  ["nginx-common", nginxCommon],
  ["postgresql-common", postgresqlCommon],
  ["postgresql-18", postgresqlServer],
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

function addSystemUser(files: Files, { name, uid, gid, gecos, home, shell }: SystemUser): void {
  const append = (path: string, line: string) => {
    const text = files.readText(path);
    if (!text.split("\n").some((each) => each.startsWith(`${name}:`))) files.writeFile(path, `${text}${line}\n`);
  };
  append("/etc/group", `${name}:x:${gid}:`);
  append("/etc/passwd", `${name}:x:${uid}:${gid}:${gecos}:${home}:${shell}`);
  append("/etc/shadow", `${name}:!:20000::::::`);
}

/** Settings in /etc that are there already stay as they are (dpkg(1), conffiles). */
export function putContents(files: Files, name: string): void {
  const content = packageContents.get(name);
  if (content === undefined) return;
  if (content.user !== undefined) addSystemUser(files, content.user);
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
    files.mkdir(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
    try {
      files.symlink(to, path);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}
