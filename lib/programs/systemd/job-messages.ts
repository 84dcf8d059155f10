/** What the journal says of jobs, as systemd's job.c has it. */
import type { JobResult, JobType } from "./job.ts";
import { Service } from "./service.ts";
import type { Unit } from "./unit.ts";

/** What a job begins to do. */
export function announce(unit: Unit, verb: "Starting" | "Stopping" | "Reloading"): void {
  const ids = {
    Starting: "7d4958e842da4a758f6c1cdc7b36dcc5",
    Stopping: "de5b426a63be47a7b6ac3eaac82e2f6f",
    Reloading: "d34d037fff1847e6ae669a370e694725",
  };
  unit.log(`${verb} ${unit.title}...`, 6, { MESSAGE_ID: ids[verb] });
}

/** systemd.journal-fields(7) and job.c: the line that tells how a job has ended. */
export function tellEnd(unit: Unit, type: JobType, result: JobResult): void {
  if (type === "verify-active") return;
  const { title } = unit;
  const up = { MESSAGE_ID: "39f53479d3a045ac8e11786248231fbf", JOB_TYPE: type, JOB_RESULT: result };
  const down = { ...up, MESSAGE_ID: type === "stop" ? "9d1aaa27d60140bd96365438aad20286" : "be02cf6855d2428ba40df7e9d022f03d" };
  if (type === "start" || type === "restart") {
    if (result === "done") {
      if (unit.unmet !== undefined && unit.isInactive) return;
      if (unit.type === "target") unit.log(`Reached target ${title}.`, 6, up);
      else if (unit instanceof Service && unit.settings.type === "oneshot") unit.log(`Finished ${title}.`, 6, up);
      else unit.log(`Started ${title}.`, 6, up);
    } else if (result === "failed") unit.log(`Failed to start ${title}.`, 3, down);
    else if (result === "dependency") unit.log(`Dependency failed for ${title}.`, 4, down);
    else if (result === "timeout") unit.log(`Timed out starting ${title}.`, 3, down);
  } else if (type === "stop" && result === "done")
    unit.log(unit.type === "target" ? `Stopped target ${title}.` : `Stopped ${title}.`, 6, down);
  else if (type === "reload" && result === "done") unit.log(`Reloaded ${title}.`, 6, up);
  else if (type === "reload" && result === "failed") unit.log(`Reload failed for ${title}.`, 4, down);
  if (type === "start" && result === "dependency") unit.log(`${unit.id}: Job ${unit.id}/start failed with result 'dependency'.`, 5);
}
