/**
 * The service worker of a browser pane. It keeps nothing: every request goes to the pane's bootstrap, which holds the way to the lab,
 * with a port for the answer. So the browser may stop and start it at any time.
 */
import { bootstrapPath, type CaughtRequest, type ServedResponse } from "./messages.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  // The pane's own scripts come from the real server.
  if (url.origin === location.origin && url.pathname.startsWith("/__pane/")) return;
  event.respondWith(answer(event.request));
});

async function answer(request: Request): Promise<Response> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const bootstrap = windows.find((client) => new URL(client.url).pathname === bootstrapPath);
  if (!bootstrap) return Response.error();
  const body = request.method === "GET" || request.method === "HEAD" ? undefined : await request.arrayBuffer();
  const caught: CaughtRequest = {
    url: request.url,
    method: request.method,
    headers: [...request.headers],
    body,
    mode: request.mode,
    referrer: request.referrer,
  };
  const { port1, port2 } = new MessageChannel();
  const served = await new Promise<ServedResponse>((resolve) => {
    port1.onmessage = (event: MessageEvent<ServedResponse>) => resolve(event.data);
    bootstrap.postMessage(caught, [port2]);
  });
  port1.close();
  if (served.status === undefined || served.status < 200 || served.status > 599) return Response.error();
  const headers = new Headers();
  for (const [name, value] of served.headers) {
    try {
      headers.append(name, value);
    } catch {
      // A name or value that HTTP does not allow; browsers drop such headers as well.
    }
  }
  return new Response(served.body ?? null, { status: served.status, statusText: served.statusText, headers });
}
