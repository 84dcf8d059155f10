/** git(1) in the table; the program itself is loaded when it is first run. */
import type { Process } from "../../kernel/types.ts";
import { alias, program } from "../core/program.ts";

const ORIGIN = "git version 2.39.5";

async function load(self: Process): Promise<number> {
  const { main } = await import("./main.ts");
  return main(self);
}

export const git = program({
  name: "git",
  summary: "the stupid content tracker",
  section: "files",
  origin: ORIGIN,
  ownParsing: "all",
  synopsis: ["[-C path] [-c name=value] [--git-dir=path] [--work-tree=path] [-p | -P] command [args]"],
  description:
    "Real repositories: objects, packs, index and refs are git's own formats, so that any git can read them. `git help` lists the everyday commands.",
  options: [
    "-C PATH  run as if started there",
    "-c NAME=VALUE  a setting for this command",
    "--git-dir=PATH  the repository",
    "--work-tree=PATH  the working tree",
    "-p, --paginate  output through the pager",
    "-P, --no-pager  no pager",
    "-v, --version  the version",
    "-h, --help  the everyday commands",
  ],
  unmodeled: ["--namespace", "--config-env", "--super-prefix"],
  limits:
    "Not modeled: interactive rebase, choosing hunks of a stash or of another commit, submodules, signatures, sparse checkouts, credential helpers except store and those of your own, attributes and filters, notes, and sending patches by mail. A command or option that is not modeled says so.",
  run: load,
});

/** What ssh starts on the other side of a clone or a fetch. */
export const gitUploadPack = alias(git, "git-upload-pack", "send objects packed back to git-fetch-pack");

/** What ssh starts on the other side of a push. */
export const gitReceivePack = alias(git, "git-receive-pack", "receive what is pushed into the repository");
