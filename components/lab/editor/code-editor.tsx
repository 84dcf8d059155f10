"use client";
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { OpenFile } from "./desk.ts";
import { editorTheme } from "./editor-theme.ts";
import { languageOf } from "./language.ts";

/** Marks a change that came from the disk, which is no edit of the learner's. */
const fromDisk = Annotation.define<boolean>();

interface Props {
  file: OpenFile;
  onEdit: (text: string) => void;
  onSave: () => void;
}

/** One file in CodeMirror. Tab indents; Escape, then Tab leaves (CodeMirror's own rule for keyboards). */
export function CodeEditor({ file, onEdit, onSave }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const verbs = useRef({ onEdit, onSave });
  verbs.current = { onEdit, onSave };
  const first = useRef(file);

  useEffect(() => {
    const { path, draft } = first.current;
    const language = languageOf(path);
    const save = () => {
      verbs.current.onSave();
      return true;
    };
    const editor = new EditorView({
      parent: element.current ?? undefined,
      state: EditorState.create({
        doc: draft,
        extensions: [
          lineNumbers(),
          highlightActiveLineGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of("    "),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          syntaxHighlighting(classHighlighter),
          EditorState.tabSize.of(4),
          EditorView.contentAttributes.of({ "aria-label": `Editor: ${path}. Escape, then Tab leaves it.` }),
          keymap.of([
            { key: "Mod-s", run: save, preventDefault: true },
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...searchKeymap,
            ...historyKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((each) => each.annotation(fromDisk)))
              verbs.current.onEdit(update.state.doc.toString());
          }),
          editorTheme,
          ...(language ? [language] : []),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision says when the disk's text replaces the editor's
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === file.draft) return;
    editor.dispatch({ changes: difference(editor.state.doc.toString(), file.draft), annotations: fromDisk.of(true) });
  }, [file.revision]);
  return <div ref={element} className="code-editor" />;
}

/** The one span in which two texts differ, so that cursor and scroll position stay where they are. */
export function difference(before: string, after: string): { from: number; to: number; insert: string } {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
