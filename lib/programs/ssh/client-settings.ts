/** What ssh is told: its command line first, then ~/.ssh/config and /etc/ssh/ssh_config (ssh_config(5)); the first value found counts. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { matchesList } from "./host-pattern.ts";
import { configLines, includedFiles } from "./settings.ts";

export interface ClientSettings {
  readonly hostName: string;
  readonly user: string;
  readonly port: number;
  readonly identityFiles: readonly string[];
  /** Whether the files were asked for, and are not only the usual ones. */
  readonly identitiesGiven: boolean;
  readonly strictHostKeyChecking: "yes" | "no" | "ask" | "accept-new";
  readonly knownHostsFile: string;
  readonly hashKnownHosts: boolean;
  readonly batchMode: boolean;
  readonly connectTimeout: number | undefined;
  readonly pubkeyAuthentication: boolean;
  readonly passwordAuthentication: boolean;
  readonly passwordPrompts: number;
  readonly requestTty: "yes" | "no" | "force" | "auto";
  readonly quiet: boolean;
  readonly localForwards: readonly string[];
  readonly remoteCommand: string | undefined;
}

export interface GivenOption {
  /** In lower case. */
  readonly key: string;
  readonly value: string;
}

const USUAL_IDENTITIES = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa"];

/** Keywords that are read and change nothing here. */
const ACCEPTED = new Set(
  "addkeystoagent addressfamily ciphers compression controlmaster controlpath controlpersist escapechar forwardagent forwardx11 forwardx11trusted gssapiauthentication gssapidelegatecredentials hostkeyalgorithms identitiesonly identityagent ipqos kbdinteractiveauthentication kexalgorithms loglevel macs nohostauthenticationforlocalhost permitlocalcommand preferredauthentications pubkeyacceptedalgorithms pubkeyacceptedkeytypes rekeylimit sendenv serveralivecountmax serveraliveinterval setenv tcpkeepalive updatehostkeys usekeychain verifyhostkeydns visualhostkey checkhostip exitonforwardfailure globalknownhostsfile ignoreunknown challengeresponseauthentication hostbasedauthentication protocol".split(
    " ",
  ),
);
const KNOWN = new Set(
  "hostname user port identityfile stricthostkeychecking userknownhostsfile hashknownhosts batchmode connecttimeout pubkeyauthentication passwordauthentication numberofpasswordprompts requesttty localforward remotecommand".split(
    " ",
  ),
);
const UNMODELED = new Set(
  "proxyjump proxycommand match dynamicforward remoteforward certificatefile canonicalizehostname tunnel".split(" "),
);

export class ClientOptions {
  readonly #found = new Map<string, string[]>();

  constructor(
    private readonly self: Process,
    private readonly home: string,
  ) {}

  /** `-o key=value` and the letters. Throws Failure. */
  give(option: GivenOption, where = "command-line: line 0"): void {
    const { key, value } = option;
    if (UNMODELED.has(key)) throw new Failure(`${where}: ${key} is real, but this machine does not model it; see /reference/machine`, 255);
    if (!KNOWN.has(key)) {
      if (ACCEPTED.has(key)) return;
      const file = where.replace(/: line \d+$/, "");
      throw new Failure(`${where}: Bad configuration option: ${key}\r\n${file}: terminating, 1 bad configuration options`, 255);
    }
    const before = this.#found.get(key);
    if (before === undefined) this.#found.set(key, [value]);
    else if (key === "identityfile" || key === "localforward") before.push(value);
  }

  /** Reads the user's file, then the system's. `user` of `-F` replaces both. Throws Failure. */
  readFiles(host: string, given: string | undefined): void {
    const { files } = this.self;
    if (given !== undefined) {
      if (given === "none") return;
      if (!files.exists(given)) throw new Failure(`Can't open user config file ${given}: No such file or directory`, 255);
      this.#readFile(given, host, 0);
      return;
    }
    const own = `${this.home}/.ssh/config`;
    if (files.exists(own)) {
      const { mode, uid } = files.stat(own);
      if ((mode & 0o022) !== 0 || (uid !== 0 && uid !== this.self.credentials.uid))
        throw new Failure(`Bad owner or permissions on ${own}`, 255);
      this.#readFile(own, host, 0);
    }
    if (files.exists("/etc/ssh/ssh_config")) this.#readFile("/etc/ssh/ssh_config", host, 0);
  }

  #readFile(path: string, host: string, depth: number): void {
    const { files } = this.self;
    if (depth > 15 || !files.access(path, 4)) return;
    let applies = true;
    for (const { key, values, number } of configLines(files.readText(path))) {
      const where = `${path}: line ${number}`;
      if (key === "host") applies = matchesList(values, host);
      else if (!applies) continue;
      else if (key === "include") {
        const base = path.startsWith("/etc/") ? "/etc/ssh" : `${this.home}/.ssh`;
        for (const pattern of values)
          for (const other of includedFiles(files, base, expandHome(pattern, this.home))) this.#readFile(other, host, depth + 1);
      } else if (values.length === 0) throw new Failure(`${where}: no argument after keyword "${key}"`, 255);
      else this.give({ key, value: values.join(" ") }, where);
    }
  }

  /** Everything together, for a host as it was typed. Throws Failure. */
  settle(host: string, userName: string): ClientSettings {
    const get = (key: string) => this.#found.get(key)?.[0];
    const flag = (key: string, otherwise: boolean) => (get(key) === undefined ? otherwise : /^(yes|true)$/i.test(get(key) ?? ""));
    const strict = get("stricthostkeychecking")?.toLowerCase();
    const tty = get("requesttty")?.toLowerCase();
    const identities = this.#found.get("identityfile");
    const user = get("user") ?? userName;
    const expand = (text: string) => expandHome(text, this.home).replaceAll("%h", host).replaceAll("%r", user).replaceAll("%d", this.home);
    return {
      hostName: (get("hostname") ?? host).replaceAll("%h", host),
      user,
      port: portOf(get("port") ?? "22"),
      identityFiles: (identities ?? USUAL_IDENTITIES.map((name) => `~/.ssh/${name}`)).map(expand),
      identitiesGiven: identities !== undefined,
      strictHostKeyChecking: strict === "yes" || strict === "accept-new" ? strict : strict === "no" || strict === "off" ? "no" : "ask",
      knownHostsFile: expand(get("userknownhostsfile")?.split(" ")[0] ?? "~/.ssh/known_hosts"),
      hashKnownHosts: flag("hashknownhosts", false),
      batchMode: flag("batchmode", false),
      connectTimeout: get("connecttimeout") === undefined ? undefined : Number(get("connecttimeout")),
      pubkeyAuthentication: flag("pubkeyauthentication", true),
      passwordAuthentication: flag("passwordauthentication", true),
      passwordPrompts: Number(get("numberofpasswordprompts") ?? 3),
      requestTty: tty === "yes" || tty === "no" || tty === "force" ? tty : "auto",
      quiet: false,
      localForwards: this.#found.get("localforward") ?? [],
      remoteCommand: get("remotecommand"),
    };
  }
}

export function expandHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") ? home + path.slice(1) : path;
}

/** Throws Failure. */
export function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) throw new Failure(`Bad port '${text}'`, 255);
  return port;
}
