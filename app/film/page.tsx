import type { Metadata } from "next";
import { FilmPage } from "../../components/film/film-page.tsx";
import { SiteFooter } from "../../components/ui/site-footer.tsx";
import { loadCourses } from "../../lib/content/load.ts";

export const metadata: Metadata = { title: "Film", description: "Watch how somebody went about a lab." };

export default function Film() {
  const lessons = Object.fromEntries(
    loadCourses().flatMap(({ slug, lessons: all }) =>
      all
        .filter(({ hasLab }) => hasLab)
        .map((info) => [info.id, { title: info.title, definition: `/courses/${slug}/${info.slug}/lab.json` }]),
    ),
  );
  return (
    <main id="content" className="mx-auto max-w-[90rem] px-5 pb-24 sm:px-8">
      <h1 className="pt-10 font-semibold font-serif text-4xl tracking-tight">Film</h1>
      <p className="mt-3 max-w-[44rem] font-serif text-ink-soft text-lg leading-relaxed">
        Watch an attempt at a lab: your own, or one that somebody gave you as a file. What you see is a real run: the attempt is done again,
        key by key, in a fresh lab in this tab. Nothing of it is saved, and your own lab stays as it is.
      </p>
      <FilmPage lessons={lessons} />
      <SiteFooter />
    </main>
  );
}
