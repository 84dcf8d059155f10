/** access_log and log_format (https://nginx.org/en/docs/http/ngx_http_log_module.html). */

import { codeOf } from "../../core/errors.ts";
import { COMBINED } from "../config/handlers-headers.ts";
import { systemReason } from "../config/parser.ts";
import { compileTemplate, evaluate, type Template } from "../config/template.ts";
import type { HttpRequest } from "./request.ts";
import { lookUp } from "./variables.ts";
import { logError } from "./worker-state.ts";

type Escape = "default" | "json" | "none";

const combined = compileTemplate(COMBINED, () => {});

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
  '"': '\\"',
  "\\": "\\\\",
};

function escaped(text: string, how: Escape): string {
  if (how === "none") return text;
  if (how === "json")
    return text.replace(
      /[\p{Cc}"\\]/gu,
      (char) => JSON_ESCAPES[char] ?? (char > "\x1f" ? char : `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`),
    );
  return text.replace(/[\p{Cc}\xa0-\xff"\\]/gu, (char) => `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function line(r: HttpRequest, template: Template, how: Escape): string {
  let out = "";
  for (const part of template.parts) {
    if (part.kind === "text") out += part.text;
    else if (part.kind === "capture") out += escaped(r.capture(part.number), how);
    else {
      const value = lookUp(r, part.name);
      out += value === undefined ? (how === "default" ? "-" : "") : escaped(value, how);
    }
  }
  return `${out}\n`;
}

export function logAccess(r: HttpRequest): void {
  const { accessLogs } = r.settings;
  if (accessLogs === "off") return;
  const { logs, cycle } = r.worker;
  for (const log of accessLogs ?? [{ path: cycle.defaultAccessLog, format: "combined", condition: undefined }]) {
    if (log.condition !== undefined) {
      const value = evaluate(log.condition, r);
      if (value === "" || value === "0") continue;
    }
    const format = cycle.logFormats.get(log.format);
    const path = evaluate(log.path, r);
    if (log.path.constant === undefined) {
      try {
        logs.append(r.worker.self.files, path, line(r, format?.template ?? combined, format?.escape ?? "default"));
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        logError(r, "crit", `open() "${path}" failed ${systemReason(error)}`, "logging request");
      }
      continue;
    }
    logs.write(path, line(r, format?.template ?? combined, format?.escape ?? "default"));
  }
}
