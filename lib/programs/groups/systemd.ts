/** systemd's tools. */
import * as systemd from "../systemd/programs.ts";

export const modules: readonly object[] = [systemd];
