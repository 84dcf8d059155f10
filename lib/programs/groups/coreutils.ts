/** The rest of coreutils. */
import * as columns from "../coreutils/columns.ts";
import * as comm from "../coreutils/comm.ts";
import * as dd from "../coreutils/dd.ts";
import * as digests from "../coreutils/digests.ts";
import * as expr from "../coreutils/expr.ts";
import * as install from "../coreutils/install.ts";
import * as mkfifo from "../coreutils/mkfifo.ts";
import * as mktemp from "../coreutils/mktemp.ts";
import * as numbers from "../coreutils/numbers.ts";
import * as sort from "../coreutils/sort.ts";
import * as stat from "../coreutils/stat.ts";
import * as truncate from "../coreutils/truncate.ts";
import * as uniq from "../coreutils/uniq.ts";

export const modules: readonly object[] = [columns, comm, dd, digests, expr, install, mkfifo, mktemp, numbers, sort, stat, truncate, uniq];
