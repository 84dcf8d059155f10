/**
 * For `generateStaticParams` of a route that makes files. Next refuses to export one of which there are none
 * (https://nextjs.org/docs/messages/generate-static-params), and a library may do without films, or without labs: then one empty file
 * stands there, under a name that nobody asks for.
 */
export function orEmptyFile<Params>(all: readonly Params[], none: Params): Params[] {
  return all.length > 0 ? [...all] : [none];
}
