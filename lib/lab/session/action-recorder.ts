import type { WorldEvent } from "../../kernel/types.ts";
import type { CheckResult, PaneRequest, TaskState } from "../types.ts";
import type { ActionLog, RecordedCheck } from "./actions.ts";
import type { Terminal } from "./terminal.ts";

/** Of what a check expected and found, so much is kept. */
const LONGEST_FINDING = 300;
/** A form that is sent may be so long. */
const LONGEST_BODY = 512 * 1024;
/** The last line of a terminal, as far as it is kept. */
const LONGEST_LINE = 120;

/** Headers that a browser sets by itself: they tell who the learner is, and nothing of what they did. */
const OWN_HEADERS =
  /^(?:host|origin|referer|cookie|connection|content-length|accept-encoding|accept-language|user-agent|transfer-encoding|dnt|sec-.*|upgrade-insecure-requests|cache-control|pragma|priority)$/i;

/** Writes down what happens in a session beside what the learner does: what they saw, and what the checks said. */
export class ActionRecorder {
  private readonly statuses = new Map<string, CheckResult["status"]>();
  private readonly passed = new Set<string>();

  constructor(
    private readonly log: ActionLog,
    tasks: readonly TaskState[],
  ) {
    for (const task of tasks) if (task.status === "passed") this.passed.add(task.id);
  }

  keys(terminal: Terminal, data: string): void {
    const shown = terminal.activity === "running" ? lastLine(terminal.tail(600)) : undefined;
    this.log.add({ kind: "keys", terminal: terminal.id, data, ...(shown === undefined ? {} : { shown }) });
  }

  watch(terminal: Terminal): () => void {
    return terminal.onMark((mark) => {
      const what = mark === "ended" ? "end" : mark.kind === "command-start" ? "command" : mark.kind === "prompt-end" ? "prompt" : undefined;
      if (what === undefined) return;
      const line = mark !== "ended" && mark.kind === "command-start" ? mark.line : undefined;
      this.log.add({ kind: "saw", terminal: terminal.id, what, ...(line === undefined ? {} : { line }) });
    });
  }

  request({ method, url, mode, headers, body, referrer }: PaneRequest, machine: string): void {
    const own = headers.filter(([name]) => !OWN_HEADERS.test(name));
    const isPart = mode !== "navigate" && (method === "GET" || method === "HEAD");
    this.log.addRequest(
      {
        kind: "request",
        machine,
        method,
        url,
        mode,
        ...(own.length > 0 ? { headers: own } : {}),
        ...(body === undefined || body.length === 0 || body.length > LONGEST_BODY ? {} : { body: toBase64(body) }),
        ...(body !== undefined && body.length > LONGEST_BODY ? { omitted: true as const } : {}),
        ...(referrer === undefined ? {} : { referrer }),
      },
      isPart,
    );
  }

  happened(event: WorldEvent): void {
    if (event.kind !== "listening" && event.kind !== "closed-port") return;
    this.log.add({ kind: "port", machine: event.machine, port: event.port, open: event.kind === "listening" });
  }

  checked(tasks: readonly TaskState[]): void {
    const changes: RecordedCheck[] = [];
    const passed: string[] = [];
    for (const task of tasks) {
      for (const check of task.checks) {
        const key = `${check.task}/${check.id}`;
        if (this.statuses.get(key) === check.status) continue;
        this.statuses.set(key, check.status);
        const { task: of, id, status } = check;
        changes.push({ task: of, id, status, expected: short(check.expected), found: short(check.found) });
      }
      if (task.status === "passed" && !this.passed.has(task.id)) passed.push(task.id);
    }
    for (const task of passed) this.passed.add(task);
    this.log.add({ kind: "checked", changes, passed });
  }
}

/** The last line that is not empty, without escape sequences (ECMA-48). Digits count as equal: times, ports and process numbers differ. */
export function lastLine(output: string): string {
  const plain = output
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters.
    .replace(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x07\x0e\x0f]/g, "")
    .trimEnd();
  return plain
    .slice(Math.max(plain.lastIndexOf("\n"), plain.lastIndexOf("\r")) + 1)
    .slice(-LONGEST_LINE)
    .replace(/\d+/g, "0");
}

function short(text: string): string {
  return text.length <= LONGEST_FINDING ? text : `${text.slice(0, LONGEST_FINDING)}…`;
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
