/** Certificates on the disk as certbot keeps them: live/ links to the newest in archive/, renewal/ tells how to renew (certbot's storage.py). */
import type { Files } from "../../kernel/types.ts";
import { type Certificate, certificatesOf } from "../tls/certificate.ts";
import { readPem, writePem } from "../tls/pem.ts";

export const KINDS = ["cert", "chain", "fullchain", "privkey"] as const;
export type Kind = (typeof KINDS)[number];

export interface Lineage {
  readonly name: string;
  readonly configuration: string;
  /** Settings of renewal/NAME.conf, the section [renewalparams]. */
  readonly settings: ReadonlyMap<string, string>;
  /** Of [[webroot_map]]: folders by name. */
  readonly webroots: ReadonlyMap<string, string>;
}

export const livePath = (lineage: Pick<Lineage, "name" | "configuration">, kind: Kind) =>
  `${lineage.configuration}/live/${lineage.name}/${kind}.pem`;
const renewalPath = (configuration: string, name: string) => `${configuration}/renewal/${name}.conf`;

export function lineageNames(files: Files, configuration: string): string[] {
  const folder = `${configuration}/renewal`;
  if (!files.exists(folder)) return [];
  return files
    .readdir(folder)
    .flatMap(({ name }) => (name.endsWith(".conf") ? [name.slice(0, -5)] : []))
    .sort();
}

/** Undefined where it is missing or its files are. */
export function loadLineage(files: Files, configuration: string, name: string): Lineage | undefined {
  const path = renewalPath(configuration, name);
  if (!files.exists(path)) return undefined;
  const settings = new Map<string, string>();
  const webroots = new Map<string, string>();
  let section = "";
  for (const line of files.readText(path).split("\n")) {
    const heading = /^\s*\[+(\w+)\]+\s*$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    const setting = /^\s*([^#=\s]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (setting) (section === "webroot_map" ? webroots : settings).set(setting[1] ?? "", setting[2] ?? "");
  }
  const lineage = { name, configuration, settings, webroots };
  return KINDS.every((kind) => files.exists(livePath(lineage, kind))) ? lineage : undefined;
}

export function leafOf(files: Files, lineage: Lineage): Certificate | undefined {
  return certificatesOf(files.readText(livePath(lineage, "cert")))[0];
}

export function namesOf(certificate: Certificate): string[] {
  return certificate.altNames.filter(({ kind }) => kind === "dns").map(({ value }) => value);
}

const README = `This directory contains your keys and certificates.

\`privkey.pem\`  : the private key for your certificate.
\`fullchain.pem\`: the certificate file used in most server software.
\`chain.pem\`    : used for OCSP stapling in Nginx >=1.3.7.
\`cert.pem\`     : will break many server configurations, and should not be used
                 without reading further documentation (see link below).

WARNING: DO NOT MOVE OR RENAME THESE FILES!
         Certbot expects these files to remain in this location in order
         to function properly!

We recommend not moving these files. For more information, see the Certbot
User Guide at https://certbot.eff.org/docs/using.html#where-are-my-certificates.
`;

export interface NewVersion {
  readonly chainPem: string;
  readonly keyPem: string;
}

/** Writes the next version of a certificate and lets the links show it; `settings` become its renewal settings. */
export function saveVersion(
  files: Files,
  lineage: Pick<Lineage, "name" | "configuration" | "settings" | "webroots">,
  { chainPem, keyPem }: NewVersion,
): void {
  const { name, configuration } = lineage;
  const archive = `${configuration}/archive/${name}`;
  const live = `${configuration}/live/${name}`;
  for (const folder of [`${configuration}/archive`, `${configuration}/live`]) files.mkdir(folder, { recursive: true, mode: 0o700 });
  for (const folder of [archive, live, `${configuration}/renewal`]) files.mkdir(folder, { recursive: true });
  const version = 1 + Math.max(0, ...files.readdir(archive).map((entry) => Number(/(\d+)\.pem$/.exec(entry.name)?.[1] ?? 0)));
  const [leaf, ...rest] = readPem(chainPem);
  const cert = writePem("CERTIFICATE", leaf?.bytes ?? new Uint8Array(0));
  const chain = rest.map(({ bytes }) => writePem("CERTIFICATE", bytes)).join("");
  const texts: Readonly<Record<Kind, string>> = { cert, chain, fullchain: cert + chain, privkey: keyPem };
  for (const kind of KINDS) {
    files.writeFile(`${archive}/${kind}${version}.pem`, texts[kind], { mode: kind === "privkey" ? 0o600 : 0o644 });
    if (files.readdir(live).some((entry) => entry.name === `${kind}.pem`)) files.unlink(`${live}/${kind}.pem`);
    files.symlink(`../../archive/${name}/${kind}${version}.pem`, `${live}/${kind}.pem`);
  }
  if (!files.exists(`${live}/README`)) files.writeFile(`${live}/README`, README);
  saveSettings(files, lineage);
}

export function saveSettings(
  files: Files,
  { name, configuration, settings, webroots }: Pick<Lineage, "name" | "configuration" | "settings" | "webroots">,
): void {
  const lines = [...settings]
    .filter(([key]) => !/^(version|archive_dir|cert|privkey|chain|fullchain)$/.test(key))
    .map(([key, value]) => `${key} = ${value}`);
  const map = webroots.size === 0 ? "" : `[[webroot_map]]\n${[...webroots].map(([host, path]) => `${host} = ${path}`).join("\n")}\n`;
  files.writeFile(
    renewalPath(configuration, name),
    `# renew_before_expiry = 30 days\nversion = 2.1.0\narchive_dir = ${configuration}/archive/${name}\n${["cert", "privkey", "chain", "fullchain"].map((kind) => `${kind} = ${configuration}/live/${name}/${kind}.pem`).join("\n")}\n\n# Options used in the renewal process\n[renewalparams]\n${lines.join("\n")}\n${map}`,
  );
}

export function deleteLineage(files: Files, configuration: string, name: string): void {
  files.removeTree(`${configuration}/live/${name}`);
  files.removeTree(`${configuration}/archive/${name}`);
  if (files.exists(renewalPath(configuration, name))) files.unlink(renewalPath(configuration, name));
}
