/** Settings of a repository: its first branch, protection, deploy keys, webhooks, the end. */
import type { KernelMachine } from "../../../../kernel/machine.ts";
import type { SiteAnswer } from "../../http-service.ts";
import { branchesOf, defaultBranchOf, openRepository } from "../repositories.ts";
import { type Delivery, type RepositoryRecord, readState, type Webhook } from "../state.ts";
import { keyForm, keyRows, type Refused } from "./account.ts";
import { type Html, html } from "./html.ts";
import { answerWith, repositoryHead, time } from "./page.ts";

export type Section = "general" | "keys" | "hooks";

export function settingsPage(machine: KernelMachine, record: RepositoryRecord, section: Section, refused?: Refused): SiteAnswer {
  const base = `/${record.name}/settings`;
  const tab = (key: Section, href: string, text: string) =>
    html`<li><a href="${href}"${key === section && html` aria-current="page"`}>${text}</a></li>`;
  const body =
    section === "general"
      ? general(machine, record, base)
      : section === "keys"
        ? deployKeys(machine, record, base, refused)
        : hooks(record, base, refused);
  return answerWith({
    title: `Settings · ${record.name}`,
    error: refused?.error,
    status: refused === undefined ? 200 : 422,
    body: html`${repositoryHead(record, "settings")}<ul class="tabs" aria-label="Settings">${tab("general", base, "General")}${tab("keys", `${base}/keys`, "Deploy keys")}${tab("hooks", `${base}/hooks`, "Webhooks")}</ul>${body}`,
  });
}

function general(machine: KernelMachine, record: RepositoryRecord, base: string): Html {
  const repository = openRepository(machine, record.name);
  const branches = branchesOf(repository);
  const first = defaultBranchOf(repository);
  const short = record.name.slice(record.name.indexOf("/") + 1);
  return html`<form class="stack" method="post" action="${base}"><label>Description<input name="description" value="${record.description}" maxlength="350"></label>
${branches.length > 0 && html`<label>Default branch<select name="branch">${branches.map((each) => html`<option${each === first && html` selected`}>${each}</option>`)}</select></label>`}
<label class="check"><input type="checkbox" name="private" value="yes"${record.isPrivate && html` checked`}>Private: only you, and keys of its own, can read it</label>
<label class="check"><input type="checkbox" name="protected" value="yes"${record.isProtected && html` checked`}>Protect ${first}: no force push, and it can't be deleted</label><button class="go">Save</button></form>
<h2>Delete this repository</h2><form class="stack" method="post" action="${base}/delete"><p class="soft">All its commits go with it. This can't be undone.</p><label>Type ${short} to say that you mean it<input name="confirm" required autocomplete="off" autocapitalize="none" spellcheck="false"></label><button class="danger">Delete this repository</button></form>`;
}

function deployKeys(machine: KernelMachine, record: RepositoryRecord, base: string, refused?: Refused): Html {
  const keys = readState(machine).keys.filter(({ repository }) => repository === record.name);
  const write = html`<label class="check"><input type="checkbox" name="write" value="yes">Allow write access: it may push too</label>`;
  return html`<p>A deploy key lets one server read this repository, and nothing else of your account.</p>${keys.length > 0 && keyRows(keys, `${base}/keys`)}
<h2>Add a deploy key</h2>${keyForm(`${base}/keys`, refused?.field ?? (() => ""), write)}`;
}

function hooks(record: RepositoryRecord, base: string, refused?: Refused): Html {
  const field = refused?.field ?? (() => "");
  return html`<p>A webhook is a request that this site makes whenever somebody has pushed.</p>${record.hooks.map((hook) => hookBox(record, hook, base))}
<h2>Add a webhook</h2><form class="stack" method="post" action="${base}/hooks"><label>Payload URL<input name="url" value="${field("url")}" required inputmode="url" placeholder="http://web-1:9000/hooks/deploy" autocapitalize="none" spellcheck="false"></label>
<label>Content type<select name="content_type"><option value="json">application/json</option><option value="form">application/x-www-form-urlencoded</option></select></label>
<label>Secret (signs every request: X-Hub-Signature-256)<input name="secret" value="${field("secret")}" autocomplete="off" spellcheck="false"></label><button class="go">Add webhook</button></form>`;
}

function hookBox(record: RepositoryRecord, hook: Webhook, base: string): Html {
  const deliveries = record.deliveries.filter((each) => each.hook === hook.id);
  return html`<section class="box"><header><b class="mono">${hook.url}</b><span class="soft small">push · ${hook.contentType} · ${hook.secret === "" ? "not signed" : "signed"}</span><form class="inline" method="post" action="${base}/hooks/${hook.id}/delete"><button class="danger">Delete</button></form></header>
${deliveries.length === 0 ? html`<div class="in soft">No delivery has ended yet.</div>` : html`<ul class="rows" aria-label="Recent deliveries">${deliveries.map((each) => deliveryRow(each, base))}</ul>`}</section>`;
}

function deliveryRow({ id, event, atMs, status, answer, request }: Delivery, base: string): Html {
  const good = status >= 200 && status < 300;
  return html`<li><details class="grow"><summary>${good ? "✓" : "✗"} <b>${event}</b> <span class="soft small">${time(atMs)}</span> ${status === 0 ? "no answer" : `answered ${status}`}</summary><h3>Answer</h3><pre>${answer}</pre><h3>Payload</h3><pre>${pretty(request)}</pre></details><form method="post" action="${base}/hooks/deliveries/${id}"><button>Redeliver</button></form></li>`;
}

function pretty(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}
