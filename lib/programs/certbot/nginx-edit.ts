/** What certbot's nginx plugin does to server blocks (certbot_nginx's configurator.py): certificate, listen and redirect. */
import { type Block, type ConfigurationText, copyBlock, type Directive, type Node } from "./nginx-text.ts";

const COMMENT = "# managed by Certbot";

export interface Deployment {
  readonly fullchain: string;
  readonly key: string;
  /** /etc/letsencrypt/options-ssl-nginx.conf */
  readonly options: string;
  readonly dhparams: string;
}

const isDirective = (node: Node, name: string): node is Directive => node.kind === "directive" && node.words[0] === name;
const directivesOf = (block: Block, name: string) => block.body.filter((node) => isDirective(node, name));
const isSecure = (listen: Directive) => listen.words.includes("ssl");

/** Every server block of a file, inside http or not. */
export function serversOf({ nodes }: Pick<ConfigurationText, "nodes">): Block[] {
  return nodes.flatMap((node) => {
    if (node.kind !== "block") return [];
    return node.words[0] === "server" ? [node] : node.words[0] === "http" ? serversOf({ nodes: node.body }) : [];
  });
}

export function namesOfServer(block: Block): string[] {
  return directivesOf(block, "server_name").flatMap(({ words }) => words.slice(1));
}

/** How well a server's names fit, as nginx chooses: 0 exactly, 1 by a wildcard at the start, 2 at the end, 3 by an expression. */
export function rankOf(block: Block, host: string): number | undefined {
  const ranks = namesOfServer(block).flatMap((name) => {
    if (name === host) return [0];
    if (name.startsWith("*.") && host.endsWith(name.slice(1))) return [1];
    if (name.startsWith(".") && (host === name.slice(1) || host.endsWith(name))) return [1];
    if (name.endsWith(".*") && host.startsWith(name.slice(0, -1))) return [2];
    return name.startsWith("~") && matches(name.slice(1), host) ? [3] : [];
  });
  return ranks.length === 0 ? undefined : Math.min(...ranks);
}

function matches(expression: string, host: string): boolean {
  try {
    return new RegExp(expression.replace(/\(\?P?<(\w+)>/g, "(?<$1>")).test(host);
  } catch {
    return false;
  }
}

export const isSecureServer = (block: Block): boolean => directivesOf(block, "listen").some(isSecure);

/** Takes plain HTTP requests at port 80. */
export function listensPlainly(block: Block): boolean {
  const listens = directivesOf(block, "listen");
  if (listens.length === 0) return true;
  return listens.some((listen) => !isSecure(listen) && /^(?:[^:]*:|\[.*\]:)?80$|^[^:]*[^\d:][^:]*$/.test(listen.words[1] ?? ""));
}

export function isDefaultServer(block: Block): boolean {
  return directivesOf(block, "listen").some(({ words }) => words.includes("default_server") || words.includes("default"));
}

function append(block: Block, ...lines: readonly string[]): void {
  block.body.push({ kind: "space", space: block.tail });
  for (const line of lines)
    block.body.push(
      { kind: "directive", space: "\n    ", words: line.split(/\s+/), text: line },
      { kind: "comment", space: " ", text: COMMENT },
    );
  block.tail = "\n";
}

function replace(block: Block, name: string, value: string): boolean {
  const at = block.body.findIndex((node) => isDirective(node, name));
  const old = block.body[at];
  if (old === undefined || old.kind !== "directive") return false;
  block.body[at] = { kind: "directive", space: old.space, words: [name, value], text: `${name} ${value}` };
  const next = block.body[at + 1];
  if (next?.kind !== "comment" || next.text !== COMMENT) block.body.splice(at + 1, 0, { kind: "comment", space: " ", text: COMMENT });
  return true;
}

/** Gives a server the certificate; one that has no TLS yet gets it. `ipv6only`: no server listens on [::]:443 so far. */
export function deploy(block: Block, { fullchain, key, options, dhparams }: Deployment, ipv6only: boolean): void {
  if (!isSecureServer(block)) {
    if (directivesOf(block, "listen").length === 0) append(block, "listen 80");
    const addresses = directivesOf(block, "listen").map(({ words }) => words[1] ?? "");
    append(
      block,
      ...(addresses.some((each) => each.startsWith("[")) ? [`listen [::]:443 ssl${ipv6only ? " ipv6only=on" : ""}`] : []),
      ...(addresses.some((each) => !each.startsWith("[")) ? ["listen 443 ssl"] : []),
      `ssl_certificate ${fullchain}`,
      `ssl_certificate_key ${key}`,
      `include ${options}`,
      `ssl_dhparam ${dhparams}`,
    );
    block.tail += "\n";
    return;
  }
  const missing = [
    ...(replace(block, "ssl_certificate", fullchain) ? [] : [`ssl_certificate ${fullchain}`]),
    ...(replace(block, "ssl_certificate_key", key) ? [] : [`ssl_certificate_key ${key}`]),
  ];
  if (missing.length === 0) block.tail += "\n";
  else append(block, ...missing);
}

function drop(block: Block, unwanted: (node: Directive) => boolean): void {
  for (let at = 0; at < block.body.length; at++) {
    const node = block.body[at];
    if (node?.kind !== "directive" || !unwanted(node)) continue;
    const next = block.body[at + 1];
    block.body.splice(at, next?.kind === "comment" && next.text === COMMENT ? 2 : 1);
    at--;
  }
}

/** Sends plain requests for `host` to https: in the server itself, or, where it does both, in one of its own, which is added to the file. */
export function redirect(file: ConfigurationText, block: Block, host: string): void {
  let plain = block;
  if (isSecureServer(block)) {
    plain = copyBlock(block);
    plain.body = plain.body.filter((node) => isDirective(node, "listen") || isDirective(node, "server_name"));
    plain.tail = "";
    drop(plain, (node) => node.words[0] === "listen" && isSecure(node));
    drop(block, (node) => node.words[0] === "listen" && !isSecure(node));
    append(plain, "return 404");
    file.nodes.push({ kind: "space", space: file.tail });
    file.tail = "";
    insertBeside(file, block, plain);
  }
  if (plain.body.some((node) => node.kind === "block" && node.words[0] === "if" && node.words.includes(`${host})`))) return;
  const inside: Directive = {
    kind: "directive",
    space: "\n        ",
    words: ["return", "301"],
    text: "return 301 https://$host$request_uri",
  };
  const [first] = plain.body;
  if (first !== undefined) first.space = `\n\n${first.space}`;
  plain.body.unshift(
    {
      kind: "block",
      space: "\n    ",
      words: ["if", "($host", "=", `${host})`],
      text: `if ($host = ${host}) `,
      body: [inside],
      tail: "\n    ",
    },
    { kind: "comment", space: " ", text: COMMENT },
  );
  plain.tail += "\n\n";
}

/** The new server stands at the end of where the old one stands. */
function insertBeside(file: ConfigurationText, block: Block, added: Block): void {
  if (file.nodes.includes(block)) file.nodes.push(added);
  else {
    const http = file.nodes.find((node): node is Block => node.kind === "block" && node.body.includes(block));
    http?.body.push(added);
  }
}

/** A server for `host` made from the default one, where none has its name. */
export function serverFromDefault(file: ConfigurationText, block: Block, host: string): Block {
  const made = copyBlock(block);
  file.nodes.push({ kind: "space", space: file.tail });
  file.tail = "";
  for (const node of made.body) {
    if (node.kind !== "directive" || node.words[0] !== "listen") continue;
    node.text = node.text.replace(/\b(default_server|default)\b/, "");
    node.words = node.words.filter((word) => word !== "default_server" && word !== "default");
  }
  if (!replace(made, "server_name", host)) append(made, `server_name ${host}`);
  else made.tail += "\n";
  file.nodes.push(made);
  return made;
}

/** HSTS, as --hsts adds it. */
export function addHeader(block: Block): void {
  if (block.body.some((node) => node.kind === "directive" && node.words[1] === "Strict-Transport-Security")) return;
  append(block, 'add_header Strict-Transport-Security "max-age=31536000" always');
  block.tail += "\n";
}

/** For a challenge: the server answers it itself. The caller puts the file back as it was. */
export function answerChallenge(block: Block, path: string, answer: string): void {
  const directive = (text: string): Directive => ({ kind: "directive", space: "", words: text.split(" "), text });
  block.body.unshift(
    { kind: "directive", space: "\n    ", words: ["rewrite"], text: "rewrite ^(/.well-known/acme-challenge/.*) $1 break" },
    { kind: "comment", space: " ", text: `${COMMENT}\n` },
    {
      kind: "block",
      space: "\n    ",
      words: ["location", "=", path],
      text: `location = ${path}`,
      body: [directive("default_type text/plain"), directive(`return 200 ${answer}`)],
      tail: "",
    },
    { kind: "comment", space: " ", text: `${COMMENT}\n` },
  );
}
