import Link from "next/link";
import { Mark } from "./mark.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";

const places = [
  { href: "/", label: "Courses" },
  { href: "/sandbox/", label: "Sandbox" },
  { href: "/glossary/", label: "Glossary" },
  { href: "/progress/", label: "Progress" },
];

/** The running head of every page. */
export function SiteHeader() {
  return (
    <header className="sticky top-0 z-30 flex h-[var(--header)] items-center gap-3 border-line sm:gap-6 border-b bg-paper px-4 sm:px-6">
      <Link href="/" className="flex items-center gap-2 text-ink" aria-label="Slipway, all courses">
        <Mark className="h-5 w-auto text-accent" />
        <span className="font-semibold font-serif text-lg tracking-tight">Slipway</span>
      </Link>
      <nav aria-label="Site" className="ml-auto flex items-center gap-1 overflow-x-auto text-sm sm:gap-2">
        {places.map((place) => (
          <Link
            key={place.href}
            // Fetched on click: on arrival the lab has better use for the network.
            prefetch={false}
            href={place.href}
            className="rounded px-2 py-1 text-ink-soft hover:text-accent max-sm:[&[href='/']]:hidden max-sm:px-1 max-sm:text-[0.8125rem]"
          >
            {place.label}
          </Link>
        ))}
      </nav>
      <ThemeToggle />
    </header>
  );
}
