/** Who may read the journal (systemd-journald.service(8), "Access Control"). */
import type { Process } from "../../../kernel/types.ts";
import { findGroup } from "../../core/users.ts";

/** Root, and members of adm and systemd-journal. */
export function mayReadJournal(self: Process): boolean {
  const { uid, gid, groups } = self.credentials;
  if (uid === 0) return true;
  return ["adm", "systemd-journal"].some((name) => {
    const group = findGroup(self.machine.files, name);
    return group !== undefined && (group.gid === gid || groups.includes(group.gid));
  });
}
