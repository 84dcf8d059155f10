/** Pages of a repository's files: folders, a file, the commands with which an empty one is begun. */
import type { KernelMachine } from "../../../../kernel/machine.ts";
import { decode } from "../../../../programs/core/io.ts";
import { isBinary } from "../../../../programs/git/diff/patch.ts";
import { subjectOf } from "../../../../programs/git/history/pretty.ts";
import { MODE, type TreeEntry } from "../../../../programs/git/objects/object.ts";
import type { Repository } from "../../../../programs/git/repository/repository.ts";
import type { SiteAnswer } from "../../http-service.ts";
import { ownerOf } from "../access.ts";
import { HOSTING } from "../names.ts";
import { branchesOf, defaultBranchOf, openRepository, tagsOf } from "../repositories.ts";
import { LEARNER, type RepositoryRecord } from "../state.ts";
import { type Html, html, pathHref } from "./html.ts";
import { answerWith, notFound, repositoryHead } from "./page.ts";
import { type Place, readPlace } from "./place.ts";

const LONGEST_SHOWN = 512 * 1024;

export async function codePage(machine: KernelMachine, record: RepositoryRecord, kind: "tree" | "blob", rest: string): Promise<SiteAnswer> {
  const repository = openRepository(machine, record.name);
  const branch = defaultBranchOf(repository);
  if (branchesOf(repository).length === 0 && rest === "") return emptyPage(record);
  const place = readPlace(repository, rest === "" ? branch : rest);
  if (place === undefined) return notFound(`${record.name} has no ${rest === "" ? `branch ${branch}` : rest}.`);
  const entry = repository.entryAt(repository.store.commit(place.commit).tree, place.path);
  if (entry === undefined) return notFound(`There is no ${place.path} in ${place.name}.`);
  if (entry.mode === MODE.tree) return folderPage(repository, record, place, entry.oid);
  return kind === "tree" ? notFound(`${place.path} is no folder.`) : filePage(repository, record, place, entry);
}

/** The bytes of a file as they are. */
export function rawFile(machine: KernelMachine, record: RepositoryRecord, rest: string): SiteAnswer {
  const repository = openRepository(machine, record.name);
  const place = readPlace(repository, rest);
  const entry = place && repository.entryAt(repository.store.commit(place.commit).tree, place.path);
  if (entry === undefined || entry.mode === MODE.tree || entry.mode === MODE.gitlink) return notFound("There is no such file.");
  const body = repository.store.blob(entry.oid);
  const type = isBinary(body) ? "application/octet-stream" : "text/plain; charset=utf-8";
  return { status: 200, headers: { "Content-Type": type, "X-Content-Type-Options": "nosniff" }, body };
}

function clone({ name }: RepositoryRecord): Html {
  return html`<div class="box"><header><b>Clone</b></header><div class="in clone"><span>SSH</span><code>git@${HOSTING}:${name}.git</code><span>HTTPS</span><code>https://${HOSTING}/${name}.git</code></div></div>`;
}

function emptyPage(record: RepositoryRecord): SiteAnswer {
  const address = `git@${HOSTING}:${record.name}.git`;
  const short = record.name.slice(record.name.indexOf("/") + 1);
  return answerWith({
    title: record.name,
    body: html`${repositoryHead(record, "code")}${clone(record)}
<p>This repository is empty.</p>
${
  ownerOf(record.name) === LEARNER &&
  html`<h2>Begin a new one on the command line</h2><pre>echo "# ${short}" &gt;&gt; README.md
git init
git add README.md
git commit -m "first commit"
git branch -M main
git remote add origin ${address}
git push -u origin main</pre>
<h2>Or push one that you have</h2><pre>git remote add origin ${address}
git branch -M main
git push -u origin main</pre>`
}`,
  });
}

function switcher(repository: Repository, { name }: RepositoryRecord, place: Place): Html {
  const option = (value: string) => html`<option${value === place.name && html` selected`}>${value}</option>`;
  const branches = branchesOf(repository);
  const tags = tagsOf(repository);
  const other = ![...branches, ...tags].includes(place.name);
  return html`<form class="switch" method="get" action="/${name}/switch"><label class="small" for="branch">Branch</label><select id="branch" name="branch">${other && option(place.name)}${branches.map(option)}${tags.length > 0 && html`<optgroup label="Tags">${tags.map(option)}</optgroup>`}</select><button>Show</button></form>`;
}

function crumbs({ name }: RepositoryRecord, place: Place): Html {
  const parts = place.path.split("/").filter((part) => part !== "");
  const links = parts.map((part, index) => {
    const path = parts.slice(0, index + 1).join("/");
    return index === parts.length - 1
      ? html` / <b>${part}</b>`
      : html` / <a href="/${name}/tree/${pathHref(`${place.name}/${path}`)}">${part}</a>`;
  });
  return html`<p class="mono"><a href="/${name}/tree/${pathHref(place.name)}">${name.slice(name.indexOf("/") + 1)}</a>${links}</p>`;
}

async function folderPage(repository: Repository, record: RepositoryRecord, place: Place, tree: string): Promise<SiteAnswer> {
  const { store } = repository;
  const entries = [...store.tree(tree)].sort((a, b) => Number(b.mode === MODE.tree) - Number(a.mode === MODE.tree));
  const below = (name: string) => pathHref([place.name, place.path, name].filter((part) => part !== "").join("/"));
  const rows = entries.map(({ name, mode }) => {
    const kind = mode === MODE.tree ? "folder" : mode === MODE.link ? "link" : mode === MODE.gitlink ? "submodule" : "file";
    const shown = mode === MODE.tree ? `${name}/` : name;
    const href = `/${record.name}/${mode === MODE.tree ? "tree" : "blob"}/${below(name)}`;
    return html`<li><span class="grow mono">${mode === MODE.gitlink ? shown : html`<a href="${href}">${shown}</a>`}</span><span class="soft small">${kind}</span></li>`;
  });
  const commit = store.commit(place.commit);
  return answerWith({
    title: place.path === "" ? record.name : `${place.path} · ${record.name}`,
    body: html`${repositoryHead(record, "code")}${switcher(repository, record, place)}
${place.path !== "" && crumbs(record, place)}
<section class="box" aria-label="Files"><header><a href="/${record.name}/commit/${commit.oid}">${subjectOf(commit.message)}</a><span class="soft small">${commit.author.name} · <span class="mono">${repository.short(commit.oid)}</span> · <a href="/${record.name}/commits/${pathHref(place.name)}">history</a></span></header><ul class="rows">${rows}</ul></section>
${await readme(repository, record, place, entries)}${place.path === "" && clone(record)}`,
  });
}

async function readme(
  repository: Repository,
  { name }: RepositoryRecord,
  place: Place,
  entries: readonly TreeEntry[],
): Promise<Html | undefined> {
  const found = entries.find((entry) => /^readme(\.(md|markdown|txt|rst))?$/i.test(entry.name) && entry.mode !== MODE.tree);
  if (found === undefined) return undefined;
  const bytes = repository.store.blob(found.oid);
  if (isBinary(bytes) || bytes.length > LONGEST_SHOWN) return undefined;
  const base = `/${name}/blob/${pathHref([place.name, place.path].filter((part) => part !== "").join("/"))}/`;
  const text = /\.(md|markdown)$/i.test(found.name)
    ? (await import("./markdown.ts")).markdown(decode(bytes), base)
    : html`<pre>${decode(bytes)}</pre>`;
  return html`<article class="box"><header><b>${found.name}</b></header><div class="in readme">${text}</div></article>`;
}

function filePage(
  repository: Repository,
  record: RepositoryRecord,
  place: Place,
  { mode, oid }: { mode: number; oid: string },
): SiteAnswer {
  if (mode === MODE.gitlink) return notFound(`${place.path} is a submodule.`);
  const bytes = repository.store.blob(oid);
  const raw = `/${record.name}/raw/${pathHref(`${place.name}/${place.path}`)}`;
  const lines = decode(bytes).replace(/\n$/, "").split("\n");
  const shown = isBinary(bytes)
    ? html`<div class="in">A binary file of ${bytes.length} bytes.</div>`
    : bytes.length > LONGEST_SHOWN
      ? html`<div class="in">The file is too large to be shown here; <a href="${raw}">see it raw</a>.</div>`
      : html`<div class="code"><table><tbody>${lines.map((line, index) => html`<tr id="L${index + 1}"><td class="n">${index + 1}</td><td>${line}</td></tr>`)}</tbody></table></div>`;
  return answerWith({
    title: `${place.path} · ${record.name}`,
    body: html`${repositoryHead(record, "code")}${switcher(repository, record, place)}${crumbs(record, place)}
<section class="box"><header><b>${place.path.slice(place.path.lastIndexOf("/") + 1)}</b><span class="soft small">${bytes.length} bytes</span><a href="${raw}">Raw</a></header>${shown}</section>`,
  });
}
