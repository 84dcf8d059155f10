import { sandbox } from "../../../lib/content/sandbox.ts";

export const dynamic = "force-static";

export function GET(): Response {
  return Response.json(sandbox);
}
