import { createHash } from "node:crypto";
import { ScrollFrame } from "../ui/scroll-frame.tsx";

/**
 * A picture of the lesson, put into the page as text so that its colors can be those of the theme (`var(--ink)`). lib/content has
 * refused scripts, event attributes, styles and outside references in it.
 */
export function Diagram({ svg, alt, caption, wide = false }: { svg: string; alt: string; caption?: string; wide?: boolean }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: checked by lib/content
  const picture = <div role="img" aria-label={alt} className="diagram-picture" dangerouslySetInnerHTML={{ __html: ownIds(svg) }} />;
  return (
    <figure className={wide ? "diagram diagram-wide not-prose" : "diagram not-prose"}>
      {wide ? (
        <ScrollFrame label={caption ? `Picture: ${caption}` : "Picture"} className="diagram-frame">
          {picture}
        </ScrollFrame>
      ) : (
        picture
      )}
      {caption ? <figcaption>{caption}</figcaption> : null}
    </figure>
  );
}

/** Ids of a picture (markers, gradients) made its own, since several pictures share a page. */
function ownIds(svg: string): string {
  const prefix = `p${createHash("sha256").update(svg).digest("hex").slice(0, 8)}-`;
  return svg
    .replace(/^\s*(<\?xml [^>]*\?>\s*)?/, "")
    .replace(/\bid="([^"]+)"/g, `id="${prefix}$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${prefix}$1)`)
    .replace(/href="#([^"]+)"/g, `href="#${prefix}$1"`);
}
