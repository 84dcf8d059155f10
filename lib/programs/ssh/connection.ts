/**
 * What client and server of ssh say to each other. The first line is ssh's own (RFC 4253, 4.2), so that `nc host 22` shows a real banner;
 * then come frames of this world: a length, a kind, and JSON or bytes. Nothing is encrypted, since nobody listens on the way; who is who
 * is proved by signatures all the same.
 */
import type { StreamSocket } from "../../kernel/types.ts";
import { sha256 } from "../core/hash.ts";
import { WireWriter } from "./wire.ts";

export const SOFTWARE = "OpenSSH_9.2p1 Debian-2+deb12u10";
export const BANNER = `SSH-2.0-${SOFTWARE}`;
const LONGEST_BANNER = 255;
const LONGEST_FRAME = 1024 * 1024;

/** Of a terminal that the client has. */
export interface PtyRequest {
  readonly term: string;
  readonly columns: number;
  readonly rows: number;
}

export type AuthRequest =
  | { readonly kind: "auth"; readonly user: string; readonly method: "none" }
  /** Without a signature, it asks whether the key would do. */
  | { readonly kind: "auth"; readonly user: string; readonly method: "publickey"; readonly key: string; readonly signature?: string }
  | { readonly kind: "auth"; readonly user: string; readonly method: "password"; readonly password: string };

export type Message =
  /** Client: a random text for the session's id. Server: its own, its host key, and a signature of the id with it. */
  | { readonly kind: "hello"; readonly nonce: string }
  | { readonly kind: "host-key"; readonly nonce: string; readonly key: string; readonly signature: string }
  | AuthRequest
  | { readonly kind: "auth-result"; readonly result: "in" | "no" | "key-will-do"; readonly methods: readonly string[] }
  | {
      readonly kind: "session";
      readonly command?: string;
      readonly pty?: PtyRequest;
      readonly env: Readonly<Record<string, string>>;
    }
  /** Server: the session has no terminal, though one was asked for. */
  | { readonly kind: "no-pty" }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  /** A connection to a port behind the server (-L): instead of a session. */
  | { readonly kind: "forward"; readonly host: string; readonly port: number }
  | { readonly kind: "forwarding" }
  | { readonly kind: "no-forward"; readonly reason: string }
  | { readonly kind: "end-of-input" }
  | { readonly kind: "exit"; readonly status: number }
  | { readonly kind: "killed"; readonly signal: string }
  /** With RFC 4253's number of the reason (11.1). */
  | { readonly kind: "disconnect"; readonly code: number; readonly reason: string };

export type Frame =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "data"; readonly stream: "in-or-out" | "error"; readonly bytes: Uint8Array };

const KIND = { message: 0, data: 1, errorData: 2 } as const;

const encoder = new TextEncoder();

/** The other side does not speak as ssh does, or has broken off in the middle. */
export class NotSsh extends Error {
  constructor(readonly how: "closed" | "reset" | "garbage") {
    super(`not ssh: ${how}`);
  }
}

/** One side of a connection. Reads reject when `ended` aborts. */
export class Connection {
  #held = new Uint8Array(0);
  #sending: Promise<unknown> = Promise.resolve();

  constructor(
    readonly socket: StreamSocket,
    readonly ended: AbortSignal,
  ) {}

  /** The rest of what has arrived, for a process that takes the connection over. */
  get left(): Uint8Array {
    return this.#held;
  }

  set left(bytes: Uint8Array) {
    this.#held = Uint8Array.from(bytes);
  }

  /** Sends the own banner and waits for the other's; its text. Throws NotSsh. */
  async exchangeBanners(): Promise<string> {
    await this.#write(encoder.encode(`${BANNER}\r\n`));
    let seen = "";
    for (;;) {
      const [byte] = await this.#take(1, "closed");
      const character = String.fromCharCode(byte ?? 0);
      if (character !== "\n") {
        seen += character;
        if (seen.length > LONGEST_BANNER) throw new NotSsh("garbage");
        continue;
      }
      const line = seen.replace(/\r$/, "");
      if (line.startsWith("SSH-2.0-")) return line;
      throw new NotSsh("garbage");
    }
  }

  send(message: Message): Promise<void> {
    return this.#frame(KIND.message, encoder.encode(JSON.stringify(message)));
  }

  /** Resolves when the other side has room for more. */
  sendData(bytes: Uint8Array, stream: "in-or-out" | "error" = "in-or-out"): Promise<void> {
    return this.#frame(stream === "error" ? KIND.errorData : KIND.data, bytes);
  }

  /** Undefined when the other side has closed. */
  async receive(): Promise<Frame | undefined> {
    const head = await this.#takeOrEnd(5);
    if (head === undefined) return undefined;
    const length = new DataView(head.buffer).getUint32(0);
    if (length > LONGEST_FRAME) throw new NotSsh("garbage");
    const bytes = await this.#take(length, "reset");
    const kind = head[4];
    if (kind === KIND.message) return { kind: "message", message: parseMessage(bytes) };
    if (kind === KIND.data || kind === KIND.errorData) return { kind: "data", stream: kind === KIND.data ? "in-or-out" : "error", bytes };
    throw new NotSsh("garbage");
  }

  /** The next message; data in between is dropped. Throws NotSsh when there is none. */
  async receiveMessage(): Promise<Message> {
    for (;;) {
      const frame = await this.receive();
      if (frame === undefined) throw new NotSsh("closed");
      if (frame.kind === "message") return frame.message;
    }
  }

  close(): void {
    this.socket.release();
  }

  #frame(kind: number, payload: Uint8Array): Promise<void> {
    const bytes = new Uint8Array(5 + payload.length);
    new DataView(bytes.buffer).setUint32(0, payload.length);
    bytes[4] = kind;
    bytes.set(payload, 5);
    return this.#write(bytes);
  }

  /** One frame at a time: several may send at once. */
  #write(bytes: Uint8Array): Promise<void> {
    const sent = this.#sending.then(() => this.socket.write(bytes, this.ended));
    this.#sending = sent.catch(() => undefined);
    return sent.then(() => undefined);
  }

  async #take(count: number, atEnd: "closed" | "reset"): Promise<Uint8Array> {
    const bytes = await this.#takeOrEnd(count);
    if (bytes === undefined) throw new NotSsh(atEnd);
    return bytes;
  }

  async #takeOrEnd(count: number): Promise<Uint8Array | undefined> {
    while (this.#held.length < count) {
      const more = await this.socket.read(64 * 1024, this.ended);
      if (more.length === 0) return undefined;
      const joined = new Uint8Array(this.#held.length + more.length);
      joined.set(this.#held);
      joined.set(more, this.#held.length);
      this.#held = joined;
    }
    const bytes = this.#held.slice(0, count);
    this.#held = this.#held.subarray(count);
    return bytes;
  }
}

function parseMessage(bytes: Uint8Array): Message {
  try {
    const message: Message = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof message === "object" && message !== null && typeof message.kind === "string") return message;
  } catch {
    // Said below.
  }
  throw new NotSsh("garbage");
}

/** What both sides know of the session, and the host key signs: nobody can answer with a signature that was made for another. */
export function sessionId(clientNonce: string, serverNonce: string, hostKey: string): Uint8Array {
  const digest = sha256(new WireWriter().string(clientNonce).string(serverNonce).string(hostKey).bytes());
  return encoder.encode(digest);
}

/** What a user's key signs (RFC 4252, 7). */
export function authMessage(id: Uint8Array, user: string, key: string): Uint8Array {
  return new WireWriter().string(id).string(user).string("publickey").string(key).bytes();
}
