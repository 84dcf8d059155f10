/** Every command of git that this machine has. */

import { add } from "./add.ts";
import { archive } from "./archive.ts";
import { bisect } from "./bisect.ts";
import { annotate, blame } from "./blame.ts";
import { branch } from "./branch.ts";
import { checkout } from "./checkout.ts";
import { cherryPick, revert } from "./cherry-pick.ts";
import { clean } from "./clean.ts";
import { clone } from "./clone.ts";
import type { Command } from "./command.ts";
import { commit } from "./commit.ts";
import { config } from "./config.ts";
import { describe, shortlog } from "./describe.ts";
import { diff } from "./diff.ts";
import { fetch } from "./fetch.ts";
import { forEachRef } from "./for-each-ref.ts";
import { grep } from "./grep.ts";
import { countObjects, fsck, gc, help, packRefs, repack, varCommand } from "./help.ts";
import { init } from "./init.ts";
import { checkIgnore, lsFiles, lsRemote, mergeBase, revList, showRef, symbolicRef, updateRefCommand } from "./listing.ts";
import { log } from "./log.ts";
import { merge } from "./merge.ts";
import { mv } from "./mv.ts";
import { catFile, commitTree, hashObjectCommand, lsTree, writeTreeCommand } from "./objects.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { rebase } from "./rebase.ts";
import { reflog } from "./reflog.ts";
import { remote } from "./remote.ts";
import { reset } from "./reset.ts";
import { restore } from "./restore.ts";
import { revParse } from "./rev-parse.ts";
import { rm } from "./rm.ts";
import { receivePack, uploadPack } from "./serve.ts";
import { show } from "./show.ts";
import { stash } from "./stash.ts";
import { status } from "./status.ts";
import { switchCommand } from "./switch.ts";
import { tag } from "./tag.ts";
import { worktree } from "./worktree.ts";

const all: readonly Command[] = [
  add,
  archive,
  bisect,
  annotate,
  blame,
  describe,
  shortlog,
  grep,
  worktree,
  branch,
  commit,
  config,
  diff,
  forEachRef,
  init,
  log,
  reflog,
  show,
  status,
  checkout,
  clean,
  clone,
  fetch,
  merge,
  mv,
  pull,
  push,
  rebase,
  remote,
  reset,
  restore,
  rm,
  stash,
  tag,
  cherryPick,
  revert,
  receivePack,
  uploadPack,
  switchCommand,
  catFile,
  commitTree,
  hashObjectCommand,
  lsTree,
  writeTreeCommand,
  checkIgnore,
  lsFiles,
  lsRemote,
  mergeBase,
  revList,
  showRef,
  symbolicRef,
  updateRefCommand,
  countObjects,
  fsck,
  gc,
  help,
  packRefs,
  repack,
  varCommand,
  revParse,
];

export const commands: ReadonlyMap<string, Command> = new Map(all.map((command) => [command.name, command]));

/** Real commands that are not modeled here. */
export const NOT_HERE: ReadonlySet<string> = new Set([
  "am",
  "apply",
  "bundle",
  "citool",
  "commit-graph",
  "credential",
  "credential-cache",
  "credential-store",
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
