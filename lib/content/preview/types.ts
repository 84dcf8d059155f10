import type { Problem } from "../../lab/definition/problem.ts";
import type { LabDefinition } from "../../lab/types.ts";

/** What the preview server tells an open page (server-sent events). Each replaces the one before. */
export type PreviewState =
  /** The files are sound. The page asks for its text anew, and gives the running lab its new tasks. */
  | { readonly kind: "sound"; readonly version: string; readonly world: string; readonly lab?: LabDefinition }
  /** They are not: the page keeps the last good version, and shows what is wrong. */
  | { readonly kind: "unsound"; readonly version: string; readonly problems: readonly Problem[] };

/** The page's shares of the address: /preview/<course>/<lesson>/, and what the server answers itself. */
export function previewEvents(course: string, lesson: string): string {
  return `/__preview/${course}/${lesson}/events`;
}

export function previewLab(course: string, lesson: string): string {
  return `/__preview/${course}/${lesson}/lab.json`;
}
