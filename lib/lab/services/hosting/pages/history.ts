/** Pages of a repository's history: the commits of a branch, and what one of them changed. */
import type { KernelMachine } from "../../../../kernel/machine.ts";
import { decode } from "../../../../programs/core/io.ts";
import { readSide } from "../../../../programs/git/diff/content.ts";
import { diffLines, splitLines } from "../../../../programs/git/diff/line-diff.ts";
import { type Pair, pathOf, treePairs } from "../../../../programs/git/diff/pairs.ts";
import { type Hunk, hunksOf, isBinary } from "../../../../programs/git/diff/patch.ts";
import { findRenames } from "../../../../programs/git/diff/renames.ts";
import { statOf } from "../../../../programs/git/diff/stat.ts";
import { bodyOf, subjectOf } from "../../../../programs/git/history/pretty.ts";
import { walk } from "../../../../programs/git/history/walk.ts";
import type { Repository } from "../../../../programs/git/repository/repository.ts";
import type { SiteAnswer } from "../../http-service.ts";
import { defaultBranchOf, openRepository } from "../repositories.ts";
import type { RepositoryRecord } from "../state.ts";
import { type Html, html, pathHref } from "./html.ts";
import { answerWith, notFound, repositoryHead, time } from "./page.ts";
import { readPlace } from "./place.ts";

const MOST_COMMITS = 50;
const MOST_LINES = 2000;

export function commitsPage(machine: KernelMachine, record: RepositoryRecord, rest: string, after: number): SiteAnswer {
  const repository = openRepository(machine, record.name);
  const place = readPlace(repository, rest === "" ? defaultBranchOf(repository) : rest);
  if (place === undefined) {
    if (rest !== "") return notFound(`${record.name} has no ${rest}.`);
    return answerWith({ title: record.name, body: html`${repositoryHead(record, "commits")}<p>There are no commits yet.</p>` });
  }
  const rows: Html[] = [];
  let at = 0;
  for (const { commit } of walk(repository, { include: [place.commit], exclude: [] })) {
    if (at++ < after) continue;
    if (rows.length === MOST_COMMITS) break;
    rows.push(
      html`<li><span class="grow"><a href="/${record.name}/commit/${commit.oid}"><b>${subjectOf(commit.message)}</b></a><br><span class="soft small">${commit.author.name} committed ${time(commit.committer.time * 1000)}</span></span><a class="mono" href="/${record.name}/commit/${commit.oid}">${repository.short(commit.oid)}</a></li>`,
    );
  }
  const older = at > after + MOST_COMMITS;
  const href = `/${record.name}/commits/${pathHref(place.name)}`;
  return answerWith({
    title: `Commits · ${record.name}`,
    body: html`${repositoryHead(record, "commits")}<p>Commits on <b>${place.name}</b></p><div class="box"><ul class="rows">${rows}</ul></div>
<p>${after > 0 && html`<a href="${href}?after=${Math.max(0, after - MOST_COMMITS)}">Newer</a> `}${older && html`<a href="${href}?after=${after + MOST_COMMITS}">Older</a>`}</p>`,
  });
}

export function commitPage(machine: KernelMachine, record: RepositoryRecord, oid: string): SiteAnswer {
  const repository = openRepository(machine, record.name);
  const place = readPlace(repository, oid);
  if (place === undefined) return notFound(`${record.name} has no commit ${oid}.`);
  const { store } = repository;
  const commit = store.commit(place.commit);
  const parent = commit.parents[0];
  const pairs = findRenames(
    treePairs(repository, parent === undefined ? undefined : store.commit(parent).tree, commit.tree, () => true),
    { read: (side) => readSide(repository, side).data },
  );
  const stats = pairs.map((pair) => statOf(repository, pair, {}));
  const sum = (key: "added" | "deleted") => stats.reduce((total, stat) => total + stat[key], 0);
  const body = bodyOf(commit.message).trim();
  const files = pairs.length === 1 ? "1 file" : `${pairs.length} files`;
  return answerWith({
    title: `${subjectOf(commit.message)} · ${record.name}`,
    body: html`${repositoryHead(record, "commits")}
<div class="box"><header><b>${subjectOf(commit.message)}</b><a href="/${record.name}/tree/${commit.oid}">Browse files</a></header><div class="in">${body !== "" && html`<pre>${body}</pre>`}
<p>${commit.author.name} <span class="soft">&lt;${commit.author.email}&gt;</span> committed ${time(commit.committer.time * 1000)}</p>
<p class="mono soft">commit ${commit.oid}${commit.parents.map((each) => html`<br>parent <a href="/${record.name}/commit/${each}">${repository.short(each)}</a>`)}</p></div></div>
<p>${files} changed, ${sum("added")} lines added, ${sum("deleted")} removed.</p>${pairs.map((pair) => fileDiff(repository, pair))}`,
  });
}

const WORDS = { A: "added", D: "deleted", M: "changed", R: "renamed", C: "copied", T: "changed in kind", U: "unmerged" } as const;

function fileDiff(repository: Repository, pair: Pair): Html {
  const before = pair.old === undefined ? new Uint8Array(0) : readSide(repository, pair.old).data;
  const after = pair.new === undefined ? new Uint8Array(0) : readSide(repository, pair.new).data;
  const from = pair.status === "R" || pair.status === "C" ? html`<span class="mono soft">${pair.old?.path} →</span> ` : undefined;
  const head = html`<header>${from}<b class="mono">${pathOf(pair)}</b><span class="badge">${WORDS[pair.status]}</span></header>`;
  if (isBinary(before) || isBinary(after)) return html`<section class="box">${head}<div class="in">Binary file.</div></section>`;
  const [left, right] = [splitLines(decode(before)), splitLines(decode(after))];
  const hunks = hunksOf(left, right, diffLines(left, right), 3);
  if (hunks.length === 0) return html`<section class="box">${head}</section>`;
  if (hunks.reduce((total, { lines }) => total + lines.length, 0) > MOST_LINES)
    return html`<section class="box">${head}<div class="in">The difference is too long to be shown here.</div></section>`;
  return html`<section class="box">${head}<div class="code"><table><tbody>${hunks.map(hunkRows)}</tbody></table></div></section>`;
}

/** From 1; where there are no lines, the one before (git-diff(1)). */
const range = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`;

function hunkRows(hunk: Hunk): Html[] {
  let [old, now] = [hunk.leftStart, hunk.rightStart];
  const head = html`<tr class="hunk"><td colspan="2"></td><td>@@ -${range(hunk.leftStart, hunk.leftCount)} +${range(hunk.rightStart, hunk.rightCount)} @@ ${hunk.heading}</td></tr>`;
  const rows = hunk.lines.map((line) => {
    const mark = line[0];
    const left = mark === "+" || mark === "\\" ? "" : ++old;
    const right = mark === "-" || mark === "\\" ? "" : ++now;
    const kind = mark === "+" ? "add" : mark === "-" ? "del" : "";
    return html`<tr class="${kind}"><td class="n">${left}</td><td class="n">${right}</td><td>${line}</td></tr>`;
  });
  return [head, ...rows];
}
