/** Repositories and keys that are on the site from the lab's start. */
import { ensureUserKey } from "../../../images/ssh.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Machine } from "../../../kernel/types.ts";
import { MODE, parsePerson, serializeCommit, serializeTag } from "../../../programs/git/objects/object.ts";
import type { TreeFile } from "../../../programs/git/repository/repository.ts";
import { writeTree } from "../../../programs/git/repository/write-tree.ts";
import { publicLine } from "../../../programs/ssh/keys.ts";
import type { LabDefinition, SeedRepository } from "../../types.ts";
import { accountOn } from "../../world/account.ts";
import { ownerOf } from "./access.ts";
import { HOSTING } from "./names.ts";
import { newRepository, openRepository } from "./repositories.ts";
import { addKey } from "./state.ts";

type Lab = Pick<LabDefinition, "hosting" | "machines" | "files">;

/** A minute between commits without a date; the last one is of the lab's start. */
const MINUTE = 60;

export function seed(kernel: Kernel, machine: Machine, { hosting, machines, files }: Lab): void {
  for (const name of hosting?.keys ?? []) {
    const from = kernel.machines.get(name);
    const user = machines.find((each) => each.name === name)?.user;
    if (from === undefined || user === undefined) throw new Error(`The lab has no machine ${name}.`);
    addKey(machine, { title: `${user}@${from.hostname}`, key: publicLine(ensureUserKey(from, accountOn(from, user))) });
  }
  for (const repository of hosting?.repositories ?? []) seedRepository(kernel, machine, repository, files);
}

function seedRepository(kernel: Kernel, machine: Machine, seeded: SeedRepository, files: LabDefinition["files"]): void {
  const { name, description, isPrivate, branch, commits } = seeded;
  const owner = ownerOf(name);
  newRepository(machine, { name: name.slice(owner.length + 1), owner, description, isPrivate, branch });
  const repository = openRepository(machine, name);
  const { store, refs } = repository;
  const nowSeconds = Math.floor(kernel.clock.now() / 1000);
  for (const [index, commit] of commits.entries()) {
    const tree = writeTree(
      store,
      files
        .filter((file) => file.machine === HOSTING && file.path.startsWith(`${commit.folder}/`))
        .map((file): [string, TreeFile] => [
          file.path.slice(commit.folder.length + 1),
          { mode: (file.mode & 0o111) === 0 ? MODE.file : MODE.executable, oid: store.write("blob", bytesOf(file.base64)) },
        ]),
    );
    const time =
      commit.date === undefined ? nowSeconds - (commits.length - 1 - index) * MINUTE : Math.floor(Date.parse(commit.date) / 1000);
    const person = parsePerson(`${commit.author} ${time} +0000`);
    const ref = `refs/heads/${commit.branch ?? branch}`;
    const parent = refs.resolve(ref) ?? refs.resolve(`refs/heads/${branch}`);
    const parents = parent === undefined ? [] : [parent];
    const oid = store.write(
      "commit",
      serializeCommit({ tree, parents, author: person, committer: person, message: `${commit.message.trim()}\n` }),
    );
    refs.write(ref, oid);
    if (commit.tag === undefined) continue;
    const tag = { object: oid, type: "commit", name: commit.tag, tagger: person, message: `${commit.tag}\n` } as const;
    refs.write(`refs/tags/${commit.tag}`, store.write("tag", serializeTag(tag)));
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
