import { cssLanguage } from "@codemirror/lang-css";
import { htmlLanguage } from "@codemirror/lang-html";
import { javascriptLanguage } from "@codemirror/lang-javascript";
import { pythonLanguage } from "@codemirror/lang-python";
import { yamlLanguage } from "@codemirror/lang-yaml";
import { classHighlighter, highlightCode } from "@lezer/highlight";
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";
import { FileLink } from "./places.tsx";

const languages = {
  css: cssLanguage,
  html: htmlLanguage,
  js: javascriptLanguage,
  javascript: javascriptLanguage,
  py: pythonLanguage,
  python: pythonLanguage,
  yaml: yamlLanguage,
  yml: yamlLanguage,
};

function isKnown(lang: string): lang is keyof typeof languages {
  return Object.hasOwn(languages, lang);
}

/** A listing, colored at build time by the same grammars as the editor's. */
export function CodeBlock({ code, lang, title, file }: { code: string; lang?: string; title?: string; file?: string }) {
  return (
    <figure className="listing not-prose">
      {file || title ? <figcaption>{file ? <FileLink path={file}>{title ?? file}</FileLink> : title}</figcaption> : null}
      <div className="listing-body">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a listing wider than its column must be scrollable by keyboard */}
        <section tabIndex={0} aria-label={`Listing: ${title ?? file ?? code.trim().split("\n", 1)[0]}`}>
          <pre>
            <code>{lang && isKnown(lang) ? colored(code, lang) : code}</code>
          </pre>
        </section>
        <CopyButton text={code} what="the listing" />
      </div>
    </figure>
  );
}

function colored(code: string, lang: keyof typeof languages): ReactNode[] {
  const parts: ReactNode[] = [];
  highlightCode(
    code,
    languages[lang].parser.parse(code),
    classHighlighter,
    (text, classes) =>
      parts.push(
        classes ? (
          <span key={parts.length} className={classes}>
            {text}
          </span>
        ) : (
          text
        ),
      ),
    () => parts.push("\n"),
  );
  return parts;
}
