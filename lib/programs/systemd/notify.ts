/** sd_notify(3) for the daemons of this machine: tells the manager that started them how they are. */
import type { Process } from "../../kernel/types.ts";
import { managerOf } from "./manager.ts";

/** Nothing happens where nobody wants to hear it: the service is not of Type=notify. */
export function sdNotify(self: Process, state: string): void {
  if (self.env.NOTIFY_SOCKET === undefined) return;
  managerOf(self.machine).notify(self.pid, state);
}
