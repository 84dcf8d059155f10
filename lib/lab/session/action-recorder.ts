import type { WorldEvent } from "../../kernel/types.ts";
import type { Mark } from "../../shell/marks.ts";
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
    const shown = terminal.activity === "running" ? fingerprint(lastLine(terminal.tail(600))) : undefined;
    this.log.add({ kind: "keys", terminal: terminal.id, data, ...(shown === undefined ? {} : { shown }) });
  }

  /** `automatic`: of a command that the lab has typed. What it typed may hold what a variable held, so its line is not kept. */
  saw(terminal: Terminal, mark: Mark | "ended", automatic: boolean): void {
    const what = mark === "ended" ? "end" : mark.kind === "command-start" ? "command" : mark.kind === "prompt-end" ? "prompt" : undefined;
    if (what === undefined) return;
    const line = mark !== "ended" && mark.kind === "command-start" && !automatic ? mark.line : undefined;
    this.log.add({ kind: "saw", terminal: terminal.id, what, ...(line === undefined ? {} : { line }) });
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
        changes.push({ task: of, id, status, expected: short(check.expected), found: short(withoutSecrets(check.found)) });
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

/** What a terminal showed is compared, and not kept: it may be a secret. 32 bits of FNV-1a (draft-eastlake-fnv). */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return `#${(hash >>> 0).toString(16).padStart(8, "0")}`;
}

/** A part of a word that is so long and mixes letters and digits was made up by a program: a key, a token. */
const SHORTEST_SECRET = 12;
/** So long a word with signs among letters and digits is one, too: a key as Django makes them. */
const SHORTEST_KEY = 32;

/** What a check found, for those who read the attempt: what the learner has not typed is no secret that it hands on. */
export function withoutSecrets(found: string): string {
  const isMixed = (text: string): boolean => /\d/.test(text) && /[A-Za-z]/.test(text);
  return found.replace(/[^\s“”"'`]{12,}/g, (word) => {
    const isKey = word.length >= SHORTEST_KEY && isMixed(word) && /[!@#$%^&*()]/.test(word);
    return isKey || word.split(/[^A-Za-z0-9_+-]/).some((part) => part.length >= SHORTEST_SECRET && isMixed(part)) ? "…" : word;
  });
}

function short(text: string): string {
  return text.length <= LONGEST_FINDING ? text : `${text.slice(0, LONGEST_FINDING)}…`;
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
