import { editorSchemas } from "../../../lib/content/editor/schemas.ts";

export const dynamic = "force-static";
export const dynamicParams = false;

interface Params {
  file: string;
}

export function generateStaticParams(): Params[] {
  return editorSchemas().map(({ name }) => ({ file: `${name}.json` }));
}

/** The JSON Schema of a kind of file that authors write, for editors elsewhere. */
export async function GET(_request: Request, { params }: { params: Promise<Params> }): Promise<Response> {
  const { file } = await params;
  const found = editorSchemas().find(({ name }) => `${name}.json` === file);
  return found === undefined ? new Response("Not found", { status: 404 }) : Response.json(found.schema);
}
