/** The plain bytes of a TLS connection, as an open file: what a server or client reads and writes instead of its socket. */
import { Description } from "../../kernel/description.ts";
import { KernelError } from "../../kernel/errno.ts";
import { O, type OpenFile, POLL, type StreamSocket } from "../../kernel/types.ts";
import { concat } from "../core/io.ts";
import type { Certificate } from "./certificate.ts";
import { ALERT, TlsFailure } from "./failure.ts";
import type { TlsVersion } from "./messages.ts";
import { LARGEST_RECORD, RECORD, record, takeRecord } from "./records.ts";
import type { Verification } from "./verify.ts";

/** What the two sides have agreed on. */
export interface TlsSession {
  readonly version: TlsVersion;
  /** "TLS_AES_256_GCM_SHA384". */
  readonly cipher: string;
  /** The name the client asked for (SNI). */
  readonly serverName: string | undefined;
  /** "http/1.1"; undefined: none was agreed on. */
  readonly alpn: string | undefined;
  /** The server's certificates, its own first. */
  readonly chain: readonly Certificate[];
  /** On the client's side: what it makes of them. */
  readonly verification: Verification | undefined;
}

/** What TLS runs over: a stream socket of any family. */
export interface Transport extends OpenFile {
  shutdown(how: "read" | "write" | "both"): void;
  readonly local?: StreamSocket["local"];
  readonly remote?: StreamSocket["remote"];
}

export class TlsStream extends Description {
  override readonly kind = "socket";
  readonly session: TlsSession;
  readonly #socket: Transport;
  readonly #unsubscribe: () => void;
  /** Bytes of records, not looked at yet. */
  #held: Uint8Array;
  #plain: Uint8Array = new Uint8Array(0);
  #atEnd = false;
  /** Records that the socket had no room for. */
  #unsent: Uint8Array = new Uint8Array(0);
  #isFlushing = false;
  #shutting = false;
  #shut = false;

  /** Takes over the caller's reference to the socket. */
  constructor(socket: Transport, session: TlsSession, left: Uint8Array) {
    super(O.RDWR);
    this.#socket = socket;
    this.session = session;
    this.#held = left;
    this.#unsubscribe = socket.onReady(() => {
      this.#flush();
      this.changed();
    });
  }

  get local(): StreamSocket["local"] {
    return this.#socket.local;
  }

  get remote(): StreamSocket["remote"] {
    return this.#socket.remote;
  }

  readNow(max: number): Uint8Array | undefined {
    if (this.isClosed) throw new KernelError("EBADF", "read");
    while (this.#plain.length === 0 && !this.#atEnd) {
      const found = takeRecord(this.#held);
      if (found === undefined) {
        const more = this.#socket.readNow(65_536);
        if (more === undefined) return undefined;
        if (more.length === 0) this.#atEnd = true;
        else this.#held = this.#held.length === 0 ? more : concat([this.#held, more]);
        continue;
      }
      this.#held = this.#held.slice(found.size);
      const { type, body } = found.record;
      if (type === RECORD.data) this.#plain = body;
      else if (type === RECORD.alert) {
        if (body[1] !== ALERT.closeNotify) throw new TlsFailure("alert", { alert: body[1] });
        this.#atEnd = true;
      }
    }
    const bytes = this.#plain.slice(0, max);
    this.#plain = this.#plain.subarray(bytes.length);
    return bytes;
  }

  writeNow(bytes: Uint8Array): number {
    if (this.isClosed) throw new KernelError("EBADF", "write");
    if (this.#shutting) throw new KernelError("EPIPE", "write");
    if (!this.#flush()) return 0;
    const taken = bytes.subarray(0, LARGEST_RECORD);
    this.#unsent = record(RECORD.data, taken);
    this.#flush();
    return taken.length;
  }

  /** Hands on what could not be sent before; whether all is sent. */
  #flush(): boolean {
    // Who reads these bytes makes room while they are being written.
    if (this.#isFlushing) return false;
    while (this.#unsent.length > 0) {
      let count: number;
      this.#isFlushing = true;
      try {
        count = this.#socket.writeNow(this.#unsent);
      } catch (error) {
        if (!(error instanceof KernelError)) throw error;
        this.#unsent = new Uint8Array(0);
        if (!this.#shutting && error.code !== "EBADF") throw error;
        return true;
      } finally {
        this.#isFlushing = false;
      }
      if (count === 0) return false;
      this.#unsent = this.#unsent.subarray(count);
    }
    if (this.#shutting && !this.#shut) {
      this.#shut = true;
      try {
        this.#socket.shutdown("write");
      } catch (error) {
        if (!(error instanceof KernelError)) throw error;
      }
      if (this.isClosed) this.#letGo();
    }
    return true;
  }

  /** close_notify, then the socket's own end (RFC 8446 6.1). */
  #finish(): void {
    if (this.#shutting) return;
    this.#shutting = true;
    this.#unsent = concat([this.#unsent, record(RECORD.alert, Uint8Array.of(1, ALERT.closeNotify))]);
    this.#flush();
  }

  shutdown(how: "read" | "write" | "both"): void {
    if (how !== "write") this.#atEnd = true;
    if (how !== "read") this.#finish();
    this.changed();
  }

  poll(): number {
    const below = this.#socket.poll();
    const ready = this.#plain.length > 0 || this.#held.length > 0 || this.#atEnd ? POLL.IN : 0;
    return ready | (this.#unsent.length > 0 ? below & ~POLL.OUT : below);
  }

  protected closed(): void {
    this.#finish();
    if (this.#shut) this.#letGo();
  }

  #letGo(): void {
    this.#unsubscribe();
    this.#socket.release();
  }
}
