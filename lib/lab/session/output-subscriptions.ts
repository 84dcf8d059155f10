import type { Receiver, Terminal } from "./terminal.ts";

export type OutputReceiver = Receiver;

/** RIS (ECMA-48 8.3.105): the screen as after switching on. */
const RESET = new TextEncoder().encode("\x1bc");

/** Keeps listeners by terminal id, so that they go on when another terminal takes an id over (start over, coming back). */
export class OutputSubscriptions {
  private readonly subscriptions = new Map<string, Set<Subscription>>();
  private readonly attached = new Map<string, Terminal>();

  subscribe(id: string, receive: Receiver, terminal: Terminal | undefined): () => void {
    const subscription: Subscription = { receive, stop: () => undefined, heard: false };
    const all = this.subscriptions.get(id) ?? new Set();
    this.subscriptions.set(id, all.add(subscription));
    if (terminal !== undefined) connect(subscription, terminal);
    return () => {
      all.delete(subscription);
      subscription.stop();
    };
  }

  /** Connects the listeners of the terminal's id to it, if they listen to another. */
  attach(terminal: Terminal): void {
    if (this.attached.get(terminal.id) === terminal) return;
    this.attached.set(terminal.id, terminal);
    for (const subscription of this.subscriptions.get(terminal.id) ?? []) {
      subscription.stop();
      if (subscription.heard) subscription.receive(RESET, () => undefined);
      connect(subscription, terminal);
    }
  }

  detachAll(): void {
    this.attached.clear();
    for (const all of this.subscriptions.values()) {
      for (const subscription of all) {
        subscription.stop();
        subscription.stop = () => undefined;
      }
    }
  }
}

interface Subscription {
  readonly receive: Receiver;
  stop: () => void;
  /** Something was shown through it. */
  heard: boolean;
}

function connect(subscription: Subscription, terminal: Terminal): void {
  subscription.stop = terminal.onOutput((bytes, done) => {
    subscription.heard = true;
    subscription.receive(bytes, done);
  });
}
