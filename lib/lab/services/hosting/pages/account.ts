/** Pages of the account: repositories, a new one, ssh keys, tokens. */
import type { KernelMachine } from "../../../../kernel/machine.ts";
import { fingerprint, parsePublicKey } from "../../../../programs/ssh/keys.ts";
import type { SiteAnswer } from "../../http-service.ts";
import { mayRead, THE_LEARNER } from "../access.ts";
import { HOST_KEY } from "../layout.ts";
import { HOSTING } from "../names.ts";
import { LEARNER, readState, type SshKey } from "../state.ts";
import { type Html, html } from "./html.ts";
import { answerWith, time } from "./page.ts";

/** What was typed in a form that could not be accepted, and why. */
export interface Refused {
  readonly error: string;
  readonly field: (name: string) => string;
}

export function homePage(machine: KernelMachine): SiteAnswer {
  const { repositories } = readState(machine);
  const seen = repositories.filter((record) => mayRead(THE_LEARNER, record));
  const rows = seen.map(
    ({ name, description, isPrivate }) =>
      html`<li><span class="grow"><a href="/${name}"><b>${name}</b></a>${description !== "" && html`<br><span class="soft">${description}</span>`}</span><span class="badge">${isPrivate ? "Private" : "Public"}</span></li>`,
  );
  const list =
    rows.length === 0
      ? html`<p>You have no repositories yet. A repository holds the files of a project with all their history.</p>`
      : html`<div class="box"><ul class="rows">${rows}</ul></div>`;
  return answerWith({
    title: "Your repositories",
    body: html`<h1>Your repositories</h1>${list}<p><a class="button go" href="/new">New repository</a></p>`,
  });
}

export function newRepositoryPage(refused?: Refused): SiteAnswer {
  const field = refused?.field ?? (() => "");
  return answerWith({
    title: "New repository",
    error: refused?.error,
    status: refused === undefined ? 200 : 422,
    body: html`<h1>New repository</h1><form class="stack" method="post" action="/new">
<label>Name<input name="name" value="${field("name")}" required maxlength="100" autocapitalize="none" autocomplete="off" spellcheck="false"></label>
<label>Description (optional)<input name="description" value="${field("description")}" maxlength="350"></label>
<fieldset class="box"><legend class="small soft">Who can read it</legend><label class="check"><input type="radio" name="visibility" value="public" checked>Public: everybody can clone it</label>
<label class="check"><input type="radio" name="visibility" value="private">Private: only you, and keys of its own</label></fieldset>
<button class="go">Create repository</button></form>`,
  });
}

export function keyRows(keys: readonly SshKey[], action: string): Html {
  return html`<div class="box"><ul class="rows">${keys.map((each) => {
    const key = parsePublicKey(each.key);
    return html`<li><span class="grow"><b>${each.title}</b>${each.repository !== undefined && html` <span class="badge">${each.readOnly ? "Read-only" : "Read and write"}</span>`}<br><span class="mono">${key === undefined ? "" : fingerprint(key)}</span><br><span class="soft small">Added ${time(each.addedMs)}</span></span><form method="post" action="${action}/${each.id}/delete"><button class="danger" aria-label="Delete the key ${each.title}">Delete</button></form></li>`;
  })}</ul></div>`;
}

export function keyForm(action: string, field: (name: string) => string, more?: Html): Html {
  return html`<form class="stack" method="post" action="${action}"><label>Title<input name="title" value="${field("title")}" maxlength="80"></label>
<label>Key<textarea name="key" required spellcheck="false" autocapitalize="none" placeholder="ssh-ed25519 AAAA…">${field("key")}</textarea></label>${more}<button class="go">Add key</button></form>`;
}

export function keysPage(machine: KernelMachine, refused?: Refused): SiteAnswer {
  const keys = readState(machine).keys.filter(({ repository }) => repository === undefined);
  const host = parsePublicKey(machine.files.readText(`${HOST_KEY}.pub`));
  return answerWith({
    title: "SSH keys",
    error: refused?.error,
    status: refused === undefined ? 200 : 422,
    body: html`<h1>SSH keys</h1>
${keys.length === 0 ? html`<p>No key yet. <code>cat ~/.ssh/id_ed25519.pub</code> shows yours; <code>ssh-keygen -t ed25519</code> makes one.</p>` : keyRows(keys, "/settings/keys")}
<h2>Add a key</h2>${keyForm("/settings/keys", refused?.field ?? (() => ""))}
<h2>This site's own key</h2><p>ssh shows it when you connect for the first time. Say yes only when it is this one:</p><pre>${host === undefined ? "" : `${fingerprint(host)} (ED25519)`}</pre>
<p>Try your key: <code>ssh -T git@${HOSTING}</code></p>`,
  });
}

export function tokensPage(machine: KernelMachine, made?: string, refused?: Refused): SiteAnswer {
  const { tokens } = readState(machine);
  const rows = tokens.map(
    ({ id, name, end, addedMs }) =>
      html`<li><span class="grow"><b>${name}</b> <span class="mono soft">ghp_…${end}</span><br><span class="soft small">Made ${time(addedMs)}</span></span><form method="post" action="/settings/tokens/${id}/delete"><button class="danger" aria-label="Delete the token ${name}">Delete</button></form></li>`,
  );
  return answerWith({
    title: "Personal access tokens",
    error: refused?.error,
    status: refused === undefined ? 200 : 422,
    body: html`<h1>Personal access tokens</h1><p>Over https, git asks for a username and a password. The username is <b>${LEARNER}</b>; a token is what it takes for the password.</p>
${made !== undefined && html`<div class="notice" role="status"><p>Copy the token now: it is shown this once.</p><pre>${made}</pre></div>`}
${rows.length > 0 && html`<div class="box"><ul class="rows">${rows}</ul></div>`}
<h2>New token</h2><form class="stack" method="post" action="/settings/tokens"><label>What it is for<input name="name" value="${refused?.field("name") ?? ""}" required maxlength="80"></label><button class="go">Make a token</button></form>`,
  });
}
