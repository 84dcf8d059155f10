/** Webhooks: a POST to an address of the world for every push, signed with the hook's secret. */
import type { Machine } from "../../../kernel/types.ts";
import { decode, encode } from "../../../programs/core/io.ts";
import { ZERO } from "../../../programs/git/objects/object.ts";
import { askOverHttp } from "../../world/http.ts";
import { pingPayload, pushPayload } from "./payload.ts";
import { openRepository, type Refs } from "./repositories.ts";
import { changeRecord, type Delivery, HostingError, readState, recordOf, type Webhook } from "./state.ts";

/** So many deliveries are remembered of a repository. */
const MOST_DELIVERIES = 30;
/** On the lab's clock; the sites of the world give up after ten seconds. */
const PATIENCE_MS = 10_000;
const LONGEST_ANSWER = 2000;

/** Tells every webhook of the names that have changed. Returns at once. */
export function pushEvents(machine: Machine, name: string, pusher: string, before: Refs, after: Refs): void {
  const record = recordOf(readState(machine), name);
  if (record === undefined || record.hooks.length === 0) return;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const repository = openRepository(machine, name);
  for (const ref of names) {
    const [from, to] = [before[ref] ?? ZERO, after[ref] ?? ZERO];
    if (from === to || !/^refs\/(heads|tags)\//.test(ref)) continue;
    const payload = pushPayload(repository, record, { ref, from, to, pusher });
    for (const hook of record.hooks) send(machine, name, hook, "push", payload);
  }
}

/** Throws HostingError for an address that can't be asked. */
export function addHook(machine: Machine, name: string, given: { url: string; secret: string; contentType: string }): void {
  const url = given.url.trim();
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new HostingError("The payload URL begins with http:// or https:// and a host.");
  const hook: Webhook = {
    id: Math.max(0, ...(recordOf(readState(machine), name)?.hooks ?? []).map(({ id }) => id)) + 1,
    url,
    secret: given.secret,
    contentType: given.contentType === "form" ? "form" : "json",
  };
  changeRecord(machine, name, (record) => ({ ...record, hooks: [...record.hooks, hook] }));
  const record = recordOf(readState(machine), name);
  if (record !== undefined) send(machine, name, hook, "ping", pingPayload(record, hook));
}

export function removeHook(machine: Machine, name: string, id: number): void {
  changeRecord(machine, name, (record) => ({ ...record, hooks: record.hooks.filter((hook) => hook.id !== id) }));
}

/** Sends what was sent before once more. */
export function redeliver(machine: Machine, name: string, id: string): void {
  const record = recordOf(readState(machine), name);
  const delivery = record?.deliveries.find((each) => each.id === id);
  const hook = record?.hooks.find((each) => each.id === delivery?.hook);
  if (delivery === undefined || hook === undefined) throw new HostingError("There is no such delivery.", 404);
  send(machine, name, hook, delivery.event, delivery.request);
}

/** Returns at once; a world that ends meanwhile is no mistake. */
function send(...delivery: Parameters<typeof deliver>): void {
  deliver(...delivery).catch(() => undefined);
}

async function deliver(machine: Machine, name: string, hook: Webhook, event: string, payload: string): Promise<void> {
  const id = newId(machine);
  const isForm = hook.contentType === "form";
  const body = encode(isForm ? `payload=${encodeURIComponent(payload)}` : payload);
  const headers: [string, string][] = [
    ["User-Agent", "GitHub-Hookshot/slipway"],
    ["Accept", "*/*"],
    ["Content-Type", isForm ? "application/x-www-form-urlencoded" : "application/json"],
    ["X-GitHub-Delivery", id],
    ["X-GitHub-Event", event],
    ["X-GitHub-Hook-ID", String(hook.id)],
  ];
  if (hook.secret !== "") headers.push(["X-Hub-Signature-256", `sha256=${await signature(hook.secret, body)}`]);
  const atMs = machine.kernel.clock.now();
  const asker = { name: machine.name, kernel: machine.kernel, network: machine.network };
  const answer = await askOverHttp(asker, {
    url: hook.url,
    method: "POST",
    headers,
    body,
    grading: false,
    by: "webhook",
    timeoutMs: PATIENCE_MS,
  });
  const delivery: Delivery = {
    id,
    hook: hook.id,
    event,
    atMs,
    status: "status" in answer ? answer.status : 0,
    answer: "status" in answer ? decode(answer.body).slice(0, LONGEST_ANSWER) : FAILURES[answer.failure],
    request: payload,
  };
  // The repository may have gone meanwhile.
  if (recordOf(readState(machine), name) === undefined) return;
  changeRecord(machine, name, (record) => ({ ...record, deliveries: [delivery, ...record.deliveries].slice(0, MOST_DELIVERIES) }));
}

const FAILURES = {
  refused: "Failed to connect: connection refused. Nothing listens on that port.",
  "unknown-host": "Could not resolve host.",
  timeout: "Timed out: no answer within 10 seconds.",
  "no-answer": "Failed to connect: no answer. Is a firewall in the way?",
  closed: "The connection was closed without an answer.",
  reset: "The connection was reset.",
  invalid: "What answered is no HTTP.",
  certificate: "The certificate of the server is not trusted.",
  tls: "The TLS handshake failed.",
} as const;

async function signature(secret: string, body: Uint8Array): Promise<string> {
  const key = await crypto.subtle.importKey("raw", Uint8Array.from(encode(secret)), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, Uint8Array.from(body)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A UUID of the world's own random numbers, so that a lab that is run again has the same ones. */
function newId({ kernel }: Machine): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(kernel.random() * 16).toString(16)).join("");
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}
