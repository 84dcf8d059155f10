/** https://console.buckets.test/: the storage for people. Whoever comes is the learner, signed in. */
import type { Machine } from "../../../kernel/types.ts";
import { decode } from "../../../programs/core/io.ts";
import { Html, html } from "../hosting/pages/html.ts";
import { STYLE } from "../hosting/pages/style.ts";
import type { SiteAnswer, SiteRequest } from "../http-service.ts";
import { isPublic, setPolicy } from "./api.ts";
import { bucketNameProblem, NAMING_RULE } from "./bucket-name.ts";
import { StorageError } from "./errors.ts";
import { BUCKETS, CONSOLE, REGION } from "./names.ts";
import { uriEncode } from "./signature.ts";
import {
  type AccessKey,
  addBucket,
  addKey,
  type Bucket,
  bytesOf,
  changeBucket,
  readObjects,
  readState,
  removeBucket,
  removeKey,
  removeObject,
} from "./state.ts";

/** Of a bucket's page; programs list the rest. */
const MOST_ROWS = 200;

interface Page {
  readonly title: string;
  readonly body: Html;
  readonly error?: string;
  readonly status?: number;
}

function answerWith({ title, body, error, status = 200 }: Page): SiteAnswer {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · ${CONSOLE}</title><style>${new Html(STYLE)}</style></head>
<body><nav class="bar" aria-label="Site"><strong><a href="/">Buckets</a></strong><a href="/keys">Access keys</a><span class="who">signed in as <b>learner</b></span></nav>
<main>${error !== undefined && html`<p class="notice error" role="alert">${error}</p>`}${body}</main></body></html>
`;
  return { status, headers: { "Content-Type": "text/html; charset=utf-8" }, body: page.text };
}

const seeOther = (location: string): SiteAnswer => ({ status: 303, headers: { Location: location } });
const notFound = (): SiteAnswer =>
  answerWith({ title: "Not found", status: 404, body: html`<h1>404: not found</h1><p><a href="/">Your buckets</a></p>` });

export function consoleSite(machine: Machine, request: SiteRequest): SiteAnswer {
  const { url, isSecure, method, headers } = request;
  if (!isSecure) return { status: 301, headers: { Location: `https://${CONSOLE}${url.pathname}${url.search}` } };
  const posting = method === "POST";
  const origin = headers.get("origin");
  // A form that another site has sent in the learner's name (Fetch, the Origin header).
  if (posting && origin !== undefined && origin !== `https://${CONSOLE}`)
    return { status: 403, headers: { "Content-Type": "text/plain" }, body: "This form is not ours.\n" };
  const values = new URLSearchParams(posting ? decode(request.body) : "");
  const form = (name: string) => values.get(name) ?? "";
  const [area = "", name = "", action = ""] = url.pathname.split("/").slice(1);
  if (area === "")
    return posting
      ? attempt(
          () => create(machine, form("name")),
          (error) => homePage(machine, error, form("name")),
        )
      : homePage(machine);
  if (area === "keys")
    return posting
      ? attempt(
          () => changeKeys(machine, name, form("title")),
          (error) => keysPage(machine, { error }),
        )
      : name === ""
        ? keysPage(machine)
        : confirmKey(machine, name);
  const bucket = readState(machine).buckets.find((each) => each.name === name);
  if (area !== "buckets" || bucket === undefined) return notFound();
  if (posting)
    return attempt(
      () => changeOne(machine, bucket, action, form),
      (error) => bucketPage(machine, readState(machine).buckets.find((each) => each.name === name) ?? bucket, error, form("policy")),
    );
  switch (action) {
    case "":
      return bucketPage(machine, bucket);
    case "object":
      return download(machine, bucket, url.searchParams.get("key") ?? "");
    case "remove":
      return confirmObject(machine, bucket, url.searchParams.get("key") ?? "");
    case "delete":
      return confirmBucket(machine, bucket);
    default:
      return notFound();
  }
}

/** What a form does; what it can't do is told on its page. */
function attempt(act: () => SiteAnswer, again: (error: StorageError) => SiteAnswer): SiteAnswer {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return again(error);
  }
}

/** In S3's words, which do not name the rule that a name breaks. */
function said({ code, message, details: { BucketName: name } }: StorageError): string {
  const problem = code === "InvalidBucketName" && name !== undefined ? bucketNameProblem(name) : undefined;
  return problem === undefined ? `${code}: ${message}` : `${code}: ${message} A name has ${NAMING_RULE} ${problem}`;
}

function create(machine: Machine, name: string): SiteAnswer {
  addBucket(machine, name.trim());
  return seeOther(`/buckets/${name.trim()}`);
}

function homePage(machine: Machine, refused?: StorageError, typed = ""): SiteAnswer {
  const rows = readState(machine).buckets.map((bucket) => {
    const objects = readObjects(machine, bucket.name);
    return html`<li><span class="grow"><a href="/buckets/${bucket.name}"><b>${bucket.name}</b></a><br><span class="soft">${count(objects.size)}</span> ${access(bucket)}</span></li>`;
  });
  const list =
    rows.length === 0
      ? html`<p>You have no buckets yet. A bucket holds objects: files with a name, which outlive every machine.</p>`
      : html`<div class="box"><ul class="rows">${rows}</ul></div>`;
  return answerWith({
    title: "Your buckets",
    error: refused && said(refused),
    status: refused?.status,
    body: html`<h1>Your buckets</h1>${list}<h2>New bucket</h2><form class="stack" method="post" action="/"><label>Name<input name="name" value="${typed}" required maxlength="63" aria-describedby="rule" autocapitalize="none" autocomplete="off" spellcheck="false"></label>
<p class="soft small" id="rule">${NAMING_RULE} The name is part of an address, so nobody in the world has the same one.</p><button class="go">Create bucket</button></form>
<h2>For programs</h2><p>Endpoint <code>https://${BUCKETS}</code>, region <code>${REGION}</code>, objects at <code>https://${BUCKETS}/BUCKET/KEY</code>.</p>`,
  });
}

const count = (number: number) => `${number} ${number === 1 ? "object" : "objects"}`;

function access(bucket: Bucket): Html {
  return html`<span class="badge"${isPublic(bucket) ? html` data-open` : ""}>${isPublic(bucket) ? "Public: everybody can read" : "Private"}</span>`;
}

function bucketPage(machine: Machine, bucket: Bucket, refused?: StorageError, typed = ""): SiteAnswer {
  const { name, isBlocked, policy } = bucket;
  const objects = [...readObjects(machine, name)];
  const rows = objects
    .slice(0, MOST_ROWS)
    .map(
      ([key, { size, modifiedMs, headers }]) =>
        html`<li><span class="grow"><a href="/buckets/${name}/object?key=${encodeURIComponent(key)}"><b>${key}</b></a><br><span class="soft small">${size} bytes · ${headers["content-type"]} · <span class="whole">${new Date(modifiedMs).toISOString().slice(0, 19).replace("T", " ")} UTC</span><br><span class="mono">https://${BUCKETS}/${name}/${uriEncode(key, true)}</span></span></span><a class="button danger" href="/buckets/${name}/remove?key=${encodeURIComponent(key)}" aria-label="Delete ${key}">Delete</a></li>`,
    );
  const more = objects.length > MOST_ROWS && html`<p class="soft">… and ${objects.length - MOST_ROWS} more.</p>`;
  const example = `{\n  "Version": "2012-10-17",\n  "Statement": [{\n    "Effect": "Allow",\n    "Principal": "*",\n    "Action": "s3:GetObject",\n    "Resource": "arn:aws:s3:::${name}/*"\n  }]\n}`;
  return answerWith({
    title: name,
    error: refused && said(refused),
    status: refused?.status,
    body: html`<h1>${name} ${access(bucket)}</h1>
<h2>Objects</h2>${rows.length === 0 ? html`<p>Nothing is in this bucket.</p>` : html`<div class="box"><ul class="rows">${rows}</ul></div>`}${more}
<h2>Block public access</h2><p>${isBlocked ? "On: no policy can let everybody read." : "Off: a policy may let everybody read."}</p>
<form method="post" action="/buckets/${name}/${isBlocked ? "unblock" : "block"}"><button>${isBlocked ? "Turn it off" : "Turn it on"}</button></form>
<h2>Policy</h2><form class="stack" method="post" action="/buckets/${name}/policy"><label>JSON; empty: only you<textarea name="policy" rows="${rowsFor(typed || policy)}" spellcheck="false" autocapitalize="none">${typed || policy || ""}</textarea></label><button>Save policy</button></form>
<details><summary>A policy that lets everybody read every object</summary><pre><code>${example}</code></pre></details>
<h2>Delete</h2><p><a class="button danger" href="/buckets/${name}/delete">Delete this bucket</a></p>`,
  });
}

/** So many lines are to be seen at once, without taking over the page. */
function rowsFor(policy = ""): number {
  return Math.min(20, Math.max(9, policy.split("\n").length + 1));
}

interface Question {
  readonly title: string;
  readonly body: Html;
  /** Where it is done, with its fields. */
  readonly action: string;
  readonly fields?: Html;
  /** Undefined: it can't be done now, and the page says why. */
  readonly button: string | undefined;
  /** Where one comes from, and back to. */
  readonly back: string;
}

/** Asks before something is lost, on a page of its own: it needs no script, and a screen reader begins with the question. */
function confirm({ title, body, action, fields, button, back }: Question): SiteAnswer {
  return answerWith({
    title,
    body: html`<h1>${title}</h1>${body}<form class="choice" method="post" action="${action}">${button !== undefined && html`${fields}<button class="danger">${button}</button>`}<a class="button" href="${back}">${button === undefined ? "Back" : "Keep it"}</a></form>`,
  });
}

function confirmObject(machine: Machine, { name }: Bucket, key: string): SiteAnswer {
  const object = readObjects(machine, name).get(key);
  if (object === undefined) return notFound();
  return confirm({
    title: `Delete ${key}?`,
    body: html`<p>It is in the bucket <b>${name}</b> and has ${object.size} bytes. This can't be undone: storage keeps no earlier version of it.</p>`,
    action: `/buckets/${name}/remove`,
    fields: html`<input type="hidden" name="key" value="${key}">`,
    button: "Delete the object",
    back: `/buckets/${name}`,
  });
}

function confirmBucket(machine: Machine, { name }: Bucket): SiteAnswer {
  const { size } = readObjects(machine, name);
  return confirm({
    title: `Delete the bucket ${name}?`,
    body:
      size === 0
        ? html`<p>Nothing is in it. Its policy goes with it, and anybody may then have the name.</p>`
        : html`<p>It holds ${count(size)}. A bucket can be deleted only when nothing is in it: delete ${size === 1 ? "that" : "these"} first.</p>`,
    action: `/buckets/${name}/delete`,
    button: size === 0 ? "Delete the bucket" : undefined,
    back: `/buckets/${name}`,
  });
}

function confirmKey(machine: Machine, id: string): SiteAnswer {
  const key = readState(machine).keys.find((each) => each.id === id);
  if (key === undefined) return notFound();
  return confirm({
    title: `Delete the access key “${key.title}”?`,
    body: html`<p><span class="mono">${id}</span></p><p>Programs that sign with it are refused from then on. This can't be undone: the secret is not shown again.</p>`,
    action: `/keys/${id}`,
    button: "Delete the access key",
    back: "/keys",
  });
}

function changeOne(machine: Machine, bucket: Bucket, action: string, form: (name: string) => string): SiteAnswer {
  const { name } = bucket;
  switch (action) {
    case "block":
    case "unblock":
      changeBucket(machine, name, (before) => ({ ...before, isBlocked: action === "block" }));
      break;
    case "policy": {
      const text = form("policy").trim();
      if (text === "") changeBucket(machine, name, ({ policy: _, ...before }) => before);
      else setPolicy(machine, bucket, text);
      break;
    }
    case "remove":
      removeObject(machine, name, form("key"));
      break;
    case "delete":
      removeBucket(machine, name);
      return seeOther("/");
    default:
      return notFound();
  }
  return seeOther(`/buckets/${name}`);
}

/** For its owner, whatever the policy says. Nothing of it runs here: it was anybody's to upload. */
function download(machine: Machine, { name }: Bucket, key: string): SiteAnswer {
  const object = readObjects(machine, name).get(key);
  if (object === undefined) return notFound();
  const type = object.headers["content-type"] ?? "application/octet-stream";
  return {
    status: 200,
    headers: { "Content-Type": type, "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff" },
    body: bytesOf(machine, name, object),
  };
}

function changeKeys(machine: Machine, id: string, title: string): SiteAnswer {
  if (id === "") return keysPage(machine, { made: addKey(machine, title) });
  removeKey(machine, id);
  return seeOther("/keys");
}

function keysPage(machine: Machine, { made, error }: { made?: AccessKey; error?: StorageError } = {}): SiteAnswer {
  const rows = readState(machine).keys.map(
    ({ id, title, addedMs }) =>
      html`<li><span class="grow"><b>${title}</b><br><span class="mono">${id}</span><br><span class="soft small">Made ${new Date(addedMs).toISOString().slice(0, 10)}</span></span><a class="button danger" href="/keys/${id}" aria-label="Delete the access key “${title}”">Delete</a></li>`,
  );
  const shown =
    made &&
    html`<div class="notice" role="status"><p>Your new access key. The secret is shown this once.</p><pre><code>[default]
aws_access_key_id = ${made.id}
aws_secret_access_key = ${made.secret}
</code></pre></div>`;
  return answerWith({
    title: "Access keys",
    error: error && said(error),
    status: error?.status,
    body: html`<h1>Access keys</h1>${shown}<p>Programs sign their requests with one. Whoever has the secret may do everything in your buckets.</p>
${rows.length > 0 && html`<div class="box"><ul class="rows">${rows}</ul></div>`}
<h2>New access key</h2><form class="stack" method="post" action="/keys"><label>What it is for<input name="title" maxlength="80" required></label><button class="go">Create access key</button></form>`,
  });
}
