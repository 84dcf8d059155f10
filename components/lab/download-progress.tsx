"use client";
import { useLab } from "./context.tsx";

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** The engines' download: how much of how much. Gone when it is done. */
export function DownloadProgress() {
  const download = useLab((lab) => lab.download);
  const phase = useLab((lab) => lab.phase);
  if (download.done || download.total === 0 || (phase !== "running" && phase !== "loading")) return null;
  return (
    <div className="download">
      <label htmlFor="download">Python is loading</label>
      <progress id="download" max={download.total} value={download.loaded} />
      <span className="tabular-nums">
        {megabytes(download.loaded)} of {megabytes(download.total)}
      </span>
    </div>
  );
}
