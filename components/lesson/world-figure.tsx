"use client";
import { useOptionalBench } from "../lab/context.tsx";
import { WorldPanel } from "../lab/world/lazy.tsx";

/** The world view at its place in the prose. */
export function WorldFigure() {
  const bench = useOptionalBench();
  if (!bench) return null;
  return (
    <figure className="world-figure not-prose" aria-label="The world of this lab, live">
      <WorldPanel />
    </figure>
  );
}
