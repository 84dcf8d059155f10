/** The mark of Slipway: a hull on the ways, about to be launched. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 24" aria-hidden="true" className={className} fill="none">
      <path d="M6 8.2 26.5 3.4c-.4 5.2-3.4 8.6-8.3 9.8l-4.3 1C9.9 15.1 7 12.9 6 8.2Z" fill="currentColor" />
      <path d="M2 20.5 30 14" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
