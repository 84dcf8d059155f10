/** What a copy is to do: goes to the other side as JSON. */
import type { FilterRule } from "./patterns.ts";

export interface Settings {
  readonly recursive: boolean;
  readonly links: boolean;
  readonly perms: boolean;
  readonly times: boolean;
  readonly owner: boolean;
  readonly group: boolean;
  readonly devices: boolean;
  readonly copyLinks: boolean;
  readonly dryRun: boolean;
  readonly delete: boolean;
  readonly deleteExcluded: boolean;
  readonly checksum: boolean;
  readonly sizeOnly: boolean;
  readonly ignoreTimes: boolean;
  readonly update: boolean;
  readonly existing: boolean;
  readonly ignoreExisting: boolean;
  readonly makePath: boolean;
  readonly relative: boolean;
  readonly filters: readonly FilterRule[];
}
