import type { Machine } from "../../kernel/types.ts";
import type { CheckDefinition, HistoryCheck, TaskDefinition, TrafficCheck } from "../types.ts";
import type { World } from "../world/world.ts";
import { checkFile } from "./file-check.ts";
import { checkHttp } from "./http-check.ts";
import { checkPort } from "./port-check.ts";
import { checkProcess } from "./process-check.ts";
import { checkRun } from "./run-check.ts";
import { checkSql } from "./sql-check.ts";
import type { Verdict } from "./verdict.ts";

/** So many commands of checks run at once: two cores are what a learner's computer surely has. */
const COMMANDS_AT_ONCE = 2;

/** Answers checks that look at the history. */
export interface Past {
  history(task: TaskDefinition, check: CheckDefinition & HistoryCheck): Verdict;
  traffic(check: TrafficCheck): Verdict;
}

/** Looks at the world for checks; never changes it. */
export class Checker {
  /** What a command of a check said, for as long as the files it could see have not changed. */
  private readonly remembered = new WeakMap<CheckDefinition, { version: number; verdict: Verdict }>();

  constructor(
    private readonly world: World,
    /** What was answered to a quiz, and whether that is right; undefined when it was not answered. */
    private readonly answer: (quiz: string) => { readonly text: string; readonly right: boolean } | undefined,
    /** What happened before now; without it, checks that ask for it can't be made. */
    private readonly past?: Past,
  ) {}

  /**
   * All checks of a task, of one moment: the copies that commands run in are made before anything else happens, files are looked
   * at in the same turn.
   */
  async look(task: TaskDefinition, checks: readonly CheckDefinition[] = task.checks): Promise<ReadonlyMap<string, Verdict>> {
    const verdicts = new Map<string, Verdict>();
    const commands: (() => Promise<void>)[] = [];
    const requests: (() => Promise<void>)[] = [];
    for (const check of checks) {
      const set = (verdict: Verdict): void => void verdicts.set(check.id, verdict);
      try {
        if (check.kind === "file") set(checkFile(check, this.world.machine(check.on), this.world.definition(check.on)));
        else if (check.kind === "process") set(checkProcess(check, this.world.machine(check.on)));
        else if (check.kind === "port") set(checkPort(check, this.world.machine(check.on), (name) => this.world.machine(name)));
        else if (check.kind === "quiz") set(this.quiz(check.quiz));
        else if (check.kind === "never" || check.kind === "always" || check.kind === "traffic") {
          if (this.past === undefined) throw new Error("nobody has kept the lab's history");
          set(check.kind === "traffic" ? this.past.traffic(check) : this.past.history(task, check));
        } else if (check.kind === "sql") {
          const copy = this.world.machine(check.on).clone({ network: check.database.engine === "postgres" });
          commands.push(async () =>
            set(await guarded(() => checkSql(check, copy, this.world.definition(check.on), this.world.kernel.clock))),
          );
        } else if (check.kind === "git") {
          const copy = this.world.machine(check.on).clone({ network: false });
          commands.push(async () =>
            set(
              await guarded(async () => {
                // git's reader is loaded with the first check that needs it.
                const { checkGit } = await import("./git-check.ts");
                try {
                  return checkGit(check, copy, this.world.definition(check.on));
                } finally {
                  copy.destroy();
                }
              }),
            ),
          );
        } else if (check.kind === "http") {
          const ask = () => checkHttp(check, this.world.machine(check.on), (request) => this.world.http(check.on, request));
          requests.push(async () => set(await guarded(ask)));
        } else {
          const machine = this.world.machine(check.on);
          const version = machine.version.files;
          const before = this.remembered.get(check);
          if (before?.version === version && !check.network) {
            set(before.verdict);
            continue;
          }
          const copy: Machine = machine.clone({ network: check.network });
          commands.push(async () => {
            const verdict = await guarded(() => checkRun(check, copy, this.world.definition(check.on), this.world.kernel.clock));
            if (verdict.status !== "error") this.remembered.set(check, { version, verdict });
            set(verdict);
          });
        }
      } catch (error) {
        set(ourFault(error));
      }
    }
    const next = async (): Promise<void> => {
      for (let job = commands.shift(); job !== undefined; job = commands.shift()) await job();
    };
    // Requests go one after the other: a development server answers one at a time.
    const asking = (async () => {
      for (const request of requests) await request();
    })();
    await Promise.all([asking, ...Array.from({ length: COMMANDS_AT_ONCE }, next)]);
    return verdicts;
  }

  private quiz(id: string): Verdict {
    const answer = this.answer(id);
    const expected = "the right answer";
    if (answer === undefined) return { status: "fail", expected, found: "no answer yet" };
    return { status: answer.right ? "pass" : "fail", expected, found: `“${answer.text}”` };
  }
}

async function guarded(look: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await look();
  } catch (error) {
    return ourFault(error);
  }
}

function ourFault(error: unknown): Verdict {
  return { status: "error", expected: "an answer", found: error instanceof Error ? error.message : String(error) };
}
