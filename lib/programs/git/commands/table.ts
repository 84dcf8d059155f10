/** Every command of git that this machine has. */
import { add } from "./add.ts";
import { branch } from "./branch.ts";
import type { Command } from "./command.ts";
import { commit } from "./commit.ts";
import { config } from "./config.ts";
import { diff } from "./diff.ts";
import { forEachRef } from "./for-each-ref.ts";
import { init } from "./init.ts";
import { log } from "./log.ts";
import { reflog } from "./reflog.ts";
import { show } from "./show.ts";
import { status } from "./status.ts";

const all: readonly Command[] = [add, branch, commit, config, diff, forEachRef, init, log, reflog, show, status];

export const commands: ReadonlyMap<string, Command> = new Map(all.map((command) => [command.name, command]));

/** Real commands that are not modeled here. */
export const NOT_HERE: ReadonlySet<string> = new Set([
  "am",
  "apply",
  "bundle",
  "citool",
  "commit-graph",
  "daemon",
  "difftool",
  "fast-export",
  "fast-import",
  "filter-branch",
  "format-patch",
  "gui",
  "instaweb",
  "lfs",
  "maintenance",
  "mergetool",
  "notes",
  "range-diff",
  "replace",
  "request-pull",
  "rerere",
  "send-email",
  "sparse-checkout",
  "submodule",
  "subtree",
  "svn",
]);
