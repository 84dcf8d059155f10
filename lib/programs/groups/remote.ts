/** Other machines: ssh, scp, rsync. */
import * as rsync from "../rsync/rsync.ts";
import * as sshParts from "../ssh/programs.ts";

export const modules: readonly object[] = [rsync, sshParts];
