"use client";
import dynamic from "next/dynamic";
import { BenchSkeleton } from "./bench-skeleton.tsx";

/** Terminal and panels come as one piece of code once the page is live; the text is on the screen before that. */
const LiveBench = dynamic(() => import("./live-bench.tsx").then((module) => module.LiveBench), {
  ssr: false,
  loading: () => <BenchSkeleton />,
});

/** The bench beside the text. What the server sends of it is its outline. */
export function Bench() {
  return (
    <section className="bench" aria-label="Lab" data-region="bench">
      <LiveBench />
    </section>
  );
}
