/** certbot run, certonly and install: a certificate for names, and what serves it. */
import { certificatesOf } from "../tls/certificate.ts";
import type { AcmeClient } from "./acme.ts";
import { chooseAuthenticator, decide, namesFor } from "./choices.ts";
import { deployHook, postHook, preHook } from "./hooks.ts";
import { type Lineage, leafOf, livePath, namesOf, saveVersion } from "./lineage.ts";
import { lineageGiven } from "./manage.ts";
import type { NginxPlugin } from "./nginx-plugin.ts";
import { checkNames, clientFor, obtain, summarize } from "./obtain.ts";
import { authenticatorFor, prepareNginx } from "./plugins.ts";
import { dateOf } from "./renewal-time.ts";
import type { Settings } from "./settings.ts";
import { CertbotError, type Voice } from "./voice.ts";

function renewalSettings(voice: Voice, client: AcmeClient, folders: ReadonlyMap<string, string>): Map<string, string> {
  const { settings } = voice;
  const account = client.account?.slice(client.account.lastIndexOf("/") + 1) ?? "";
  const found = new Map<string, string>([["account", account]]);
  for (const name of ["pre_hook", "post_hook", "renew_hook", "manual_auth_hook", "manual_cleanup_hook", "rsa_key_size"]) {
    const value = settings.get(name);
    if (value !== undefined) found.set(name, value);
  }
  const challenges = settings.get("preferred-challenges");
  if (challenges !== undefined) found.set("pref_challs", challenges);
  found.set("authenticator", settings.authenticator ?? "");
  if (settings.installer !== undefined) found.set("installer", settings.installer);
  found.set("server", settings.server);
  found.set("key_type", settings.get("key_type") ?? "ecdsa");
  const root = settings.get("webroot-path");
  if (root !== undefined) found.set("webroot_path", `${root},`);
  else if (folders.size > 0) found.set("webroot_path", `${[...folders.values()].at(-1)},`);
  return found;
}

/** run and certonly. */
export async function getCertificate(voice: Voice): Promise<number> {
  const { self, settings } = voice;
  await chooseAuthenticator(voice);
  const installs = settings.verb === "run";
  if (installs && settings.installer === undefined)
    throw new CertbotError(
      `${settings.authenticator ?? "The"} plugin obtains certificates and does not install them. Use "certbot certonly", or --nginx to install too.`,
    );
  const usesNginx = settings.authenticator === "nginx" || (installs && settings.installer === "nginx");
  const plugin = usesNginx ? await prepareNginx(voice) : undefined;
  const names = await namesFor(voice, plugin);
  checkNames(names);
  const client = await clientFor(voice);
  const { name, lineage, action } = await decide(voice, names);
  const place = { name, configuration: settings.configuration };
  if (action === "keep") {
    await voice.framed("Certificate not yet due for renewal; no action taken.");
    if (!installs) return 0;
  } else {
    const what = settings.has("dry-run")
      ? lineage === undefined
        ? "Simulating a certificate request"
        : "Simulating renewal of an existing certificate"
      : lineage === undefined
        ? "Requesting a certificate"
        : "Renewing an existing certificate";
    await preHook(voice);
    try {
      await voice.notify(`${what} for ${summarize(names)}`);
      const authenticator = await authenticatorFor(voice, plugin, settings.webroots);
      const obtained = await obtain(voice, client, names, authenticator);
      if (settings.has("dry-run")) {
        await voice.notify("The dry run was successful.");
        return 0;
      }
      const folders = settings.authenticator === "webroot" ? settings.webroots : new Map<string, string>();
      saveVersion(self.files, { ...place, settings: renewalSettings(voice, client, folders), webroots: folders }, obtained);
      await reportNew(voice, place, obtained.chainPem, installs);
      if (lineage !== undefined || settings.get("renew_hook") !== undefined)
        await deployHook(voice, place, names, settings.get("renew_hook"), lineage !== undefined);
    } finally {
      await postHook(voice);
    }
  }
  if (!installs || plugin === undefined) {
    await nextSteps(voice);
    return 0;
  }
  await install(voice, plugin, names, `${settings.configuration}/live/${name}`);
  return 0;
}

async function reportNew(voice: Voice, place: Pick<Lineage, "name" | "configuration">, chainPem: string, installs: boolean): Promise<void> {
  const [leaf] = certificatesOf(chainPem);
  const scheduled = isByHand(voice.settings)
    ? ""
    : "\nCertbot has set up a scheduled task to automatically renew this certificate in the background.";
  await voice.notify(
    `\nSuccessfully received certificate.\nCertificate is saved at: ${livePath(place, "fullchain")}\nKey is saved at:         ${livePath(place, "privkey")}\nThis certificate expires on ${dateOf(leaf?.notAfterMs ?? 0)}.\nThese files will be updated when the certificate renews.${scheduled}${installs ? "\n" : ""}`,
  );
}

const isByHand = (settings: Settings) => settings.authenticator === "manual" && settings.get("manual_auth_hook") === undefined;

async function nextSteps(voice: Voice): Promise<void> {
  if (!isByHand(voice.settings)) return;
  await voice.notify(
    "NEXT STEPS:\n- This certificate will not be renewed automatically. Autorenewal of --manual certificates requires the use of an authentication hook script (--manual-auth-hook) but one was not provided. To renew this certificate, repeat this same certbot command before the certificate's expiry date.",
  );
}

async function install(voice: Voice, plugin: NginxPlugin, names: readonly string[], live: string): Promise<void> {
  await voice.notify("Deploying certificate");
  const retry = `\nNEXT STEPS:\n- The certificate was saved, but could not be installed (installer: nginx). After fixing the error shown below, try installing it again by running:\n  certbot install --cert-name ${live.slice(live.lastIndexOf("/") + 1)}\n`;
  try {
    for (const name of names) await voice.notify(`Successfully deployed certificate for ${name} to ${plugin.deploy(name, live)}`);
    if (!voice.settings.has("no-redirect")) for (const name of names) plugin.redirect(name);
    if (voice.settings.has("hsts")) for (const name of names) plugin.hsts(name);
    await plugin.commit();
  } catch (error) {
    if (!(error instanceof CertbotError)) throw error;
    await voice.notify(`Could not install certificate\n${retry}`);
    throw error;
  }
  const shown = names.map((name) => `https://${name}`);
  const last = shown.pop() ?? "";
  const list = shown.length === 0 ? last : shown.length === 1 ? `${shown[0]} and ${last}` : `${shown.join(", ")}, and ${last}`;
  await voice.notify(`Congratulations! You have successfully enabled HTTPS on ${list}`);
}

export async function installCommand(voice: Voice): Promise<number> {
  const { self, settings } = voice;
  const lineage = lineageGiven(voice);
  const leaf = leafOf(self.files, lineage);
  settings.flags.add("nginx");
  await install(
    voice,
    await prepareNginx(voice),
    settings.domains.length > 0 ? settings.domains : leaf === undefined ? [] : namesOf(leaf),
    `${settings.configuration}/live/${lineage.name}`,
  );
  return 0;
}
