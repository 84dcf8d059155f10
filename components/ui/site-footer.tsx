import Link from "next/link";

/** The foot of the pages that are read, not worked in. */
export function SiteFooter() {
  return (
    <footer className="mt-16 flex flex-wrap items-baseline justify-between gap-x-8 gap-y-2 border-line border-t pt-6 text-ink-soft text-sm leading-relaxed">
      <p>No account, no cloud bill, no other host: everything runs in this browser and stays in it.</p>
      <Link className="link" href="/teach/" prefetch={false}>
        Write a lesson
      </Link>
      <Link className="link" href="/reference/machine/" prefetch={false}>
        What the machines can do
      </Link>
    </footer>
  );
}
