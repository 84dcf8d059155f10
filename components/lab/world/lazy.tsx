"use client";
import dynamic from "next/dynamic";

/** The world view comes as a piece of code of its own, when it is looked at. */
export const WorldPanel = dynamic(() => import("./world-panel.tsx").then((module) => module.WorldPanel), {
  ssr: false,
  loading: () => <p className="panel-empty">The world view is loading…</p>,
});
