/** https://github.test/: which page an address is, and what its forms do. */
import type { KernelMachine } from "../../../kernel/machine.ts";
import { decode } from "../../../programs/core/io.ts";
import type { SiteAnswer, SiteRequest } from "../http-service.ts";
import { mayRead, ownerOf, THE_LEARNER } from "./access.ts";
import { gitHttp } from "./git-http.ts";
import { HOSTING } from "./names.ts";
import { homePage, keysPage, newRepositoryPage, type Refused, tokensPage } from "./pages/account.ts";
import { codePage, rawFile } from "./pages/code.ts";
import { commitPage, commitsPage } from "./pages/history.ts";
import { pathHref } from "./pages/html.ts";
import { notFound, seeOther } from "./pages/page.ts";
import { type Section, settingsPage } from "./pages/settings.ts";
import { deleteRepository, newRepository, openRepository, protect, setDefaultBranch } from "./repositories.ts";
import {
  addKey,
  addToken,
  changeRecord,
  HostingError,
  LEARNER,
  type RepositoryRecord,
  readState,
  recordOf,
  removeKey,
  removeToken,
} from "./state.ts";
import { addHook, redeliver, removeHook } from "./webhooks.ts";

/** A form that was sent; undefined for a page that is only looked at. */
type Form = ((name: string) => string) | undefined;

export async function hostingSite(machine: KernelMachine, request: SiteRequest): Promise<SiteAnswer> {
  const { url, isSecure, method } = request;
  if (!isSecure) return { status: 301, headers: { Location: `https://${HOSTING}${url.pathname}${url.search}` } };
  const ofGit = await gitHttp(machine, request);
  if (ofGit !== undefined) return ofGit;
  let parts: string[];
  try {
    parts = url.pathname
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
  } catch {
    return notFound();
  }
  const values = new URLSearchParams(method === "POST" ? decode(request.body) : "");
  const form: Form = method === "POST" ? (name) => values.get(name) ?? "" : undefined;
  if (form !== undefined && isForeign(request))
    return { status: 403, headers: { "Content-Type": "text/plain" }, body: "This form is not ours.\n" };
  const [area, name, ...rest] = parts;
  if (area === undefined) return homePage(machine);
  if (area === "new" && name === undefined) return form === undefined ? newRepositoryPage() : createRepository(machine, form);
  if (area === "settings") return account(machine, [name, ...rest], form);
  const record = recordOf(readState(machine), `${area}/${name ?? ""}`);
  if (record === undefined || !mayRead(THE_LEARNER, record)) return notFound();
  return repositoryPages(machine, record, rest, form, url);
}

/** A form that another site has sent in the learner's name (Fetch, the Origin header). */
function isForeign({ headers }: SiteRequest): boolean {
  const origin = headers.get("origin");
  return origin !== undefined && origin !== `https://${HOSTING}`;
}

/** What a form does; what it can't do is told on its page. */
async function attempt(form: NonNullable<Form>, act: () => SiteAnswer, again: (refused: Refused) => SiteAnswer): Promise<SiteAnswer> {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof HostingError)) throw error;
    return again({ error: error.message, field: form });
  }
}

function createRepository(machine: KernelMachine, form: NonNullable<Form>): Promise<SiteAnswer> {
  return attempt(
    form,
    () => {
      const isPrivate = form("visibility") === "private";
      return seeOther(`/${newRepository(machine, { name: form("name"), description: form("description"), isPrivate }).name}`);
    },
    newRepositoryPage,
  );
}

async function account(machine: KernelMachine, [what, id, action]: readonly (string | undefined)[], form: Form): Promise<SiteAnswer> {
  const deleting = form !== undefined && id !== undefined && action === "delete";
  if (what === "keys") {
    if (deleting)
      return attempt(
        form,
        () => {
          removeKey(machine, Number(id));
          return seeOther("/settings/keys");
        },
        (refused) => keysPage(machine, refused),
      );
    if (id !== undefined) return notFound();
    if (form === undefined) return keysPage(machine);
    return attempt(
      form,
      () => {
        addKey(machine, { title: form("title"), key: form("key") });
        return seeOther("/settings/keys");
      },
      (refused) => keysPage(machine, refused),
    );
  }
  if (what === "tokens") {
    if (deleting) {
      removeToken(machine, Number(id));
      return seeOther("/settings/tokens");
    }
    if (id !== undefined) return notFound();
    if (form === undefined) return tokensPage(machine);
    return attempt(
      form,
      () => tokensPage(machine, addToken(machine, form("name"))),
      (refused) => tokensPage(machine, undefined, refused),
    );
  }
  return notFound();
}

async function repositoryPages(
  machine: KernelMachine,
  record: RepositoryRecord,
  [what, ...rest]: readonly string[],
  form: Form,
  url: URL,
): Promise<SiteAnswer> {
  const place = rest.join("/");
  const after = Number(url.searchParams.get("after") ?? 0);
  switch (what) {
    case undefined:
      return codePage(machine, record, "tree", "");
    case "tree":
    case "blob":
      return codePage(machine, record, what, place);
    case "raw":
      return rawFile(machine, record, place);
    case "switch":
      return seeOther(`/${record.name}/tree/${pathHref(url.searchParams.get("branch") ?? "")}`);
    case "commits":
      return commitsPage(machine, record, place, Number.isInteger(after) && after > 0 ? after : 0);
    case "commit":
      return commitPage(machine, record, place);
    case "settings":
      return ownerOf(record.name) === LEARNER ? settings(machine, record, rest, form) : notFound();
    default:
      return notFound();
  }
}

async function settings(machine: KernelMachine, record: RepositoryRecord, rest: readonly string[], form: Form): Promise<SiteAnswer> {
  const [what, id = "", action] = rest;
  const section: Section | undefined =
    what === undefined || what === "delete" ? "general" : what === "keys" || what === "hooks" ? what : undefined;
  if (section === undefined) return notFound();
  if (form === undefined) return rest.length > 1 ? notFound() : settingsPage(machine, record, section);
  const home = `/${record.name}/settings${section === "general" ? "" : `/${section}`}`;
  return attempt(
    form,
    () => {
      if (what === undefined) changeGeneral(machine, record, form);
      else if (what === "delete") {
        const short = record.name.slice(record.name.indexOf("/") + 1);
        if (form("confirm") !== short && form("confirm") !== record.name)
          throw new HostingError(`Nothing was deleted: type ${short} to say that you mean it.`);
        deleteRepository(machine, record.name);
        return seeOther("/");
      } else if (what === "keys" && action === "delete") removeKey(machine, Number(id), record.name);
      else if (what === "keys")
        addKey(machine, { title: form("title"), key: form("key"), repository: record.name, readOnly: form("write") !== "yes" });
      else if (id === "deliveries") redeliver(machine, record.name, action ?? "");
      else if (action === "delete") removeHook(machine, record.name, Number(id));
      else addHook(machine, record.name, { url: form("url"), secret: form("secret"), contentType: form("content_type") });
      return seeOther(home);
    },
    (refused) => settingsPage(machine, recordOf(readState(machine), record.name) ?? record, section, refused),
  );
}

function changeGeneral(machine: KernelMachine, record: RepositoryRecord, form: NonNullable<Form>): void {
  const branch = form("branch");
  if (branch !== "") setDefaultBranch(openRepository(machine, record.name), branch);
  const isPrivate = form("private") === "yes";
  changeRecord(machine, record.name, (before) => ({ ...before, description: form("description").trim(), isPrivate }));
  if ((form("protected") === "yes") !== record.isProtected) protect(machine, record.name, !record.isProtected);
}
