/** https://registrar.test/: pages for the browser, and the same by an API. */
import { decode } from "../../programs/core/io.ts";
import { readJson } from "../../programs/tls/jws.ts";
import type { SiteAnswer, SiteRequest } from "./http-service.ts";
import { type Domain, fullName, RECORD_TYPES, type Registrar, RegistrarError } from "./registrar.ts";

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `:root{color-scheme:light dark}body{margin:0 auto;padding:1.5rem;max-width:52rem;font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid #8884;overflow-wrap:anywhere}
input,select,button{font:inherit;padding:.3rem .5rem}form.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}label{display:grid;font-size:.85rem}pre{overflow:auto;padding:.8rem;background:#8882}
.error{border-left:4px solid #c33;padding:.4rem .8rem;background:#c332}`;

function page(title: string, body: string, error?: string): string {
  const notice = error === undefined ? "" : `<p class="error" role="alert">${escapeHtml(error)}</p>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><nav><a href="/">Registrar</a> · <a href="/api">API</a></nav><h1>${escapeHtml(title)}</h1>${notice}${body}</body></html>
`;
}

function home(registrar: Registrar, error?: string): string {
  const rows = registrar.domains.map(
    ({ name, records }) => `<tr><td><a href="/domains/${name}">${name}</a></td><td>${records.length}</td></tr>`,
  );
  const list =
    rows.length === 0 ? "<p>You have no domains yet.</p>" : `<table><tr><th>Domain</th><th>Records</th></tr>${rows.join("")}</table>`;
  return page(
    "Your domains",
    `${list}<h2>Register a domain</h2><form class="row" method="post" action="/buy"><label>Name<input name="name" placeholder="shop.test" required></label><button>Register</button></form>
<p>Names end in .test. Changes of records are at our servers at once; who has asked before sees them when the TTL of the old answer has run out.</p>`,
    error,
  );
}

function domainPage(domain: Domain, error?: string): string {
  const rows = domain.records.map(
    (each) =>
      `<tr><td>${escapeHtml(fullName(each.name, domain.name))}</td><td>${each.type}</td><td>${escapeHtml(each.value)}</td><td>${each.ttl}</td><td><form method="post" action="/domains/${domain.name}/records/${each.id}/delete"><button>Delete</button></form></td></tr>`,
  );
  const options = RECORD_TYPES.map((type) => `<option>${type}</option>`).join("");
  return page(
    domain.name,
    `<table><tr><th>Name</th><th>Type</th><th>Value</th><th>TTL</th><th></th></tr>${rows.join("")}</table>
<h2>Add a record</h2><form class="row" method="post" action="/domains/${domain.name}/records">
<label>Type<select name="type">${options}</select></label><label>Name<input name="name" value="@" size="12"></label><label>Value<input name="value" required></label>
<label>TTL (seconds)<input name="ttl" value="300" size="6" inputmode="numeric"></label><button>Add</button></form>
<h2>Name servers</h2><form method="post" action="/domains/${domain.name}/nameservers"><textarea name="nameservers" rows="3" cols="40" aria-label="Name servers, one a line">${escapeHtml(domain.nameservers.join("\n"))}</textarea><br><button>Save</button></form>`,
    error,
  );
}

function apiPage(registrar: Registrar): string {
  return page(
    "API",
    `<p>Your token: <code>${registrar.token}</code></p><pre>TOKEN=${registrar.token}
# Your domains; register one
curl -H "Authorization: Bearer $TOKEN" https://registrar.test/api/domains
curl -H "Authorization: Bearer $TOKEN" -d '{"name": "shop.test"}' https://registrar.test/api/domains
# Its records; add one, delete one
curl -H "Authorization: Bearer $TOKEN" https://registrar.test/api/domains/shop.test/records
curl -H "Authorization: Bearer $TOKEN" -d '{"type": "A", "name": "@", "value": "10.0.0.20", "ttl": 300}' https://registrar.test/api/domains/shop.test/records
curl -H "Authorization: Bearer $TOKEN" -X DELETE https://registrar.test/api/domains/shop.test/records/1
# Its name servers
curl -H "Authorization: Bearer $TOKEN" -X PUT -d '{"nameservers": ["ns1.registrar.test", "ns2.registrar.test"]}' https://registrar.test/api/domains/shop.test/nameservers</pre>`,
  );
}

const html = (status: number, body: string): SiteAnswer => ({ status, headers: { "Content-Type": "text/html; charset=utf-8" }, body });
const json = (status: number, value: unknown): SiteAnswer => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: `${JSON.stringify(value)}\n`,
});
const seeOther = (location: string): SiteAnswer => ({ status: 303, headers: { Location: location } });

export function registrarSite(registrar: Registrar, request: SiteRequest): SiteAnswer {
  const { url, isSecure } = request;
  if (!isSecure) return { status: 301, headers: { Location: `https://registrar.test${url.pathname}${url.search}` } };
  const parts = url.pathname.split("/").filter((part) => part !== "");
  return parts[0] === "api" && parts.length > 1 ? api(registrar, request, parts.slice(1)) : site(registrar, request, parts);
}

function site(registrar: Registrar, request: SiteRequest, parts: readonly string[]): SiteAnswer {
  const [area, name = "", kind, id = "", action] = parts;
  const form = new URLSearchParams(decode(request.body));
  const field = (key: string) => form.get(key) ?? "";
  const posting = request.method === "POST";
  try {
    if (area === undefined) return html(200, home(registrar));
    if (area === "api") return html(200, apiPage(registrar));
    if (area === "buy" && posting) return seeOther(`/domains/${registrar.buy(field("name")).name}`);
    if (area === "domains" && kind === undefined) return html(200, domainPage(registrar.domain(name)));
    if (area === "domains" && posting && kind === "records" && id === "") {
      registrar.addRecord(name, { type: field("type"), name: field("name"), value: field("value"), ttl: field("ttl") });
      return seeOther(`/domains/${name}`);
    }
    if (area === "domains" && posting && kind === "records" && action === "delete") {
      registrar.removeRecord(name, Number(id));
      return seeOther(`/domains/${name}`);
    }
    if (area === "domains" && posting && kind === "nameservers") {
      registrar.setNameservers(name, field("nameservers").split(/\s+/));
      return seeOther(`/domains/${name}`);
    }
    return html(404, page("Not found", "<p>There is no such page.</p>"));
  } catch (error) {
    if (!(error instanceof RegistrarError)) throw error;
    const known = registrar.domains.find((each) => each.name === name);
    return html(error.status, known === undefined ? home(registrar, error.message) : domainPage(known, error.message));
  }
}

function api(registrar: Registrar, request: SiteRequest, [area, name = "", kind, id = ""]: readonly string[]): SiteAnswer {
  if (request.headers.get("authorization") !== `Bearer ${registrar.token}`)
    return json(401, { error: 'Send your token as "Authorization: Bearer TOKEN"; https://registrar.test/api shows it.' });
  const { method } = request;
  const given = readJson(decode(request.body)) ?? {};
  const text = (key: string) => (typeof given[key] === "string" || typeof given[key] === "number" ? String(given[key]) : "");
  try {
    if (area !== "domains") return json(404, { error: "There is no such resource." });
    if (name === "") return method === "POST" ? json(201, registrar.buy(text("name"))) : json(200, registrar.domains);
    if (kind === undefined) return json(200, registrar.domain(name));
    if (kind === "nameservers" && method === "PUT") {
      const list = Array.isArray(given.nameservers) ? given.nameservers.map(String) : [];
      return json(200, registrar.setNameservers(name, list));
    }
    if (kind === "records" && method === "POST" && id === "") {
      const record = { type: text("type"), name: text("name"), value: text("value"), ttl: text("ttl") };
      return json(201, registrar.addRecord(name, record));
    }
    if (kind === "records" && method === "DELETE" && id !== "") {
      registrar.removeRecord(name, Number(id));
      return { status: 204 };
    }
    if (kind === "records" && method === "GET") return json(200, registrar.domain(name).records);
    return json(405, { error: `${method} is not possible here.` });
  } catch (error) {
    if (!(error instanceof RegistrarError)) throw error;
    return json(error.status, { error: error.message });
  }
}
