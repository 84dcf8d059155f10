import type { OutputReceiver } from "../session/output-subscriptions.ts";
import type { LabSession } from "../session/session.ts";
import type { ScratchOptions, ScratchWorld } from "./scratch-world.ts";
import type { ScratchClient, ScratchComparison, ScratchState, SolutionStep } from "./types.ts";

/** The scratch copy of a lab, while there is one: never more than one. */
export class Scratches implements ScratchClient {
  private world: ScratchWorld | undefined;
  /** Tells a copy that is still being made from one that was asked for later. */
  private asked = 0;

  constructor(
    private readonly lab: () => Omit<ScratchOptions, "task" | "onState"> & { readonly session: LabSession },
    private readonly onState: (state: ScratchState | undefined) => void,
  ) {}

  async open(task: string): Promise<void> {
    this.end();
    const asked = this.asked;
    const onState = (state: ScratchState | undefined): void => {
      if (asked === this.asked) this.onState(state);
    };
    onState({ task, from: "task", phase: "starting", terminals: [], working: [] });
    try {
      // Most labs are done without it.
      const { ScratchWorld } = await import("./scratch-world.ts");
      const world = await ScratchWorld.begin({ ...this.lab(), task, onState });
      // Left again, or another asked for, while it was being made.
      if (asked === this.asked) this.world = world;
      else world.dispose();
    } catch (error) {
      onState(undefined);
      throw error;
    }
  }

  async step(step: SolutionStep): Promise<void> {
    await this.mustHave().perform(step);
  }

  async compare(): Promise<ScratchComparison> {
    return this.mustHave().compare(this.lab().session);
  }

  async close(): Promise<void> {
    this.end();
  }

  end(): void {
    this.asked++;
    this.world?.dispose();
    this.world = undefined;
    this.onState(undefined);
  }

  input(terminal: string, data: string): void {
    this.world?.input(terminal, data);
  }

  resize(terminal: string, columns: number, rows: number): void {
    this.world?.resize(terminal, columns, rows);
  }

  onOutput(terminal: string, receive: OutputReceiver): () => void {
    return this.world?.onOutput(terminal, receive) ?? (() => undefined);
  }

  private mustHave(): ScratchWorld {
    if (this.world === undefined) throw new Error("There is no scratch copy any more. Open the solution again.");
    return this.world;
  }
}
