/** What Debian's package scripts do with units (deb-systemd-helper(1p), deb-systemd-invoke(1p)): enabled and started at once, stopped before they go. */
import type { Process } from "../../kernel/types.ts";
import { UnitFiles } from "../systemd/install.ts";
import { managerOf, UnitProblem } from "../systemd/manager.ts";
import { contentPaths } from "./contents.ts";

/** Services that the package brings, templates left out. */
function unitsOf(name: string): string[] {
  return contentPaths(name).flatMap((path) => /^\/lib\/systemd\/system\/([^/@]+\.service)$/.exec(path)?.[1] ?? []);
}

export async function setUpServices(self: Process, name: string): Promise<void> {
  const units = unitsOf(name);
  if (units.length === 0) return;
  const { changes } = new UnitFiles(self.machine.files).enable(units);
  for (const change of changes) if (change.kind === "link") await self.error(`Created symlink ${change.path} \u2192 ${change.target}.\n`);
  const manager = managerOf(self.machine);
  manager.reload();
  for (const unit of units) {
    try {
      await manager.request(unit, "start").ended;
    } catch (error) {
      if (!(error instanceof UnitProblem)) throw error;
      await self.error(`Failed to start ${unit}: ${error.message}\n`);
    }
  }
}

export async function takeDownServices(self: Process, name: string): Promise<void> {
  const manager = managerOf(self.machine);
  // The unit may lie in the package of the common files, which stays.
  const units = [...unitsOf(name), ...unitsOf(`${name}-common`)];
  for (const unit of units) if (manager.known(unit)?.isInactive === false) await manager.request(unit, "stop").ended;
  if (units.length > 0) new UnitFiles(self.machine.files).disable(units);
}
