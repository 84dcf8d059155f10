/** The outline of the bench while its program is loading. */
export function BenchSkeleton() {
  return (
    <div className="bench-skeleton" role="status">
      <div className="skeleton-bar" />
      <div className="skeleton-upper" />
      <div className="skeleton-bar" />
      <div className="skeleton-lower">
        <span>The lab is loading…</span>
      </div>
    </div>
  );
}
