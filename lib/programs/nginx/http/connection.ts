/** One client's connection: request after request until somebody closes it. */
import { KernelError } from "../../../kernel/errno.ts";
import { codeOf } from "../../core/errors.ts";
import { logAccess } from "./access-log.ts";
import { discardBody } from "./client-body.ts";
import { readRequest } from "./parse.ts";
import { handle } from "./phases.ts";
import { BodyBroken } from "./proxy.ts";
import { type Client, HttpRequest } from "./request.ts";
import { Abandoned, Late } from "./stream.ts";
import { logError, type Worker } from "./worker-state.ts";

/** What the worker may do with a connection that waits for its next request. */
export interface IdleClients {
  add(client: Client): void;
  delete(client: Client): void;
}

/** Runs a request to its end; what breaks is told to the log as nginx tells it. */
async function serve(r: HttpRequest, status: number | undefined): Promise<void> {
  const { shared } = r.worker;
  shared.writing++;
  try {
    await handle(r, status);
    r.isComplete = true;
  } catch (error) {
    r.keepAlive = false;
    if (error instanceof BodyBroken) return;
    if (error instanceof Late) logError(r, "info", "client timed out (110: Connection timed out)", "sending to client");
    else if (error instanceof Abandoned) r.status ||= 499;
    else if (error instanceof KernelError && codeOf(error) !== undefined) {
      logError(r, "info", `send() failed (${error.errno}: ${error.text})`, "sending response to client");
    } else throw error;
  } finally {
    shared.writing--;
    for (const end of r.endings.splice(0)) end();
  }
}

/** A tunnel after 101: bytes go both ways until one side ends. */
async function tunnel(r: HttpRequest): Promise<void> {
  const upstream = r.tunnel;
  if (upstream === undefined) return;
  const client = r.client.stream;
  const limit = r.settings.numbers.proxy_read_timeout ?? 60_000;
  const pump = async (from: typeof client, to: typeof client) => {
    for (;;) {
      const bytes = await from.read(limit);
      if (bytes.length === 0) return;
      await to.write(bytes);
      if (to === client) r.bodyBytes += bytes.length;
    }
  };
  await Promise.race([pump(client, upstream), pump(upstream, client)]).catch((error: unknown) => {
    if (!(error instanceof Late) && !(error instanceof Abandoned) && codeOf(error) === undefined) throw error;
  });
  r.tunnelEnded?.();
}

/** Ends when the connection does. `firstStatus`: what the first request is answered, whatever it asks (497: no TLS came). */
export async function serveClient(worker: Worker, client: Client, idle: IdleClients, firstStatus?: number): Promise<void> {
  const { shared } = worker;
  try {
    for (;;) {
      const r = new HttpRequest(client, worker);
      const isFirst = client.requests === 0;
      const settings = r.server.root.settings;
      const limit = isFirst ? (settings.numbers.client_header_timeout ?? 60_000) : (lastKeepAlive.get(client) ?? 75_000);
      if (!isFirst && client.stream.buffered === 0) idle.add(client);
      r.isPipelined = !isFirst && client.stream.buffered > 0;
      shared.reading++;
      client.requests++;
      const read = await readRequest(r, limit).finally(() => {
        shared.reading--;
        idle.delete(client);
      });
      if (read === "closed" || read === "late") {
        if (read === "closed" && r.requestLine !== "") {
          r.status = 400;
          shared.requests++;
          logAccess(r);
        }
        return;
      }
      shared.requests++;
      if (read !== undefined && read !== 405) r.keepAlive = false;
      await serve(r, firstStatus ?? read);
      if (r.tunnel !== undefined) await tunnel(r);
      logAccess(r);
      if (r.keepAlive && !worker.isExiting && !(await discardBody(r))) r.keepAlive = false;
      if (!r.keepAlive || worker.isExiting) {
        await linger(r);
        return;
      }
      lastKeepAlive.set(client, r.settings.keepalive?.timeoutMs ?? 75_000);
    }
  } catch (error) {
    if (!(error instanceof Abandoned) && codeOf(error) === undefined) throw error;
  } finally {
    idle.delete(client);
    client.stream.close();
  }
}

const lastKeepAlive = new WeakMap<Client, number>();

/** lingering_close: what the client still sends is read, so that it sees the answer before a reset. */
async function linger(r: HttpRequest): Promise<void> {
  if (r.body !== undefined || (r.contentLength === undefined && !r.isChunked)) return;
  r.client.stream.shutdown();
  await discardBody(r);
}
