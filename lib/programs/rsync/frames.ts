/** What the two ends say to each other through ssh: a length, and JSON or bytes. */
import type { OpenFile, Process } from "../../kernel/types.ts";
import { codeOf } from "../core/errors.ts";
import type { ListEntry } from "./file-list.ts";
import type { Plan, Refusal } from "./receiver.ts";
import type { Settings } from "./settings.ts";

export type Message =
  | { readonly kind: "receive"; readonly settings: Settings; readonly entries: readonly ListEntry[]; readonly isSingleFile: boolean }
  | { readonly kind: "send"; readonly settings: Settings }
  | {
      readonly kind: "list";
      readonly entries: readonly ListEntry[];
      readonly isSingleFile: boolean;
      readonly errors: readonly string[];
      readonly remarks: readonly string[];
    }
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "refusal"; readonly refusal: Refusal }
  | { readonly kind: "want"; readonly indexes: readonly number[] }
  | { readonly kind: "done"; readonly errors: readonly string[] };

/** The other end is gone. */
export class Broken extends Error {
  constructor(readonly received: number) {
    super("broken");
  }
}

export class Frames {
  sent = 0;
  received = 0;
  #held = new Uint8Array(0);

  constructor(
    private readonly self: Process,
    private readonly ends: { readonly input: OpenFile; readonly output: OpenFile },
  ) {}

  async send(message: Message): Promise<void> {
    await this.sendBytes(new TextEncoder().encode(JSON.stringify(message)));
  }

  async sendBytes(bytes: Uint8Array): Promise<void> {
    const frame = new Uint8Array(4 + bytes.length);
    new DataView(frame.buffer).setUint32(0, bytes.length);
    frame.set(bytes, 4);
    try {
      await this.ends.input.write(frame, this.self.ended);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      throw new Broken(this.received);
    }
    this.sent += frame.length;
  }

  async receive(): Promise<Message> {
    const message: Message = JSON.parse(new TextDecoder().decode(await this.receiveBytes()));
    return message;
  }

  async receiveBytes(): Promise<Uint8Array> {
    const head = await this.#take(4);
    return this.#take(new DataView(head.buffer).getUint32(0));
  }

  async #take(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [this.#held];
    let length = this.#held.length;
    while (length < count) {
      const more = await this.ends.output.read(256 * 1024, this.self.ended);
      if (more.length === 0) throw new Broken(this.received);
      parts.push(more);
      length += more.length;
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    this.#held = all.slice(count);
    this.received += count;
    return all.slice(0, count);
  }
}
