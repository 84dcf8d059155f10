/** Tools for text. */
import * as cmp from "../text/cmp.ts";
import * as column from "../text/column.ts";
import * as diff from "../text/diff.ts";
import * as dumps from "../text/dumps.ts";
import * as envsubst from "../text/envsubst.ts";
import * as file from "../text/file.ts";
import * as find from "../text/find.ts";
import * as grep from "../text/grep.ts";
import * as less from "../text/less.ts";
import * as lines from "../text/lines.ts";
import * as patch from "../text/patch.ts";
import * as pieces from "../text/pieces.ts";
import * as sed from "../text/sed.ts";
import * as tabs from "../text/tabs.ts";
import * as xargs from "../text/xargs.ts";

export const modules: readonly object[] = [
  cmp,
  column,
  diff,
  dumps,
  envsubst,
  file,
  find,
  grep,
  less,
  lines,
  patch,
  pieces,
  sed,
  tabs,
  xargs,
];
