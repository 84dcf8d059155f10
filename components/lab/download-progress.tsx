"use client";
import { useBench, useLab } from "./context.tsx";

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** The engines' download: how much of how much. Gone when it is done; after a failure it can be tried again. */
export function DownloadProgress() {
  const bench = useBench();
  const download = useLab((lab) => lab.download);
  const phase = useLab((lab) => lab.phase);
  if (phase !== "running" && phase !== "loading") return null;
  if (download.failed !== undefined) {
    return (
      <div className="download" role="alert">
        <span>Python could not be loaded: {download.failed} The shell and your files are there all the same.</span>
        <button type="button" className="button" onClick={() => void bench.client?.retry()}>
          Try again
        </button>
      </div>
    );
  }
  if (download.done || download.total === 0 || download.loaded >= download.total) return null;
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
