import { LessonFolders } from "../../content/lesson-folders.ts";
import { contentRoot } from "../../content/load.ts";
import { didYouMean } from "../../lab/definition/nearest.ts";
import { readSettings } from "../../server/settings.ts";
import { badUsage, note, print } from "../output.ts";

/** `lab preview [lesson]`: the site in development; what is saved shows within a second. Ends with Ctrl-C. */
export async function preview(args: readonly string[]): Promise<void> {
  const [lesson, ...rest] = args;
  if (rest.length > 0 || lesson?.startsWith("-")) throw badUsage("Usage: lab preview [lesson id], like: lab preview foundations/my-lesson");
  const path = lesson === undefined ? undefined : pathOf(lesson);
  const settings = readSettings(process.env);
  note(`Starting the preview of ${contentRoot()} …`);
  const { servePreview } = await import("../preview/serve-preview.ts");
  const { address } = await servePreview(settings);
  if (path !== undefined) print(`Open ${address}/preview/${path}/ and save a file: the page follows. (Ctrl-C stops it)`);
  else {
    print("Open one of these, and save a file: the page follows. (Ctrl-C stops it)");
    for (const folder of new LessonFolders(contentRoot()).all()) print(`  ${address}/preview/${folder}/`);
  }
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  // Next's own workers and watchers would keep the process.
  process.exit(0);
}

/** The folder of a lesson, named by its id or by that folder; it may be broken. */
function pathOf(lesson: string): string {
  const places = new LessonFolders(contentRoot());
  const found = places.ofId(lesson) ?? (places.has(lesson) ? lesson : undefined);
  if (found !== undefined) return found;
  throw badUsage(`There is no lesson \`${lesson}\`. ${didYouMean(lesson, places.all())}`);
}
