"use client";
import dynamic from "next/dynamic";
import { BenchSkeleton } from "./bench-skeleton.tsx";
import { WIDE } from "./wide.ts";

const load = () => import("./live-bench.tsx").then((module) => module.LiveBench);
// On a wide screen it is fetched while the page becomes live, since it is shown at once.
if (typeof window !== "undefined" && matchMedia(WIDE).matches) void load().catch(() => undefined);

/** Terminal and panels come as one piece of code; the text is on the screen before that. */
const LiveBench = dynamic(load, {
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
