import type { Past } from "../checks/checker.ts";
import { checkTraffic } from "../checks/traffic-check.ts";
import type { Verdict } from "../checks/verdict.ts";
import type { TaskDefinition, TrafficCheck } from "../types.ts";
import { History, type HistoryOptions } from "./history.ts";
import { ProcessChanges } from "./process-changes.ts";
import type { RuleMemory } from "./rule-watch.ts";
import { Traffic, type TrafficState } from "./traffic.ts";

/** What a session knows of the lab's past, and the simulated users whose requests are part of it. */
export class LabPast implements Past {
  private readonly rules: History;
  private readonly users: readonly Traffic[];
  private readonly changes = new Map<string, ProcessChanges>();

  constructor(options: HistoryOptions) {
    const { lab, world } = options;
    this.rules = new History(options);
    this.users = (lab.traffic ?? []).map((definition) => new Traffic(definition, world));
    for (const check of lab.tasks.flatMap((task) => task.checks)) {
      if (check.kind !== "traffic" || check.during === undefined) continue;
      const { process, on } = check.during;
      const key = `${on}/${process}`;
      if (!this.changes.has(key)) this.changes.set(key, new ProcessChanges(process, on, world));
    }
  }

  history(...[task, check]: Parameters<Past["history"]>): Verdict {
    return this.rules.verdict(task, check);
  }

  traffic(check: TrafficCheck): Verdict {
    const traffic = this.named(check.traffic);
    const changes = check.during && this.changes.get(`${check.during.on}/${check.during.process}`);
    return checkTraffic(check, traffic, changes?.latest(traffic.beganMs));
  }

  /** Which tasks are at hand and passed may have changed: rules begin, traffic begins and ends. */
  tasksChanged(open: readonly TaskDefinition[]): void {
    this.rules.taskPassed();
    for (const traffic of this.users) {
      const { during } = traffic.definition;
      if (during === undefined) continue;
      if (!open.some((task) => task.id === during)) traffic.stop();
      else if (!traffic.running) traffic.start();
    }
  }

  /** The learner starts or stops simulated users. Throws Error where they come and go with a task. */
  setTraffic(name: string, running: boolean): void {
    const traffic = this.named(name);
    if (traffic.definition.during !== undefined) throw new Error(`The traffic ${name} begins and ends by itself.`);
    if (running) traffic.start();
    else traffic.stop();
  }

  trafficStates(): readonly TrafficState[] {
    return this.users.map((traffic) => traffic.state());
  }

  save(): Readonly<Record<string, RuleMemory>> {
    return this.rules.save();
  }

  dispose(): void {
    this.rules.dispose();
    for (const traffic of this.users) traffic.stop();
    for (const changes of this.changes.values()) changes.dispose();
  }

  private named(name: string): Traffic {
    const traffic = this.users.find(({ definition }) => definition.name === name);
    if (traffic === undefined) throw new Error(`The lab has no traffic ${name}.`);
    return traffic;
  }
}
