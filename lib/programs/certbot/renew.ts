/** certbot renew: every certificate that is due. */
import { deployHook, postHook, preHook } from "./hooks.ts";
import { type Lineage, leafOf, lineageNames, livePath, loadLineage, namesOf, saveVersion } from "./lineage.ts";
import { clientFor, obtain, summarize } from "./obtain.ts";
import { authenticatorFor, prepareNginx } from "./plugins.ts";
import { dateOf, RENEW_BEFORE_MS } from "./renewal-time.ts";
import { STAGING_SERVER } from "./settings.ts";
import { CertbotError, FRAME, Voice } from "./voice.ts";

/** renew: every certificate that is due. */
export async function renewAll(voice: Voice): Promise<number> {
  const { self, settings } = voice;
  const { configuration } = settings;
  if (settings.domains.length > 0)
    throw new CertbotError(
      "Currently, the renew verb is capable of either renewing all installed certificates that are due to be renewed or renewing a single certificate specified by its name. If you would like to renew specific certificates by their domains, use the certonly command instead.",
    );
  const wanted = settings.get("cert-name");
  const renewed: string[] = [];
  const failed: string[] = [];
  const skipped: string[] = [];
  const broken: string[] = [];
  let hooked = false;
  for (const name of lineageNames(self.files, configuration).filter((each) => wanted === undefined || each === wanted)) {
    const file = `${configuration}/renewal/${name}.conf`;
    await voice.framed(`Processing ${file}`);
    const lineage = loadLineage(self.files, configuration, name);
    const leaf = lineage && leafOf(self.files, lineage);
    if (lineage === undefined || leaf === undefined) {
      await voice.error(
        `Renewal configuration file ${file} (cert: ${name}) produced an unexpected error: expected ${configuration}/live/${name}/cert.pem to be a symlink. Skipping.`,
      );
      broken.push(file);
      continue;
    }
    const due = leaf.notAfterMs - self.machine.kernel.clock.now() < RENEW_BEFORE_MS;
    if (!due && !settings.has("force") && !settings.has("dry-run")) {
      await voice.notify("Certificate not yet due for renewal");
      skipped.push(`${livePath(lineage, "fullchain")} expires on ${dateOf(leaf.notAfterMs)}`);
      continue;
    }
    const own = ownVoice(voice, lineage);
    try {
      if (!hooked || lineage.settings.get("pre_hook") !== undefined) await preHook(own);
      hooked = true;
      await renewOne(own, lineage, namesOf(leaf));
      renewed.push(livePath(lineage, "fullchain"));
    } catch (error) {
      if (!(error instanceof Error) || self.ended.aborted) throw error;
      await voice.error(`Failed to renew certificate ${name} with error: ${error.message}`);
      failed.push(livePath(lineage, "fullchain"));
    }
    await postHook(own);
  }
  await summary(voice, { renewed, failed, skipped, broken });
  if (failed.length + broken.length === 0) return 0;
  throw new CertbotError(`${failed.length} renew failure(s), ${broken.length} parse failure(s)`);
}

/** A voice with the settings of a certificate's renewal below those of the call. */
export function ownVoice(voice: Voice, lineage: Lineage): Voice {
  const { settings } = voice;
  const values = new Map(lineage.settings);
  const challenges = values.get("pref_challs");
  if (challenges !== undefined) values.set("preferred-challenges", challenges);
  const own = settings.below(values);
  // A trial never goes to where it would count.
  if (settings.has("dry-run")) own.values.set("server", settings.get("server") ?? STAGING_SERVER);
  return new Voice(voice.self, own);
}

async function renewOne(voice: Voice, lineage: Lineage, names: readonly string[]): Promise<void> {
  const { self, settings } = voice;
  const client = await clientFor(voice);
  const plugin = settings.authenticator === "nginx" || settings.installer === "nginx" ? await prepareNginx(voice) : undefined;
  await voice.notify(
    `${settings.has("dry-run") ? "Simulating renewal of an existing certificate" : "Renewing an existing certificate"} for ${summarize(names)}`,
  );
  const folder = lineage.settings.get("webroot_path")?.replace(/,\s*$/, "");
  const folders = new Map([...names.flatMap((name) => (folder === undefined ? [] : [[name, folder] as const])), ...lineage.webroots]);
  const authenticator = await authenticatorFor(voice, plugin, folders);
  const oldKey = settings.has("reuse-key") ? self.files.readText(livePath(lineage, "privkey")) : undefined;
  const obtained = await obtain(voice, client, names, authenticator, oldKey);
  if (settings.has("dry-run")) return;
  const hook = settings.get("renew_hook");
  const updated = new Map(lineage.settings);
  if (hook !== undefined) updated.set("renew_hook", hook);
  saveVersion(self.files, { ...lineage, settings: updated }, obtained);
  await deployHook(voice, lineage, names, hook, true);
  if (plugin !== undefined && settings.installer === "nginx") {
    await voice.notify("Reloading nginx server after certificate renewal");
    await plugin.reload();
  }
}

interface Results {
  readonly renewed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  readonly broken: readonly string[];
}

/** renewal.py, _renew_describe_results. */
async function summary(voice: Voice, { renewed, failed, skipped, broken }: Results): Promise<void> {
  const noun = voice.settings.has("dry-run") ? "simulated renewal" : "renewal";
  const list = (all: readonly string[], how: string) => all.map((each) => `  ${each} (${how})`).join("\n");
  await voice.notify(`\n${FRAME}`);
  if (skipped.length > 0) await voice.notify(`The following certificates are not due for renewal yet:\n${list(skipped, "skipped")}`);
  if (renewed.length + failed.length === 0) {
    await voice.notify(`No ${noun}s were attempted.`);
    if (["pre_hook", "post_hook", "renew_hook"].some((name) => voice.settings.get(name) !== undefined))
      await voice.notify("No hooks were run.");
  } else if (failed.length === 0) await voice.notify(`Congratulations, all ${noun}s succeeded: \n${list(renewed, "success")}`);
  else if (renewed.length === 0)
    await voice.error(`All ${noun}s failed. The following certificates could not be renewed:\n${list(failed, "failure")}`);
  else {
    await voice.notify(`The following ${noun}s succeeded:\n${list(renewed, "success")}\n`);
    await voice.error(`The following ${noun}s failed:\n${list(failed, "failure")}`);
  }
  if (broken.length > 0)
    await voice.notify(`\nAdditionally, the following renewal configurations were invalid: \n${list(broken, "parsefail")}`);
  await voice.notify(FRAME);
}
