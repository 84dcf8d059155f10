"use client";
import dynamic from "next/dynamic";

/** The editor's code is fetched when a lesson shows one. */
export const InlineEditor = dynamic(() => import("./inline-editor.tsx").then((module) => module.InlineEditor), {
  ssr: false,
  loading: () => <p className="inline-editor-state">The editor is loading…</p>,
});
