/** The nginx plugin: proves names with the running server, and installs certificates in its configuration. */
import { KernelError } from "../../kernel/errno.ts";
import type { Process } from "../../kernel/types.ts";
import { globRegex } from "../core/glob.ts";
import {
  addHeader,
  answerChallenge,
  deploy,
  isDefaultServer,
  isSecureServer,
  listensPlainly,
  namesOfServer,
  rankOf,
  redirect,
  serverFromDefault,
  serversOf,
} from "./nginx-edit.ts";
import { type Block, type ConfigurationText, NotParsable, parseConfiguration, printConfiguration } from "./nginx-text.ts";
import { runProgram } from "./run-command.ts";
import { CertbotError } from "./voice.ts";

const ROOT = "/etc/nginx";
const MAIN = `${ROOT}/nginx.conf`;

const OPTIONS = `# This file contains important security parameters. If you modify this file
# manually, Certbot will be unable to automatically provide future security
# updates. Instead, Certbot will print and log an error message with a path to
# the up-to-date file that you will need to refer to when manually updating
# this file. Contents are based on https://ssl-config.mozilla.org

ssl_session_cache shared:le_nginx_SSL:10m;
ssl_session_timeout 1440m;
ssl_session_tickets off;

ssl_protocols TLSv1.2 TLSv1.3;
ssl_prefer_server_ciphers off;

ssl_ciphers "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384";
`;

/** ffdhe2048 (RFC 7919 A.1), which certbot ships. */
const DHPARAMS = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
`;

interface ConfigurationFile {
  readonly path: string;
  readonly before: string;
  readonly text: ConfigurationText;
}

interface Found {
  readonly file: ConfigurationFile;
  readonly server: Block;
}

/** Servers whose names fit best. */
function best(all: readonly Found[], host: string): Found[] {
  const ranked = all.flatMap((each) => {
    const rank = rankOf(each.server, host);
    return rank === undefined ? [] : [{ ...each, rank }];
  });
  const top = Math.min(...ranked.map(({ rank }) => rank));
  return ranked.filter(({ rank }) => rank === top);
}

export class NginxPlugin {
  #files: ConfigurationFile[] = [];

  constructor(
    private readonly self: Process,
    private readonly configuration: string,
  ) {}

  /** Reads the configuration, which must be right. Throws CertbotError. */
  async prepare(): Promise<void> {
    const notWorking = (error: string) =>
      new CertbotError(`The nginx plugin is not working; there may be problems with your existing configuration.\nThe error was: ${error}`);
    const { files } = this.self;
    if (!files.exists("/usr/share/doc/python3-certbot-nginx"))
      throw new CertbotError("The requested nginx plugin does not appear to be installed");
    if (!files.exists("/usr/sbin/nginx"))
      throw notWorking(
        "NoInstallationError(\"Could not find a usable 'nginx' binary. Ensure nginx exists, the binary is executable, and your PATH is set correctly.\")",
      );
    const tested = await this.#test();
    if (tested !== undefined)
      throw notWorking(`MisconfigurationError(${JSON.stringify(`Error while running nginx -c ${MAIN} -t.\n\n${tested}`)})`);
    for (const [name, text] of [
      ["options-ssl-nginx.conf", OPTIONS],
      ["ssl-dhparams.pem", DHPARAMS],
    ] as const)
      if (!files.exists(`${this.configuration}/${name}`)) files.writeFile(`${this.configuration}/${name}`, text, { mode: 0o644 });
    this.#load();
  }

  #load(): void {
    this.#files = [];
    try {
      this.#read(MAIN);
    } catch (error) {
      if (!(error instanceof NotParsable) && !(error instanceof KernelError)) throw error;
      throw new CertbotError(`nginx's configuration could not be read: ${error.message}`);
    }
  }

  #read(path: string): void {
    const real = this.self.files.realpath(path);
    if (this.#files.some((each) => this.self.files.realpath(each.path) === real)) return;
    const before = this.self.files.readText(path);
    const text = parseConfiguration(before);
    this.#files.push({ path, before, text });
    const includes = (nodes: ConfigurationText["nodes"]): string[] =>
      nodes.flatMap((node) => {
        if (node.kind === "block") return includes(node.body);
        return node.kind === "directive" && node.words[0] === "include" ? [node.words[1] ?? ""] : [];
      });
    for (const pattern of includes(text.nodes)) for (const each of this.#expand(pattern)) this.#read(each);
  }

  #expand(pattern: string): string[] {
    const full = pattern.startsWith("/") ? pattern : `${ROOT}/${pattern}`;
    const folder = full.slice(0, full.lastIndexOf("/"));
    const { files } = this.self;
    if (!/[*?[]/.test(full)) return files.exists(full) ? [full] : [];
    if (!files.exists(folder)) return [];
    const regex = globRegex(full.slice(folder.length + 1), { pathname: true });
    return files
      .readdir(folder)
      .filter(({ name }) => regex.test(name) && !name.startsWith("."))
      .map(({ name }) => `${folder}/${name}`)
      .sort();
  }

  get #servers(): Found[] {
    return this.#files.flatMap((file) => serversOf(file.text).map((server) => ({ file, server })));
  }

  /** Names that nginx serves, for who gives none. */
  names(): string[] {
    const all = this.#servers.flatMap(({ server }) => namesOfServer(server));
    return [...new Set(all.filter((name) => /^[a-z0-9.-]+$/i.test(name) && name.includes(".")))].sort();
  }

  async #test(): Promise<string | undefined> {
    const { status, out, error } = await runProgram(this.self, ["/usr/sbin/nginx", "-c", MAIN, "-t"]);
    return status === 0 ? undefined : out + error;
  }

  /** As nginx_restart of certbot: a reload, or a start where none runs. */
  async reload(): Promise<void> {
    const reloaded = await runProgram(this.self, ["/usr/sbin/nginx", "-c", MAIN, "-s", "reload"]);
    if (reloaded.status !== 0) {
      const started = await runProgram(this.self, ["/usr/sbin/nginx", "-c", MAIN]);
      if (started.status !== 0) throw new CertbotError(`nginx restart failed:\n${started.out}${started.error}`.trimEnd());
    }
    // Workers of the old configuration may still take a connection (--nginx-sleep-seconds).
    await this.self.sleep(1_000);
  }

  #write(): void {
    for (const { path, text } of this.#files) {
      const now = printConfiguration(text);
      if (now !== this.self.files.readText(path)) this.self.files.writeFile(path, now);
    }
  }

  /** Lets nginx answer challenges; resolves to what puts the configuration back. */
  async perform(
    challenges: readonly { readonly name: string; readonly token: string; readonly answer: string }[],
  ): Promise<() => Promise<void>> {
    for (const { name, token, answer } of challenges) {
      const found = best(this.#servers, name).filter(({ server }) => listensPlainly(server));
      const target =
        found[0] ??
        this.#servers.find(({ server }) => isDefaultServer(server) && listensPlainly(server)) ??
        this.#servers.find(({ server }) => listensPlainly(server));
      if (target === undefined)
        throw new CertbotError(
          `Unable to find a server block listening on port 80 which is needed for authenticating to the Certificate Authority using this plugin. Please add a virtual host for port 80.`,
        );
      answerChallenge(target.server, `/.well-known/acme-challenge/${token}`, answer);
    }
    this.#write();
    await this.reload();
    return async () => {
      for (const { path, before } of this.#files) this.self.files.writeFile(path, before);
      await this.reload();
      this.#load();
    };
  }

  /** Puts the certificate of `lineage` (a folder of live/) into the server of a name; the file it is in. */
  deploy(host: string, lineage: string): string {
    const named = best(this.#servers, host);
    let target = named.find(({ server }) => isSecureServer(server)) ?? named[0];
    if (target === undefined) {
      const [model, second] = this.#servers.filter(({ server }) => isDefaultServer(server));
      if (model === undefined || second !== undefined)
        throw new CertbotError(
          `Could not automatically find a matching server block for ${host}. Set the \`server_name\` directive to use the Nginx installer.`,
        );
      target = { file: model.file, server: serverFromDefault(model.file.text, model.server, host) };
    }
    const listens = this.#servers.flatMap(({ server }) =>
      server.body.flatMap((node) => (node.kind === "directive" && node.words[0] === "listen" ? [node.words] : [])),
    );
    const deployment = {
      fullchain: `${lineage}/fullchain.pem`,
      key: `${lineage}/privkey.pem`,
      options: `${this.configuration}/options-ssl-nginx.conf`,
      dhparams: `${this.configuration}/ssl-dhparams.pem`,
    };
    deploy(target.server, deployment, !listens.some((words) => words.includes("[::]:443") && words.includes("ipv6only=on")));
    return target.file.path;
  }

  redirect(host: string): void {
    for (const { file, server } of best(
      this.#servers.filter(({ server }) => listensPlainly(server)),
      host,
    ))
      redirect(file.text, server, host);
  }

  hsts(host: string): void {
    const [target] = best(
      this.#servers.filter(({ server }) => isSecureServer(server)),
      host,
    );
    if (target !== undefined) addHeader(target.server);
  }

  /** Writes what was changed and reloads; where nginx does not take it, all is as before, and it throws. */
  async commit(): Promise<void> {
    this.#write();
    const wrong = await this.#test();
    if (wrong !== undefined) {
      for (const { path, before } of this.#files) this.self.files.writeFile(path, before);
      throw new CertbotError(`Error while running nginx -c ${MAIN} -t.\n\n${wrong}`.trimEnd());
    }
    await this.reload();
    this.#load();
  }
}
