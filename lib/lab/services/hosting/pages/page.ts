/** The frame of every page. */
import type { SiteAnswer } from "../../http-service.ts";
import { ownerOf } from "../access.ts";
import { HOSTING } from "../names.ts";
import { LEARNER, type RepositoryRecord } from "../state.ts";
import { Html, html } from "./html.ts";
import { STYLE } from "./style.ts";

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** What went wrong, told on top. */
  readonly error?: string;
  readonly status?: number;
}

export function answerWith({ title, body, error, status = 200 }: Page): SiteAnswer {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · ${HOSTING}</title><style>${new Html(STYLE)}</style></head>
<body><nav class="bar" aria-label="Site"><strong><a href="/">${HOSTING}</a></strong><a href="/new">New repository</a><a href="/settings/keys">SSH keys</a><a href="/settings/tokens">Tokens</a><span class="who">signed in as <b>${LEARNER}</b></span></nav>
<main>${error !== undefined && html`<p class="notice error" role="alert">${error}</p>`}${body}</main></body></html>
`;
  return { status, headers: { "Content-Type": "text/html; charset=utf-8" }, body: page.text };
}

export function seeOther(location: string): SiteAnswer {
  return { status: 303, headers: { Location: location } };
}

export function notFound(what = "There is no such page."): SiteAnswer {
  return answerWith({
    title: "Not found",
    status: 404,
    body: html`<h1>404: not found</h1><p>${what}</p><p><a href="/">Your repositories</a></p>`,
  });
}

export type Tab = "code" | "commits" | "settings";

/** Name and tabs of a repository, above its pages. */
export function repositoryHead({ name, isPrivate, description }: RepositoryRecord, tab: Tab): Html {
  const owner = ownerOf(name);
  const link = (key: Tab, href: string, text: string) =>
    html`<li><a href="${href}"${new Html(key === tab ? ' aria-current="page"' : "")}>${text}</a></li>`;
  return html`<h1>${owner} / <a href="/${name}">${name.slice(owner.length + 1)}</a> <span class="badge">${isPrivate ? "Private" : "Public"}</span></h1>
${description !== "" && html`<p class="soft">${description}</p>`}
<ul class="tabs">${link("code", `/${name}`, "Code")}${link("commits", `/${name}/commits`, "Commits")}${owner === LEARNER && link("settings", `/${name}/settings`, "Settings")}</ul>`;
}

/** A time for people, and for machines. */
export function time(atMs: number): Html {
  const iso = new Date(atMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}
