import { css } from "@codemirror/lang-css";
import { html } from "@codemirror/lang-html";
import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import type { LanguageSupport } from "@codemirror/language";

/** The grammar for a file, by its name; undefined where there is none. */
export function languageOf(path: string): LanguageSupport | undefined {
  switch (path.slice(path.lastIndexOf(".") + 1).toLowerCase()) {
    case "py":
      return python();
    case "html":
    case "htm":
      return html();
    case "css":
      return css();
    case "js":
    case "mjs":
    case "json":
      return javascript();
    case "jsx":
      return javascript({ jsx: true });
    case "ts":
      return javascript({ typescript: true });
    case "tsx":
      return javascript({ jsx: true, typescript: true });
    case "yaml":
    case "yml":
      return yaml();
    default:
      return undefined;
  }
}
