/** Editors, and git. */
import * as nano from "../editor/nano.ts";
import * as vim from "../editor/vim.ts";
import * as git from "../git/git.ts";

export const modules: readonly object[] = [nano, vim, git];
