/** What a service's standard output is when it goes to the journal: a stream that makes an entry of each line. */
import { Description } from "../../../kernel/description.ts";
import { O, POLL } from "../../../kernel/types.ts";
import { type Journal, LINE_BYTES } from "./store.ts";

export class JournalStream extends Description {
  readonly kind = "socket";
  readonly #journal: Journal;
  readonly #fields: () => Readonly<Record<string, string>>;
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** `fields` tells who writes, when a line is complete. */
  constructor(journal: Journal, fields: () => Readonly<Record<string, string>>) {
    super(O.WRONLY);
    this.#journal = journal;
    this.#fields = fields;
  }

  readNow(): Uint8Array {
    this.mustRead();
    return new Uint8Array(0);
  }

  writeNow(bytes: Uint8Array): number {
    this.mustWrite();
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#add(line);
    while (this.#rest.length > LINE_BYTES) {
      this.#add(this.#rest.slice(0, LINE_BYTES));
      this.#rest = this.#rest.slice(LINE_BYTES);
    }
    return bytes.length;
  }

  poll(): number {
    return POLL.OUT;
  }

  protected closed(): void {
    if (this.#rest !== "") this.#add(this.#rest);
    this.#rest = "";
  }

  #add(line: string): void {
    const text = line.replace(/\s+$/, "");
    if (text === "") return;
    const fields = this.#fields();
    // sd-daemon(3): "<3>" in front sets the level of one line.
    const level = /^<([0-7])>/.exec(text);
    this.#journal.add({
      _TRANSPORT: "stdout",
      ...fields,
      ...(level === null ? {} : { PRIORITY: level[1] ?? "6" }),
      MESSAGE: level === null ? text : text.slice(3),
    });
  }
}
