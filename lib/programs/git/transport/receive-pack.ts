/** git-receive-pack(1): what a push talks to; it runs the hooks that deploy. */
import { createPipe } from "../../../kernel/pipe.ts";
import { codeOf, reason } from "../../core/errors.ts";
import { encode } from "../../core/io.ts";
import { runHook, updateRef } from "../commands/shared.ts";
import type { Git } from "../context.ts";
import { isAncestor, reachable } from "../history/walk.ts";
import { ZERO } from "../objects/object.ts";
import { BadPack } from "../objects/pack.ts";
import { MissingObject } from "../objects/store.ts";
import { forceTree } from "../repository/checkout-tree.ts";
import { isValidRefName } from "../repository/refs.ts";
import type { Repository } from "../repository/repository.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import { FLUSH, GoneAway, type PacketReader, packet, sideband } from "./packets.ts";

interface Update {
  readonly from: string;
  readonly to: string;
  readonly name: string;
  error: string | undefined;
}

const REFUSED = (branch: string) => `error: refusing to update checked out branch: ${branch}
error: By default, updating the current branch in a non-bare repository
is denied, because it will make the index and work tree inconsistent
with what you pushed, and will require 'git reset --hard' to match
the work tree to HEAD.

You can set the 'receive.denyCurrentBranch' configuration variable
to 'ignore' or 'warn' in the remote repository to allow pushing into
its current branch; however, this is not recommended unless you
arranged to update its work tree to match what you pushed in some
other way.

To squelch this message and still keep the default behaviour, set
'receive.denyCurrentBranch' configuration variable to 'refuse'.
`;

const DELETE_REFUSED = `error: By default, deleting the current branch is denied, because the next
'git clone' won't result in any file checked out, causing confusion.

You can set 'receive.denyDeleteCurrent' configuration variable to
'warn' or 'ignore' in the remote repository to allow deleting the
current branch, with or without a warning message.

To squelch this message, you can set it to 'refuse'.
error: refusing to delete the current branch: `;

export async function serveReceive(
  git: Git,
  repository: Repository,
  reader: PacketReader,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  let lines: string[];
  try {
    lines = await reader.lines();
  } catch (error) {
    if (error instanceof GoneAway) return;
    throw error;
  }
  const updates: Update[] = [];
  let capabilities = "";
  for (const line of lines) {
    const [text = "", given] = line.split("\0");
    if (given !== undefined) capabilities = given;
    const found = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.*)$/.exec(text);
    if (found) updates.push({ from: found[1] ?? "", to: found[2] ?? "", name: found[3] ?? "", error: undefined });
  }
  if (updates.length === 0) return;
  const banded = capabilities.includes("side-band-64k");
  const tell = async (text: string | Uint8Array) => {
    if (banded) await write(sideband(2, typeof text === "string" ? encode(text) : text));
  };
  let unpacked = "ok";
  if (updates.some(({ to }) => to !== ZERO)) {
    const pack = await reader.rest();
    try {
      repository.store.receive(pack);
    } catch (error) {
      if (error instanceof BadPack) unpacked = error.message;
      else if (codeOf(error) !== undefined) {
        await tell(
          `error: insufficient permission for adding an object to repository database ./objects\nfatal: failed to write object: ${reason(error)}\n`,
        );
        unpacked = "unpack-objects abnormal exit";
      } else throw error;
    }
  }
  if (unpacked === "ok") await apply(git, repository, updates, tell);
  else for (const update of updates) update.error = "unpacker error";
  if (capabilities.includes("report-status")) {
    const parts = [
      packet(`unpack ${unpacked}\n`),
      ...updates.map(({ name, error }) => packet(error === undefined ? `ok ${name}\n` : `ng ${name} ${error}\n`)),
      FLUSH,
    ];
    for (const part of parts) await write(banded ? sideband(1, part) : part);
  }
  const done = updates.filter(({ error }) => error === undefined);
  if (done.length > 0) {
    const input = done.map(({ from, to, name }) => `${from} ${to} ${name}\n`).join("");
    await hook(git, repository, "post-receive", [], input, tell);
    await hook(
      git,
      repository,
      "post-update",
      done.map(({ name }) => name),
      "",
      tell,
    );
  }
  if (banded) await write(FLUSH);
}

/** Runs a hook with what it says sent to the other side as it comes. Undefined when there is none. */
async function hook(
  git: Git,
  repository: Repository,
  name: string,
  args: readonly string[],
  input: string,
  tell: (bytes: Uint8Array) => Promise<void>,
): Promise<number | undefined> {
  const { reader, writer } = createPipe();
  const forwarded = (async () => {
    for (let bytes = await reader.read(65536, git.self.ended); bytes.length > 0; bytes = await reader.read(65536, git.self.ended))
      await tell(bytes);
  })();
  forwarded.catch(() => undefined);
  try {
    const before = git.repositoryOrNone;
    git.setRepository(repository);
    const status = await runHook(git, name, args, { input, output: writer, repository, env: { GIT_DIR: "." } });
    if (before) git.setRepository(before);
    return status;
  } finally {
    writer.release();
    await forwarded;
    reader.release();
  }
}

async function apply(
  git: Git,
  repository: Repository,
  updates: readonly Update[],
  tell: (text: string | Uint8Array) => Promise<void>,
): Promise<void> {
  for (const update of updates) await judge(repository, update, tell);
  const open = updates.filter(({ error }) => error === undefined);
  if (open.length > 0) {
    const input = open.map(({ from, to, name }) => `${from} ${to} ${name}\n`).join("");
    const status = await hook(git, repository, "pre-receive", [], input, tell);
    if (status !== undefined && status !== 0) {
      for (const update of open) update.error = "pre-receive hook declined";
      return;
    }
  }
  for (const update of open) {
    const status = await hook(git, repository, "update", [update.name, update.from, update.to], "", tell);
    if (status !== undefined && status !== 0) {
      await tell(`error: hook declined to update ${update.name}\n`);
      update.error = "hook declined";
      continue;
    }
    const now = repository.refs.resolve(update.name) ?? ZERO;
    if (now !== update.from) {
      update.error = "failed to update ref";
      continue;
    }
    try {
      if (update.to === ZERO) repository.refs.delete(update.name);
      else {
        const current = repository.refs.head === update.name && repository.workTree !== undefined;
        const checkedOut = current && repository.config.get("receive.denyCurrentBranch") === "updateInstead";
        if (checkedOut) {
          forceTree(repository, repository.flatten(repository.store.commit(update.to).tree));
          repository.writeIndex();
        }
        updateRef(git, update.name, update.to, "push", repository);
      }
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      await tell(
        `error: cannot lock ref '${update.name}': Unable to create '${repository.gitDir}/${update.name}.lock': ${reason(error)}\n`,
      );
      update.error = "failed to update ref";
    }
  }
}

async function judge(repository: Repository, update: Update, tell: (text: string) => Promise<void>): Promise<void> {
  const { name, from, to } = update;
  const current = repository.refs.head === name && repository.workTree !== undefined;
  const setting = repository.config.get("receive.denyCurrentBranch");
  if (!name.startsWith("refs/") || !isValidRefName(name)) {
    await tell(`error: refusing to create funny ref '${name}' remotely\n`);
    update.error = "funny refname";
  } else if (to !== ZERO && current && !/^(ignore|false|no|off|warn|updateInstead)$/i.test(setting ?? "refuse")) {
    await tell(REFUSED(name));
    update.error = "branch is currently checked out";
  } else if (
    to !== ZERO &&
    current &&
    setting === "updateInstead" &&
    (stagedPairs(repository, repository.headTree).length > 0 || unstagedPairs(repository).length > 0)
  )
    update.error = unstagedPairs(repository).length > 0 ? "Working directory has unstaged changes" : "Working directory has staged changes";
  else if (to !== ZERO && current && setting === "warn") await tell("warning: updating the current branch\n");
  else if (
    to === ZERO &&
    repository.refs.head === name &&
    !/^(ignore|false|no|off|warn)$/i.test(repository.config.get("receive.denyDeleteCurrent") ?? "refuse")
  ) {
    await tell(`${DELETE_REFUSED}${name}\n`);
    update.error = "deletion of the current branch prohibited";
  } else if (to === ZERO && repository.config.bool("receive.denyDeletes")) {
    await tell(`error: denying ref deletion for ${name}\n`);
    update.error = "deletion prohibited";
  } else if (
    from !== ZERO &&
    to !== ZERO &&
    name.startsWith("refs/heads/") &&
    repository.config.bool("receive.denyNonFastforwards") &&
    !isAncestor(repository.store, from, to)
  ) {
    await tell(`error: denying non-fast-forward ${name} (you should pull first)\n`);
    update.error = "non-fast-forward";
  } else if (to !== ZERO) {
    try {
      if (repository.store.typeOf(to) === "commit") reachable(repository.store, [to]);
      else repository.store.read(to);
    } catch (error) {
      if (!(error instanceof MissingObject)) throw error;
      update.error = "missing necessary objects";
    }
    const blocked = repository.refs.resolve(name) === undefined ? repository.refs.conflict(name) : undefined;
    if (blocked !== undefined) update.error = "failed to update ref";
  }
}
