/** What a webhook is told, in the form of GitHub's documentation ("Webhook events and payloads"). */
import { pathOf, treePairs } from "../../../programs/git/diff/pairs.ts";
import { reachable } from "../../../programs/git/history/walk.ts";
import { type Commit, ZERO } from "../../../programs/git/objects/object.ts";
import { showDate } from "../../../programs/git/repository/dates.ts";
import type { Repository } from "../../../programs/git/repository/repository.ts";
import { ownerOf } from "./access.ts";
import { HOSTING } from "./names.ts";
import { defaultBranchOf, wasForced } from "./repositories.ts";
import type { RepositoryRecord, Webhook } from "./state.ts";

/** A push of more commits names the latest of them. */
const MOST_COMMITS = 20;

export interface RefChange {
  readonly ref: string;
  /** ZERO where there was, or is, none. */
  readonly from: string;
  readonly to: string;
  readonly pusher: string;
}

export const emailOf = (account: string) => `${account}@users.noreply.${HOSTING}`;

export function pushPayload(repository: Repository, record: RepositoryRecord, { ref, from, to, pusher }: RefChange): string {
  const { store } = repository;
  const isBranch = ref.startsWith("refs/heads/");
  const commitOf = (oid: string): string | undefined => {
    if (oid === ZERO) return undefined;
    const peeled = store.peel(oid);
    return peeled.type === "commit" ? peeled.oid : undefined;
  };
  const tip = commitOf(to);
  const old = commitOf(from);
  const known = new Set(old === undefined ? [] : reachable(store, [old]));
  const added = tip === undefined || !isBranch ? [] : [...reachable(store, [tip], known)].map((oid) => store.commit(oid));
  added.sort((a, b) => a.committer.time - b.committer.time);
  const commits = added.slice(-MOST_COMMITS).map((commit) => describeCommit(repository, record, commit));
  return JSON.stringify({
    ref,
    before: from,
    after: to,
    created: from === ZERO,
    deleted: to === ZERO,
    forced: isBranch && old !== undefined && tip !== undefined && wasForced(repository, old, tip),
    base_ref: null,
    compare: `https://${HOSTING}/${record.name}/commits/${ref.replace(/^refs\/\w+\//, "")}`,
    commits,
    head_commit: tip === undefined ? null : describeCommit(repository, record, store.commit(tip)),
    repository: describeRepository(record, defaultBranchOf(repository)),
    pusher: { name: pusher, email: emailOf(pusher) },
    sender: { login: pusher, type: "User" },
  });
}

export function pingPayload(record: RepositoryRecord, hook: Webhook): string {
  return JSON.stringify({
    zen: "Small pushes land softly.",
    hook_id: hook.id,
    hook: {
      type: "Repository",
      id: hook.id,
      name: "web",
      active: true,
      events: ["push"],
      config: { url: hook.url, content_type: hook.contentType },
    },
    repository: describeRepository(record, "main"),
    sender: { login: ownerOf(record.name), type: "User" },
  });
}

function describeRepository(record: RepositoryRecord, branch: string) {
  const owner = ownerOf(record.name);
  return {
    name: record.name.slice(owner.length + 1),
    full_name: record.name,
    private: record.isPrivate,
    owner: { name: owner, login: owner, email: emailOf(owner) },
    html_url: `https://${HOSTING}/${record.name}`,
    description: record.description === "" ? null : record.description,
    url: `https://${HOSTING}/${record.name}`,
    git_url: `git://${HOSTING}/${record.name}.git`,
    ssh_url: `git@${HOSTING}:${record.name}.git`,
    clone_url: `https://${HOSTING}/${record.name}.git`,
    created_at: Math.floor(record.createdMs / 1000),
    default_branch: branch,
    master_branch: branch,
  };
}

function describeCommit(repository: Repository, record: RepositoryRecord, commit: Commit) {
  const { store } = repository;
  const parent = commit.parents[0];
  const pairs = treePairs(repository, parent === undefined ? undefined : store.commit(parent).tree, commit.tree, () => true);
  const paths = (status: string) => pairs.filter((pair) => pair.status === status).map(pathOf);
  const { author, committer } = commit;
  return {
    id: commit.oid,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message.trimEnd(),
    timestamp: showDate(committer, { mode: "iso-strict", now: 0, tz: "UTC" }),
    url: `https://${HOSTING}/${record.name}/commit/${commit.oid}`,
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
    added: paths("A"),
    removed: paths("D"),
    modified: [...paths("M"), ...paths("T")],
  };
}
