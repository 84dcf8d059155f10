/** Runs the rewrite module's directives (ngx_http_rewrite_module, ngx_http_script.c). */
import type { KernelError } from "../../../kernel/errno.ts";
import { codeOf } from "../../core/errors.ts";
import type { Code, Condition, FileTest } from "../config/model.ts";
import { readable, systemReason } from "../config/parser.ts";
import { evaluate, type Template } from "../config/template.ts";
import { type HttpRequest, Outgoing } from "./request.ts";
import { contentTypeOf } from "./types.ts";
import { escapeArgs, unescapeRedirect } from "./uri.ts";
import { assign, lookUp } from "./variables.ts";
import { logError } from "./worker-state.ts";

/** A status that ends the request, an answer, or undefined: go on. */
export type Outcome = number | Outgoing | undefined;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** `return CODE TEXT` (ngx_http_send_response). */
function answer(r: HttpRequest, status: number, text: Template): Outcome {
  const value = evaluate(text, r);
  if (REDIRECTS.has(status)) {
    r.redirectTo = value;
    return status;
  }
  const out = new Outgoing();
  out.status = status;
  out.contentType = contentTypeOf(r);
  out.length = value.length;
  out.body = Uint8Array.from(value, (char) => char.charCodeAt(0));
  return out;
}

function fileIs(r: HttpRequest, path: string, test: FileTest): boolean {
  try {
    const stat = r.worker.self.files.stat(readable(path));
    if (test === "f") return stat.kind === "file";
    if (test === "d") return stat.kind === "directory";
    return test === "e" || (stat.mode & 0o100) !== 0;
  } catch (error) {
    const code: KernelError["code"] | undefined = codeOf(error);
    if (code === undefined) throw error;
    if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "ENAMETOOLONG")
      logError(r, "crit", `stat() "${path}" failed ${systemReason(error)}`);
    return false;
  }
}

function holds(r: HttpRequest, condition: Condition): boolean {
  if (condition.kind === "file") {
    const found = fileIs(r, evaluate(condition.path, r), condition.test);
    return found !== condition.negative;
  }
  const value = evaluate(condition.variable, r);
  if (condition.kind === "set") return value !== "" && value !== "0";
  if (condition.kind === "equal") return (value === evaluate(condition.value, r)) !== condition.negative;
  const matches = r.matches(condition.pattern, value);
  if (!matches) r.captures = [];
  notice(r, `"${condition.pattern.source}" ${matches ? "matches" : "does not match"} "${value}"`);
  return matches !== condition.negative;
}

/** rewrite_log on: what rewriting does is told at the level notice. */
function notice(r: HttpRequest, text: string): void {
  if (r.settings.flags.rewrite_log) logError(r, "notice", text);
}

/** The replacement: captures are escaped in a redirect and in arguments. */
function replaced(
  r: HttpRequest,
  template: Template,
  isRedirect: boolean,
): { readonly path: string; readonly args: string | undefined; readonly mark: boolean } {
  let path = "";
  let args: string | undefined;
  let mark = false;
  for (const part of template.parts) {
    let text = part.kind === "text" ? part.text : "";
    if (part.kind === "text" && text.includes("?")) mark = true;
    if (part.kind === "text" && !isRedirect && args === undefined && text.includes("?")) {
      const at = text.indexOf("?");
      path += text.slice(0, at);
      args = text.slice(at + 1);
      continue;
    }
    if (part.kind === "variable") text = lookUp(r, part.name) ?? "";
    if (part.kind === "capture") {
      text = r.capture(part.number);
      if (r.isQuoted && (isRedirect || args !== undefined)) text = escapeArgs(text);
    }
    if (args === undefined) path += text;
    else args += text;
  }
  return { path, args, mark };
}

function rewrite(r: HttpRequest, code: Extract<Code, { kind: "rewrite" }>): Outcome | "next" {
  if (!r.matches(code.pattern, r.uri)) {
    notice(r, `"${code.pattern.source}" does not match "${r.uri}"`);
    r.captures = [];
    return "next";
  }
  notice(r, `"${code.pattern.source}" matches "${r.uri}"`);
  const { path, args, mark } = replaced(r, code.replacement, code.redirect !== undefined);
  r.isInternal = true;
  r.validUnparsedUri = false;
  if (code.isBreak) {
    r.validLocation = false;
    r.uriChanged = false;
  } else r.uriChanged = true;
  if (code.redirect !== undefined) {
    const more = code.keepArgs && r.args !== "" ? `${mark ? "&" : "?"}${r.args}` : "";
    r.redirectTo = unescapeRedirect(path) + more;
    notice(r, `rewritten redirect: "${r.redirectTo}"`);
    return code.redirect;
  }
  if (args !== undefined) r.args = code.keepArgs && r.args !== "" ? `${args}&${r.args}` : args;
  else if (!code.keepArgs) r.args = "";
  r.hasArgs = r.hasArgs || r.args !== "";
  notice(r, `rewritten data: "${path}", args: "${r.args}"`);
  if (path === "") {
    logError(r, "error", "the rewritten URI has a zero length");
    return 500;
  }
  r.setUri(path);
  return code.isLast ? undefined : "next";
}

/** Runs them in order. "stop": a break or a flag ended them. */
function run(r: HttpRequest, codes: readonly Code[], switches: boolean): Outcome | "stop" {
  for (const code of codes) {
    switch (code.kind) {
      case "break":
        r.uriChanged = false;
        return "stop";
      case "return":
        if (code.status >= 400 && (code.text === undefined || code.text.constant === "")) return code.status;
        return answer(r, code.status, code.text ?? { source: "", parts: [], constant: "" });
      case "set":
        assign(r, code.name, evaluate(code.value, r));
        break;
      case "if": {
        if (!holds(r, code.condition)) break;
        if (switches) r.location = code.then;
        const inner = run(r, code.then.codes, switches);
        if (inner !== undefined) return inner;
        break;
      }
      case "rewrite": {
        const result = rewrite(r, code);
        if (result !== "next") return result === undefined ? "stop" : result;
        break;
      }
    }
  }
  return undefined;
}

/** The directives of a server (`switches` false: its `if` blocks change no settings) or of a location. */
export function runCodes(r: HttpRequest, codes: readonly Code[], switches: boolean): Outcome {
  if (codes.length === 0) return undefined;
  const result = run(r, codes, switches);
  return result === "stop" ? undefined : result;
}
