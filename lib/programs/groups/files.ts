/** What everybody types first: files and folders. */
import * as cat from "../coreutils/cat.ts";
import * as cp from "../coreutils/cp.ts";
import * as echoPrintf from "../coreutils/echo-printf.ts";
import * as headTail from "../coreutils/head-tail.ts";
import * as links from "../coreutils/links.ts";
import * as ls from "../coreutils/ls.ts";
import * as mkdirTouch from "../coreutils/mkdir-touch.ts";
import * as mv from "../coreutils/mv.ts";
import * as permissions from "../coreutils/permissions.ts";
import * as rm from "../coreutils/rm.ts";
import * as small from "../coreutils/small.ts";
import * as tee from "../coreutils/tee.ts";
import * as test from "../coreutils/test.ts";
import * as wc from "../coreutils/wc.ts";

export const modules: readonly object[] = [cat, cp, echoPrintf, headTail, links, ls, mkdirTouch, mv, permissions, rm, small, tee, test, wc];
