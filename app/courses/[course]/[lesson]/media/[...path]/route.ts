import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadLibrary } from "../../../../../../lib/content/load.ts";
import { orEmptyFile } from "../../../../../../lib/content/static-files.ts";
import { mediaTypes } from "../../../../../../lib/content/video.ts";

export const dynamic = "force-static";
export const dynamicParams = false;

interface Params {
  course: string;
  lesson: string;
  path: string[];
}

export function generateStaticParams(): Params[] {
  const media = [...loadLibrary().lessons.values()].flatMap(({ info, facts }) =>
    [...facts.media].map((path) => ({ course: info.course, lesson: info.slug, path: path.split("/") })),
  );
  return orEmptyFile(media, { course: "none", lesson: "none", path: ["none"] });
}

/** A film of a lesson, or its captions. */
export async function GET(_request: Request, { params }: { params: Promise<Params> }): Promise<Response> {
  const { course, lesson, path } = await params;
  const source = [...loadLibrary().lessons.values()].find(({ info }) => info.course === course && info.slug === lesson);
  const name = path.join("/");
  if (source === undefined || !source.facts.media.has(name)) return new Response("");
  const type = mediaTypes[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
  return new Response(new Uint8Array(readFileSync(join(source.folder, name))), { headers: { "content-type": type } });
}
