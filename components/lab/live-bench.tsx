"use client";
import { useEffect } from "react";
import { useBench, useBenchView } from "./context.tsx";

/** The bench itself. */
export function LiveBench() {
  const bench = useBench();
  const view = useBenchView();
  useEffect(() => void bench.connect(), [bench]);
  return view.problem ? <p className="p-4 text-sm">{view.problem}</p> : null;
}
