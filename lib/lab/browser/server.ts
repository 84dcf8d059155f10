import type { LocalLabClient } from "../local-client.ts";
import type { World } from "../world/world.ts";
import type { Calls, ToPage, ToWorker } from "./protocol.ts";

/** The worker's end: does what the page's messages ask of the lab, and tells the page what changed. */
export class LabServer {
  private readonly stops = new Map<number, () => void>();
  /** Acknowledgments that the page owes, oldest first, by subscription. */
  private readonly owed = new Map<number, (() => void)[]>();
  private stateSent = true;
  /** The world whose engines were told to get ready. */
  private warmed: World | undefined;

  constructor(
    private readonly client: LocalLabClient,
    private readonly post: (message: ToPage, transfer?: Transferable[]) => void,
  ) {
    client.subscribe(() => this.stateChanged());
  }

  /** What can't be done, and nobody awaits an answer to, is a mistake of the page's: no reason to stop the lab. */
  receive(message: ToWorker): void {
    try {
      this.obey(message);
    } catch (error) {
      console.error("lab:", error);
    }
  }

  private obey(message: ToWorker): void {
    const { client } = this;
    switch (message.kind) {
      case "init":
      case "film":
      case "processFailed":
      case "processEnded":
        return;
      case "call":
        void this.answer(message.id, () => this.call(message));
        return;
      case "input":
        client.input(message.terminal, message.data);
        return;
      case "resize":
        client.resize(message.terminal, message.columns, message.rows);
        return;
      case "closeTerminal":
        client.closeTerminal(message.terminal);
        return;
      case "listen":
        this.stops.set(
          message.subscription,
          client.onOutput(message.terminal, (bytes, done) => this.output(message.subscription, bytes, done)),
        );
        return;
      case "shown":
        this.warm();
        for (let count = 0; count < message.count; count++) this.owed.get(message.subscription)?.shift()?.();
        return;
      case "runCommand":
        client.runCommand(message.command, message.terminal, message.machine);
        return;
      case "watch": {
        const { subscription, machine, path } = message;
        this.stops.set(subscription, this.watch(subscription, machine, path));
        return;
      }
      case "watchWorld": {
        const { subscription } = message;
        this.stops.set(
          subscription,
          client.watchWorld((update) => this.post({ kind: "world", subscription, update })),
        );
        return;
      }
      case "unsubscribe":
        this.stops.get(message.subscription)?.();
        this.stops.delete(message.subscription);
        this.owed.delete(message.subscription);
        return;
      case "connectPane":
        client.connectPane(message.machine, message.port);
        return;
      case "answerQuiz":
        client.answerQuiz(message.quiz, message.answer);
        return;
      case "openHint":
        client.openHint(message.task);
        return;
      case "dismissNotice":
        client.dismissNotice(message.notice);
        return;
    }
  }

  /** Python is loaded behind the first prompt, so that it takes neither network nor processor from it. */
  private warm(): void {
    const world = this.client.runningSession?.world;
    if (world === this.warmed) return;
    this.warmed = world;
    world?.warm();
  }

  /** A watch outlives the session that it began in: after a reset it watches the new machine. */
  private watch(subscription: number, machine: string, path: string): () => void {
    let stop = (): void => undefined;
    let session: unknown;
    const connect = (): void => {
      const running = this.client.runningSession;
      if (running === session) return;
      stop();
      stop = () => undefined;
      session = running;
      if (running === undefined) return;
      stop = running.editor(machine).watch(path, (paths) => this.post({ kind: "changed", subscription, paths }));
      this.post({ kind: "changed", subscription, paths: [path] });
    };
    const unsubscribe = this.client.subscribe(connect);
    connect();
    return () => {
      unsubscribe();
      stop();
    };
  }

  private output(subscription: number, bytes: Uint8Array, done: () => void): void {
    const owed = this.owed.get(subscription) ?? [];
    owed.push(done);
    this.owed.set(subscription, owed);
    // A copy: the same bytes are kept for terminals that are opened again.
    this.post({ kind: "output", subscription, bytes: bytes.slice() });
  }

  private async call({ name, args }: Extract<ToWorker, { kind: "call" }>): Promise<unknown> {
    const { client } = this;
    const as = <Name extends keyof Calls>(): Calls[Name]["args"] => args as Calls[Name]["args"];
    switch (name) {
      case "start":
        return client.start(as<"start">());
      case "retry":
        return client.retry();
      case "reset":
        return client.reset(as<"reset">());
      case "undo":
        return client.undo(as<"undo">().step);
      case "redo":
        return client.redo();
      case "backToTask":
        return client.backToTask(as<"backToTask">().task);
      case "openTerminal":
        return client.openTerminal(as<"openTerminal">());
      case "listDirectory":
        return client.listDirectory(as<"listDirectory">().machine, as<"listDirectory">().path);
      case "readFile":
        return client.readFile(as<"readFile">().machine, as<"readFile">().path);
      case "writeFile":
        return client.writeFile(as<"writeFile">().machine, as<"writeFile">().path, as<"writeFile">().text);
      case "createEntry":
        return client.createEntry(as<"createEntry">().machine, as<"createEntry">().path, as<"createEntry">().kind);
      case "renameEntry":
        return client.renameEntry(as<"renameEntry">().machine, as<"renameEntry">().from, as<"renameEntry">().to);
      case "removeEntry":
        return client.removeEntry(as<"removeEntry">().machine, as<"removeEntry">().path);
      case "fetch":
        return client.fetch(as<"fetch">().request, as<"fetch">().machine);
      case "requestDetails":
        return client.requestDetails(as<"requestDetails">().id);
      case "decide":
        return client.decide(as<"decide">().machine, as<"decide">().decision);
      case "setTraffic":
        return client.setTraffic(as<"setTraffic">().name, as<"setTraffic">().running);
      case "checkNow":
        return client.checkNow(as<"checkNow">().task);
      case "redefine":
        return client.redefine(as<"redefine">().lab, as<"redefine">().world);
      case "openScratch":
        return client.scratch.open(as<"openScratch">().task);
      case "scratchStep":
        return client.scratch.step(as<"scratchStep">().step);
      case "compareScratch":
        return client.scratch.compare();
      case "closeScratch":
        return client.scratch.close();
      case "close":
        return client.close();
      case "saveNow":
        return client.saveNow();
    }
  }

  private async answer(id: number, work: () => Promise<unknown>): Promise<void> {
    try {
      const value = await work();
      this.sendState();
      this.post({ kind: "answer", id, value });
    } catch (error) {
      this.post({ kind: "rejected", id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Several changes of one turn make one message. */
  private stateChanged(): void {
    if (!this.stateSent) return;
    this.stateSent = false;
    queueMicrotask(() => this.sendState());
  }

  private sendState(): void {
    if (this.stateSent) return;
    this.stateSent = true;
    this.post({ kind: "state", state: this.client.getState() });
  }
}
