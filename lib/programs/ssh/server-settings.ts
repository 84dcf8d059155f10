/** /etc/ssh/sshd_config (sshd_config(5)). */
import type { Files } from "../../kernel/types.ts";
import { configLines, includedFiles } from "./settings.ts";

export const SSHD_CONFIG = "/etc/ssh/sshd_config";

export interface ServerSettings {
  readonly port: number;
  readonly listenAddress: string;
  readonly permitRootLogin: "yes" | "no" | "prohibit-password";
  readonly pubkeyAuthentication: boolean;
  readonly passwordAuthentication: boolean;
  readonly permitEmptyPasswords: boolean;
  readonly authorizedKeysFile: readonly string[];
  readonly strictModes: boolean;
  readonly maxAuthTries: number;
  readonly printMotd: boolean;
  readonly printLastLog: boolean;
  readonly allowUsers: readonly string[];
  readonly denyUsers: readonly string[];
  readonly allowTcpForwarding: boolean;
  readonly banner: string | undefined;
}

/** Keywords that are read and change nothing here. */
const ACCEPTED = new Set(
  "acceptenv addressfamily challengeresponseauthentication clientalivecountmax clientaliveinterval compression gatewayports hostkey hostkeyalgorithms ignorerhosts kbdinteractiveauthentication kexalgorithms ciphers macs logingracetime loglevel maxsessions maxstartups permittunnel permituserenvironment pidfile subsystem syslogfacility tcpkeepalive usedns usepam versionaddendum x11displayoffset x11forwarding x11uselocalhost gssapiauthentication gssapicleanupcredentials hostbasedauthentication ignoreuserknownhosts kerberosauthentication kerberosorlocalpasswd kerberosticketcleanup permittty chrootdirectory debianbanner allowagentforwarding requiredrsasize".split(
    " ",
  ),
);

/** A mistake in the file, as sshd says it. */
export class SettingsError extends Error {}

/** Reads the configuration. Throws SettingsError. */
export function readServerSettings(files: Files, path = SSHD_CONFIG): ServerSettings {
  const found = new Map<string, readonly string[]>();
  collect(files, path, found, 0);
  const word = (key: string) => found.get(key)?.[0];
  const flag = (key: string, otherwise: boolean) => (word(key) === undefined ? otherwise : word(key)?.toLowerCase() === "yes");
  const root = word("permitrootlogin")?.toLowerCase();
  return {
    port: Number(word("port") ?? 22),
    listenAddress: word("listenaddress") ?? "0.0.0.0",
    permitRootLogin: root === "yes" || root === "no" ? root : "prohibit-password",
    pubkeyAuthentication: flag("pubkeyauthentication", true),
    passwordAuthentication: flag("passwordauthentication", true),
    permitEmptyPasswords: flag("permitemptypasswords", false),
    authorizedKeysFile: found.get("authorizedkeysfile") ?? [".ssh/authorized_keys", ".ssh/authorized_keys2"],
    strictModes: flag("strictmodes", true),
    maxAuthTries: Number(word("maxauthtries") ?? 6),
    printMotd: flag("printmotd", true),
    printLastLog: flag("printlastlog", true),
    allowUsers: found.get("allowusers") ?? [],
    denyUsers: found.get("denyusers") ?? [],
    allowTcpForwarding: flag("allowtcpforwarding", true),
    banner: word("banner") === "none" ? undefined : word("banner"),
  };
}

const KNOWN = new Set(
  "port listenaddress permitrootlogin pubkeyauthentication passwordauthentication permitemptypasswords authorizedkeysfile strictmodes maxauthtries printmotd printlastlog allowusers denyusers allowtcpforwarding banner".split(
    " ",
  ),
);
const YES_OR_NO = new Set(
  "pubkeyauthentication passwordauthentication permitemptypasswords strictmodes printmotd printlastlog allowtcpforwarding".split(" "),
);

function collect(files: Files, path: string, found: Map<string, readonly string[]>, depth: number): void {
  if (!files.exists(path)) throw new SettingsError(`${path}: No such file or directory`);
  for (const { key, values, number } of configLines(files.readText(path))) {
    const where = `${path}: line ${number}`;
    if (key === "include") {
      if (depth > 15) throw new SettingsError(`${where}: Too many recursive configuration includes`);
      for (const pattern of values) for (const other of includedFiles(files, "/etc/ssh", pattern)) collect(files, other, found, depth + 1);
    } else if (key === "match") {
      throw new SettingsError(`${where}: Match is real, but this machine does not model it; see /reference/machine`);
    } else if (!KNOWN.has(key) && !ACCEPTED.has(key)) {
      throw new SettingsError(`${where}: Bad configuration option: ${key}\n${path}: terminating, 1 bad configuration options`);
    } else if (values.length === 0) {
      throw new SettingsError(`${where}: no argument after keyword "${key}"`);
    } else if (YES_OR_NO.has(key) && !/^(yes|no|local|remote|all)$/i.test(values[0] ?? "")) {
      throw new SettingsError(`${where}: bad yes/no argument: ${values[0]}`);
    } else if (key === "port" && !(Number(values[0]) > 0 && Number(values[0]) < 65536)) {
      throw new SettingsError(`${where}: Badly formatted port number.`);
    } else if (key === "allowusers" || key === "denyusers") {
      found.set(key, [...(found.get(key) ?? []), ...values]);
    } else if (!found.has(key)) found.set(key, values);
  }
}
