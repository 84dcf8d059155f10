/** A request as a browser or a check makes it: HTTP or https, with what the connection tells. */
import { HttpFailure, httpRequest } from "../../kernel/http-client.ts";
import type { Files } from "../../kernel/types.ts";
import type { TlsFacts } from "../types.ts";
import type { Asker } from "./outsiders.ts";
import type { HttpAnswer, HttpRequest, HttpFailure as NoAnswer } from "./world.ts";

/** Asks as a client on that machine, with what it trusts where it has files; a failure is told, and not thrown. */
export async function askOverHttp(machine: Asker & { readonly files?: Files }, request: HttpRequest): Promise<HttpAnswer | NoAnswer> {
  let tls: TlsFacts | undefined;
  // Loaded when something over TLS is first asked for.
  const secure = () => import("./secure.ts");
  try {
    const answer = await httpRequest(machine, {
      ...request,
      by: request.grading ? "check" : (request.by ?? "browser"),
      secure: async (socket, host, signal) => {
        const opened = await (await secure()).openSecure(machine, socket, { host, insecure: request.insecure, signal });
        tls = opened.facts;
        return opened.stream;
      },
    });
    return tls === undefined ? answer : { ...answer, tls };
  } catch (error) {
    if (error instanceof Error && error.name === "TlsFailure") {
      const facts = (await secure()).factsOfFailure(error);
      return facts === undefined ? { failure: "tls" } : { failure: "certificate", tls: facts };
    }
    if (!(error instanceof HttpFailure)) throw error;
    switch (error.reason) {
      case "refused":
      case "unknown-host":
      case "timeout":
      case "closed":
      case "reset":
      case "no-answer":
        return { failure: error.reason };
      case "unreachable":
        return { failure: "no-answer" };
      default:
        // It did answer, and not in HTTP.
        return { failure: error.reason === "protocol" ? "invalid" : "closed" };
    }
  }
}
