/** certbot's command line (certbot(1)), and what a renewal configuration says in its place. */

export const DEFAULT_SERVER = "https://acme.test/directory";
export const STAGING_SERVER = "https://acme-staging.test/directory";

export type Verb =
  | "run"
  | "certonly"
  | "renew"
  | "certificates"
  | "delete"
  | "revoke"
  | "register"
  | "unregister"
  | "install"
  | "plugins"
  | "show_account"
  | "update_account"
  | "enhance"
  | "rollback"
  | "reconfigure";
const VERBS: readonly Verb[] = [
  "run",
  "certonly",
  "renew",
  "certificates",
  "delete",
  "revoke",
  "register",
  "unregister",
  "install",
  "plugins",
  "show_account",
  "update_account",
  "enhance",
  "rollback",
  "reconfigure",
];

const FLAGS: Readonly<Record<string, string>> = {
  "-n": "non-interactive",
  "--non-interactive": "non-interactive",
  "--noninteractive": "non-interactive",
  "--agree-tos": "agree-tos",
  "--redirect": "redirect",
  "--no-redirect": "no-redirect",
  "--hsts": "hsts",
  "--no-hsts": "no-hsts",
  "--test-cert": "staging",
  "--staging": "staging",
  "--dry-run": "dry-run",
  "--force-renewal": "force",
  "--renew-by-default": "force",
  "--keep-until-expiring": "keep",
  "--keep": "keep",
  "--reinstall": "keep",
  "--expand": "expand",
  "--webroot": "webroot",
  "--standalone": "standalone",
  "--manual": "manual",
  "--nginx": "nginx",
  "-q": "quiet",
  "--quiet": "quiet",
  "-v": "verbose",
  "--verbose": "verbose",
  "--register-unsafely-without-email": "without-email",
  "--no-eff-email": "no-eff-email",
  "--eff-email": "eff-email",
  "--delete-after-revoke": "delete-after-revoke",
  "--no-delete-after-revoke": "no-delete-after-revoke",
  "--no-random-sleep-on-renew": "no-random-sleep",
  "--break-my-certs": "break-my-certs",
  "--reuse-key": "reuse-key",
  "--version": "version",
  "-h": "help",
  "--help": "help",
};

const VALUED: Readonly<Record<string, string>> = {
  "-d": "domains",
  "--domain": "domains",
  "--domains": "domains",
  "-m": "email",
  "--email": "email",
  "-w": "webroot-path",
  "--webroot-path": "webroot-path",
  "--cert-name": "cert-name",
  "--cert-path": "cert-path",
  "--server": "server",
  "--deploy-hook": "renew_hook",
  "--renew-hook": "renew_hook",
  "--pre-hook": "pre_hook",
  "--post-hook": "post_hook",
  "--manual-auth-hook": "manual_auth_hook",
  "--manual-cleanup-hook": "manual_cleanup_hook",
  "--preferred-challenges": "preferred-challenges",
  "--key-type": "key_type",
  "--rsa-key-size": "rsa_key_size",
  "--elliptic-curve": "elliptic_curve",
  "--config-dir": "config-dir",
  "--work-dir": "work-dir",
  "--logs-dir": "logs-dir",
  "--reason": "reason",
  "-a": "authenticator",
  "--authenticator": "authenticator",
  "-i": "installer",
  "--installer": "installer",
};

/** Said with argparse's usage, status 2. */
export class UsageMistake extends Error {}

export class Settings {
  verb: Verb = "run";
  readonly flags = new Set<string>();
  readonly values = new Map<string, string>();
  domains: string[] = [];
  /** Folders of --webroot by name: each -w is for the -d that follow it. */
  readonly webroots = new Map<string, string>();

  static parse(words: readonly string[]): Settings {
    const settings = new Settings();
    let root: string | undefined;
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? "";
      const equals = word.startsWith("--") ? word.indexOf("=") : -1;
      const name = equals < 0 ? word : word.slice(0, equals);
      const flag = FLAGS[name];
      const valued = VALUED[name];
      const verb = VERBS.find((each) => each === word);
      if (flag !== undefined) settings.flags.add(flag);
      else if (valued !== undefined) {
        const value = equals < 0 ? words[++at] : word.slice(equals + 1);
        if (value === undefined) throw new UsageMistake(`argument ${name}: expected one argument`);
        if (valued === "domains") {
          for (const each of value.split(",").map((part) => part.trim().toLowerCase())) {
            if (!settings.domains.includes(each)) settings.domains.push(each);
            if (root !== undefined) settings.webroots.set(each, root);
          }
        } else {
          if (valued === "webroot-path") root = value.replace(/\/$/, "");
          settings.values.set(valued, value);
        }
      } else if (verb !== undefined && !settings.values.has("verb")) {
        settings.verb = verb;
        settings.values.set("verb", verb);
      } else throw new UsageMistake(`unrecognized arguments: ${word}`);
    }
    if (root !== undefined) for (const each of settings.domains) if (!settings.webroots.has(each)) settings.webroots.set(each, root);
    return settings;
  }

  /** The same call with further values below its own: those of a certificate's renewal. */
  below(values: Iterable<readonly [string, string]>): Settings {
    const derived = new Settings();
    derived.verb = this.verb;
    derived.domains = this.domains;
    for (const flag of this.flags) derived.flags.add(flag);
    for (const [name, root] of this.webroots) derived.webroots.set(name, root);
    for (const [name, value] of [...values, ...this.values]) derived.values.set(name, value);
    return derived;
  }

  has(flag: string): boolean {
    return this.flags.has(flag);
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  get configuration(): string {
    return this.get("config-dir") ?? "/etc/letsencrypt";
  }

  get log(): string {
    return `${this.get("logs-dir") ?? "/var/log/letsencrypt"}/letsencrypt.log`;
  }

  get staging(): boolean {
    return this.has("staging") || this.has("dry-run");
  }

  get server(): string {
    return this.get("server") ?? (this.staging ? STAGING_SERVER : DEFAULT_SERVER);
  }

  get authenticator(): string | undefined {
    return this.get("authenticator") ?? ["nginx", "webroot", "standalone", "manual"].find((each) => this.has(each));
  }

  get installer(): string | undefined {
    return this.get("installer") ?? (this.has("nginx") ? "nginx" : undefined);
  }
}
