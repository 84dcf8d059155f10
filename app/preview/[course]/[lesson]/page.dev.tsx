import type { Metadata } from "next";
import { LessonPage } from "../../../../components/lesson/lesson-page.tsx";
import { PreviewBar } from "../../../../components/preview/preview-bar.tsx";
import { contentRoot } from "../../../../lib/content/load.ts";
import { compileForPreview, previewState, readForPreview } from "../../../../lib/content/preview/read.ts";
import { previewEvents, previewLab } from "../../../../lib/content/preview/types.ts";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Preview" };

/** A lesson as its files are now (`npm run -s lab -- preview`). The file's name keeps it out of the site's build. */
export default async function Page({ params }: { params: Promise<{ course: string; lesson: string }> }) {
  const { course, lesson } = await params;
  const read = readForPreview(course, lesson);
  const state = previewState(read, contentRoot());
  const events = previewEvents(course, lesson);
  if (state.kind === "unsound" || read.source === undefined) {
    return (
      <main id="content" className="mx-auto max-w-[44rem] px-5 pt-14 pb-24 sm:px-8">
        <h1 className="font-semibold font-serif text-3xl">This lesson can't be shown yet</h1>
        <p className="mt-4 font-serif text-ink-soft text-xl">What is wrong stands at the foot of the page.</p>
        <PreviewBar events={events} shown={state.version} world="" isFirst />
      </main>
    );
  }
  return (
    <LessonPage
      lesson={await compileForPreview(read.source)}
      course={read.course?.title ?? course}
      number={read.number}
      next={read.next}
      definition={previewLab(course, lesson)}
      tools={<PreviewBar events={events} shown={state.version} world={state.world} />}
    />
  );
}
