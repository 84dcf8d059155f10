/** git's smart HTTP, server side (gitprotocol-http(5)). */
import type { KernelMachine } from "../../../kernel/machine.ts";
import { concat, decode, encode } from "../../../programs/core/io.ts";
import { FLUSH, packet } from "../../../programs/git/transport/packets.ts";
import type { SiteAnswer, SiteRequest } from "../http-service.ts";
import { ANONYMOUS, mayRead, mayWrite, nameOf, THE_LEARNER, type Visitor } from "./access.ts";
import { HOSTING } from "./names.ts";
import { type Service, statelessService, watchingRefs } from "./receive.ts";
import { isToken, readState, recordOf } from "./state.ts";

const NO_CACHE = { "Cache-Control": "no-cache, max-age=0, must-revalidate" };

/** Undefined where the address is none that git asks for. */
export async function gitHttp(machine: KernelMachine, request: SiteRequest): Promise<SiteAnswer | undefined> {
  const found = /^\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(request.url.pathname);
  if (found === null) return undefined;
  const [, name = "", what] = found;
  const asked = what === "info/refs" ? request.url.searchParams.get("service") : what;
  const service = serviceOf(asked);
  if (service === undefined) return text(403, "Please upgrade your git client. This site speaks git's smart HTTP only.\n");
  const visitor = whoAsks(machine, request);
  if (visitor === undefined)
    return unauthorized("Invalid username or token. Password authentication is not supported for Git operations.\n");
  const record = recordOf(readState(machine), name);
  // A stranger learns no more of a private repository than of one that is not there.
  if (record === undefined || !mayRead(visitor, record))
    return visitor.kind === "anonymous" ? unauthorized("Repository not found.\n") : text(404, "Repository not found.\n");
  if (service === "receive-pack" && !mayWrite(visitor, record))
    return visitor.kind === "anonymous"
      ? unauthorized("No anonymous write access.\n")
      : text(403, `Permission to ${record.name}.git denied to ${nameOf(visitor)}.\n`);
  if (what === "info/refs") {
    const names = await statelessService(machine, record.name, service, ["--http-backend-info-refs"], new Uint8Array(0));
    return packs(`application/x-git-${service}-advertisement`, concat([packet(`# service=git-${service}\n`), FLUSH, names]));
  }
  if (request.method !== "POST") return text(405, "This address is posted to.\n");
  const answer = () => statelessService(machine, record.name, service, [], request.body);
  const body = service === "receive-pack" ? await watchingRefs(machine, record.name, visitor, answer) : await answer();
  return packs(`application/x-git-${service}-result`, body);
}

function serviceOf(text: string | null | undefined): Service | undefined {
  if (text === "git-upload-pack") return "upload-pack";
  return text === "git-receive-pack" ? "receive-pack" : undefined;
}

/** Undefined: somebody whose token is not right. The name before it does not count, as the token says who it is. */
function whoAsks(machine: KernelMachine, { headers }: SiteRequest): Visitor | undefined {
  const given = /^Basic\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (given === undefined) return ANONYMOUS;
  let pair: string;
  try {
    pair = decode(Uint8Array.from(atob(given), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
  return isToken(machine, pair.slice(pair.indexOf(":") + 1)) || isToken(machine, pair.slice(0, pair.indexOf(":")))
    ? THE_LEARNER
    : undefined;
}

function packs(type: string, body: Uint8Array): SiteAnswer {
  return { status: 200, headers: { ...NO_CACHE, "Content-Type": type }, body };
}

function text(status: number, body: string): SiteAnswer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: encode(body) };
}

function unauthorized(body: string): SiteAnswer {
  const answer = text(401, body);
  return { ...answer, headers: { ...answer.headers, "WWW-Authenticate": `Basic realm="${HOSTING}"` } };
}
