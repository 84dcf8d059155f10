/** What the site knows besides its repositories: keys, tokens, webhooks. It lies in a file of its machine, so that it is saved with it. */
import type { Machine } from "../../../kernel/types.ts";
import { sha256 } from "../../../programs/core/hash.ts";
import { encode } from "../../../programs/core/io.ts";
import { parsePublicKey, publicLine, sameKey } from "../../../programs/ssh/keys.ts";
import { AUTHORIZED_KEYS, GIT, STATE_FILE } from "./layout.ts";
import { SHELL } from "./names.ts";

/** The learner's account. */
export const LEARNER = "learner";

export interface SshKey {
  readonly id: number;
  readonly title: string;
  /** As a line of a .pub file, without the comment. */
  readonly key: string;
  readonly addedMs: number;
  /** A deploy key is for this repository alone; undefined: a key of the learner's. */
  readonly repository?: string;
  readonly readOnly?: boolean;
}

export interface Token {
  readonly id: number;
  readonly name: string;
  /** Nobody can read a token again, the site neither. */
  readonly sha256: string;
  readonly end: string;
  readonly addedMs: number;
}

export interface Webhook {
  readonly id: number;
  readonly url: string;
  readonly secret: string;
  readonly contentType: "json" | "form";
}

export interface Delivery {
  readonly id: string;
  readonly hook: number;
  readonly event: string;
  readonly atMs: number;
  /** 0: nobody answered. */
  readonly status: number;
  /** The beginning of the answer, or why there was none. */
  readonly answer: string;
  readonly request: string;
}

export interface RepositoryRecord {
  /** "learner/shop". */
  readonly name: string;
  readonly description: string;
  readonly isPrivate: boolean;
  /** Its first branch may be neither rewritten nor deleted. */
  readonly isProtected: boolean;
  readonly createdMs: number;
  readonly hooks: readonly Webhook[];
  /** The latest first. */
  readonly deliveries: readonly Delivery[];
}

export interface HostingState {
  readonly nextId: number;
  readonly keys: readonly SshKey[];
  readonly tokens: readonly Token[];
  readonly repositories: readonly RepositoryRecord[];
}

/** What can't be done, for the person who asked; with the HTTP status that says so. */
export class HostingError extends Error {
  constructor(
    message: string,
    readonly status: 400 | 404 | 409 | 422 = 422,
  ) {
    super(message);
  }
}

const EMPTY: HostingState = { nextId: 1, keys: [], tokens: [], repositories: [] };
const LONGEST_TITLE = 80;

export function readState({ files }: Machine): HostingState {
  if (!files.exists(STATE_FILE)) return EMPTY;
  const state: HostingState = JSON.parse(files.readText(STATE_FILE));
  return state;
}

export function changeState(machine: Machine, change: (state: HostingState) => HostingState): HostingState {
  const { files } = machine;
  const before = readState(machine);
  const after = change(before);
  files.writeFile(STATE_FILE, `${JSON.stringify(after)}\n`, { mode: 0o600 });
  if (after.keys === before.keys) return after;
  const lines = after.keys.map(({ id, key }) => `command="${SHELL} ${id}",restrict ${key}\n`);
  files.writeFile(AUTHORIZED_KEYS, lines.join(""), { mode: 0o600 });
  files.chown(AUTHORIZED_KEYS, GIT.uid, GIT.gid);
  return after;
}

/** Throws HostingError for what is no key, and for one that the site knows. */
export function addKey(machine: Machine, given: { title: string; key: string; repository?: string; readOnly?: boolean }): void {
  const key = parsePublicKey(given.key.trim());
  if (key === undefined) {
    if (/PRIVATE KEY/.test(given.key))
      throw new HostingError("That is a private key. Keep it to yourself, and add the one that ends in .pub.");
    throw new HostingError("Key is invalid. You must supply a key in OpenSSH public key format: the text of a file that ends in .pub.");
  }
  const known = readState(machine).keys.some((each) => {
    const other = parsePublicKey(each.key);
    return other !== undefined && sameKey(other, key);
  });
  if (known) throw new HostingError("Key is already in use. A key belongs to one account or one repository.");
  const title = (given.title.trim() || key.comment || "key").slice(0, LONGEST_TITLE);
  const { repository, readOnly } = given;
  changeState(machine, (state) => ({
    ...state,
    nextId: state.nextId + 1,
    keys: [
      ...state.keys,
      { id: state.nextId, title, key: publicLine({ ...key, comment: "" }), addedMs: machine.kernel.clock.now(), repository, readOnly },
    ],
  }));
}

export function removeKey(machine: Machine, id: number, repository?: string): void {
  changeState(machine, (state) => {
    if (!state.keys.some((key) => key.id === id && key.repository === repository)) throw new HostingError("There is no such key.", 404);
    return { ...state, keys: state.keys.filter((key) => key.id !== id) };
  });
}

/** A new token, which is told this once. */
export function addToken(machine: Machine, given: string): string {
  const name = given.trim().slice(0, LONGEST_TITLE);
  if (name === "") throw new HostingError("A token needs a name: what it is for.");
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const drawn = Array.from({ length: 36 }, () => letters[Math.floor(machine.kernel.random() * letters.length)]);
  const token = `ghp_${drawn.join("")}`;
  changeState(machine, (state) => ({
    ...state,
    nextId: state.nextId + 1,
    tokens: [
      ...state.tokens,
      { id: state.nextId, name, sha256: sha256(encode(token)), end: token.slice(-4), addedMs: machine.kernel.clock.now() },
    ],
  }));
  return token;
}

export function removeToken(machine: Machine, id: number): void {
  changeState(machine, (state) => ({ ...state, tokens: state.tokens.filter((token) => token.id !== id) }));
}

export function isToken(machine: Machine, text: string): boolean {
  const digest = sha256(encode(text));
  return readState(machine).tokens.some((token) => token.sha256 === digest);
}

export function recordOf(state: HostingState, name: string): RepositoryRecord | undefined {
  const wanted = name.toLowerCase();
  return state.repositories.find((each) => each.name.toLowerCase() === wanted);
}

export function changeRecord(machine: Machine, name: string, change: (record: RepositoryRecord) => RepositoryRecord): void {
  changeState(machine, (state) => ({
    ...state,
    repositories: state.repositories.map((each) => (each.name === name ? change(each) : each)),
  }));
}
