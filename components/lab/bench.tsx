"use client";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { BenchSkeleton } from "./bench-skeleton.tsx";

/** Terminal, editor and client of the lab come as one piece of code after the text can be read. */
const LiveBench = dynamic(() => import("./live-bench.tsx").then((module) => module.LiveBench), {
  ssr: false,
  loading: () => <BenchSkeleton />,
});

/** The bench beside the text. What the server sends of it is its outline. */
export function Bench() {
  const [readable, setReadable] = useState(false);
  useEffect(() => {
    // Two frames after hydration the text has been painted.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setReadable(true));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <section className="bench" aria-label="Lab" data-region="bench">
      {readable ? <LiveBench /> : <BenchSkeleton />}
    </section>
  );
}
