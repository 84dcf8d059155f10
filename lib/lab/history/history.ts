import type { WorldEvent } from "../../kernel/types.ts";
import { checkFile, resolvePath } from "../checks/file-check.ts";
import { checkPort } from "../checks/port-check.ts";
import { checkProcess } from "../checks/process-check.ts";
import type { Verdict } from "../checks/verdict.ts";
import type { CheckDefinition, HistoryCheck, LabDefinition, TaskDefinition } from "../types.ts";
import type { World } from "../world/world.ts";
import { type RuleMemory, RuleWatch } from "./rule-watch.ts";

export interface HistoryOptions {
  readonly world: World;
  readonly lab: LabDefinition;
  readonly hasPassed: (task: string) => boolean;
  /** A rule was broken. */
  readonly onBroken: () => void;
  readonly saved?: Readonly<Record<string, RuleMemory>>;
}

/** Holds every `never` and `always` of a lab against what happens in its world, as it happens. */
export class History {
  private readonly watches = new Map<string, RuleWatch>();
  private readonly stops: (() => void)[] = [];

  constructor(private readonly options: HistoryOptions) {
    this.begin();
    if (this.rules().length > 0) this.stops.push(options.world.kernel.events.subscribe((event) => this.happened(event)));
  }

  verdict(task: TaskDefinition, check: CheckDefinition & HistoryCheck): Verdict {
    const watch = this.watches.get(keyOf(task, check));
    if (watch !== undefined) return watch.verdict();
    const since = this.options.lab.tasks.find((each) => each.id === check.since);
    return { status: "fail", expected: "what is looked at later", found: `“${since?.title ?? check.since}” not done yet` };
  }

  /** A task has passed: rules may begin with it. */
  taskPassed(): void {
    this.begin();
  }

  save(): Readonly<Record<string, RuleMemory>> {
    return Object.fromEntries([...this.watches].map(([key, watch]) => [key, watch.memory]));
  }

  dispose(): void {
    for (const stop of this.stops) stop();
  }

  private rules(): { task: TaskDefinition; check: CheckDefinition & HistoryCheck }[] {
    return this.options.lab.tasks.flatMap((task) =>
      task.checks.flatMap((check) => (check.kind === "never" || check.kind === "always" ? [{ task, check }] : [])),
    );
  }

  private begin(): void {
    const { world, hasPassed, saved } = this.options;
    for (const { task, check } of this.rules()) {
      const key = keyOf(task, check);
      if (this.watches.has(key) || (check.since !== undefined && !hasPassed(check.since))) continue;
      const time = (): string => `${new Date(world.kernel.clock.now()).toISOString().slice(11, 19)} UTC`;
      const watch = new RuleWatch(check, () => this.look(check), time, saved?.[key]);
      this.watches.set(key, watch);
      this.lookAt(watch);
      const { what } = check;
      if (what.kind !== "file") continue;
      const { files } = world.machine(what.on);
      this.stops.push(files.watch(resolvePath(what.file, world.definition(what.on)), () => this.lookAt(watch)));
    }
  }

  private look({ what }: HistoryCheck): Verdict {
    const { world } = this.options;
    switch (what.kind) {
      case "request":
        return { status: "pass", expected: "", found: "" };
      case "file":
        return checkFile(what, world.machine(what.on), world.definition(what.on));
      case "port":
        return checkPort(what, world.machine(what.on), (name) => world.machine(name));
      case "process":
        return checkProcess(what, world.machine(what.on));
    }
  }

  private lookAt(watch: RuleWatch): void {
    if (watch.looked()) this.options.onBroken();
  }

  private happened(event: WorldEvent): void {
    if (event.kind === "http") {
      if (event.grading || (event.by !== "browser" && event.by !== "traffic")) return;
      const { by, method, url, status } = event;
      const broken = [...this.watches.values()].filter((watch) => watch.heard({ by, method, url, status }));
      if (broken.length > 0) this.options.onBroken();
      return;
    }
    const about = event.kind.startsWith("process-") ? "process" : event.kind === "request" ? undefined : "port";
    for (const watch of this.watches.values()) if (watch.check.what.kind === about) this.lookAt(watch);
  }
}

function keyOf(task: TaskDefinition, check: CheckDefinition): string {
  return `${task.id}/${check.id}`;
}
