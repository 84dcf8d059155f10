/** try_files (ngx_http_try_files_module). */
import type { FileKind } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { readable, systemReason } from "../config/parser.ts";
import { evaluate } from "../config/template.ts";
import { aliasLength, documentRoot, isWholeAlias } from "./paths.ts";
import type { HttpRequest } from "./request.ts";
import { Redirect } from "./static.ts";
import { logError } from "./worker-state.ts";

export class NamedLocation {
  constructor(readonly name: string) {}
}

function kindOf(r: HttpRequest, path: string): FileKind | undefined {
  try {
    return r.worker.self.files.stat(readable(path)).kind;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "ENAMETOOLONG")
      logError(r, "crit", `stat() "${path}" failed ${systemReason(error)}`);
    return undefined;
  }
}

/** Undefined: go on, with the URI of the file that was found. */
export function tryFiles(r: HttpRequest): number | Redirect | NamedLocation | undefined {
  const { tryFiles: tries } = r.location;
  if (tries === undefined) return undefined;
  const root = documentRoot(r);
  const alias = aliasLength(r);
  for (const file of tries.files) {
    const text = evaluate(file, r);
    const isDirectory = file.source.endsWith("/");
    // The slash at the end only says that a directory is meant: it is no part of what is tried.
    let name = isDirectory ? text.slice(0, -1) : text;
    if (alias > 0 && name.startsWith(r.uri.slice(0, alias))) name = name.slice(alias);
    const kind = kindOf(r, `${root}${name}`);
    if (kind === undefined || (kind === "directory") !== isDirectory) continue;
    if (isWholeAlias(r)) {
      if (!isDirectory) {
        r.setUri(name);
        r.addUriToAlias = true;
      }
    } else r.setUri(alias > 0 ? r.uri.slice(0, alias) + name : name);
    return undefined;
  }
  if (tries.code !== undefined) return tries.code;
  const last = evaluate(tries.last, r);
  if (last.startsWith("@")) return new NamedLocation(last);
  const at = last.indexOf("?");
  return at < 0 ? new Redirect(last, "") : new Redirect(last.slice(0, at), last.slice(at + 1));
}
