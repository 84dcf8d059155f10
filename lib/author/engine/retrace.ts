import type { Attempt } from "../../lab/attempt/attempt.ts";
import { Replay, type ReplayOptions, type ReplayResult } from "../../lab/attempt/replay.ts";
import type { LabSession } from "../../lab/session/session.ts";
import type { Terminal } from "../../lab/session/terminal.ts";
import type { LabDefinition } from "../../lab/types.ts";
import { LabWorld } from "../../lab/world/create.ts";
import { worldDifference } from "../../lab/world-difference/difference.ts";
import type { WorldPicture } from "../../lab/world-difference/facts.ts";
import { noiseOf } from "../../lab/world-difference/noise.ts";
import { takePicture } from "../../lab/world-difference/picture.ts";
import { type RecordedSteps, stepsOf } from "../record/steps-of.ts";
import { suggestChecks } from "../record/suggest-checks.ts";
import { plainText } from "./screen-text.ts";

export interface Retraced extends RecordedSteps {
  readonly result: ReplayResult;
  /** YAML to be pasted. */
  readonly suggestions: string;
}

/** Runs a recorded attempt again to see what it shows and what it changes: steps for an attempt's file, and checks to begin with. */
export async function retrace(
  lab: LabDefinition,
  attempt: Attempt,
  place: Pick<ReplayOptions, "clock" | "createWorld" | "patience">,
): Promise<Retraced> {
  const tails = new Map<number, Map<string, string>>();
  const shown = new Map<string, CommandOutput>();
  let before: WorldPicture | undefined;
  let after: WorldPicture | undefined;
  const picture = async (session: LabSession): Promise<WorldPicture | undefined> => {
    const terminals = new Set([...session.terminals.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
    return session.world instanceof LabWorld ? takePicture(session.world, { terminals }) : undefined;
  };
  const lastLines = (): Map<string, string> => new Map([...shown.values()].map(({ terminal, lastLine }) => [terminal.id, lastLine]));
  const replay = new Replay({
    lab,
    attempt,
    ...place,
    onSession: (session) => {
      for (const terminal of session.terminals.values()) {
        if (shown.get(terminal.id)?.terminal !== terminal) shown.set(terminal.id, new CommandOutput(terminal));
      }
    },
    onReady: (index) => tails.set(index, lastLines()),
    onStarted: async (session) => {
      before = await picture(session);
    },
    onEnding: async (session) => {
      tails.set(attempt.actions.length, lastLines());
      after = await picture(session);
    },
  });
  const result = await replay.run();
  const differences =
    before === undefined || after === undefined ? [] : worldDifference(before, after).filter((each) => noiseOf(each) === undefined);
  return { ...stepsOf(attempt.actions, tails), result, suggestions: suggestChecks(differences, lab.machines[0]?.name ?? "") };
}

/** A server's note of a request. Whose it was is not known: checks ask too, and come at another time in the gate. */
const REQUEST = /"[A-Z]+ \S+ HTTP\/[\d.]+"/;

/** What the command that runs in a terminal has shown, as far as its end is wanted. */
class CommandOutput {
  private text = "";
  private isCommand = false;

  constructor(readonly terminal: Terminal) {
    terminal.onMark((mark) => {
      this.isCommand = mark !== "ended" && (mark.kind === "command-start" || (this.isCommand && mark.kind !== "command-end"));
      if (mark !== "ended" && mark.kind === "command-start") this.text = "";
    });
    terminal.onOutput((bytes, done) => {
      if (this.isCommand) this.text = (this.text + new TextDecoder().decode(bytes)).slice(-2000);
      done();
    });
  }

  get lastLine(): string {
    const lines = plainText(this.text).trimEnd().split("\n");
    return lines.findLast((line) => !REQUEST.test(line)) ?? "";
  }
}
