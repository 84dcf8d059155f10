/** The machine and its processes. */
import * as date from "../system/date.ts";
import * as disk from "../system/disk.ts";
import * as environment from "../system/environment.ts";
import * as man from "../system/man.ts";
import * as processes from "../system/processes.ts";
import * as ps from "../system/ps.ts";
import * as setsid from "../system/setsid.ts";
import * as status from "../system/status.ts";
import * as stty from "../system/stty.ts";
import * as top from "../system/top.ts";

export const modules: readonly object[] = [date, disk, environment, man, processes, ps, setsid, status, stty, top];
