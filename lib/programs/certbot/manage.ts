/** certbot certificates, delete and revoke. */
import { hex } from "../tls/der.ts";
import { privateKeyOf } from "../tls/keys.ts";
import { readPem } from "../tls/pem.ts";
import { deleteLineage, type Lineage, leafOf, lineageNames, livePath, loadLineage, namesOf, saveSettings } from "./lineage.ts";
import { clientFor } from "./obtain.ts";
import { ownVoice } from "./renew.ts";
import { STAGING_SERVER } from "./settings.ts";
import { CertbotError, type Voice } from "./voice.ts";

const DAY_MS = 86_400_000;

export function lineageGiven({ self, settings }: Voice): Lineage {
  const all = lineageNames(self.files, settings.configuration);
  const path = settings.get("cert-path");
  const name =
    settings.get("cert-name") ??
    (path === undefined ? undefined : /\/live\/([^/]+)\//.exec(path)?.[1]) ??
    (all.length === 1 ? all[0] : undefined);
  if (name === undefined)
    throw new CertbotError(all.length === 0 ? "No existing certificates found." : "Please specify the certificate with --cert-name.");
  const lineage = loadLineage(self.files, settings.configuration, name);
  if (lineage === undefined)
    throw new CertbotError(`No certificate found with name ${name} (expected ${settings.configuration}/renewal/${name}.conf).`);
  return lineage;
}

export async function showCertificates(voice: Voice): Promise<number> {
  const { self, settings } = voice;
  const wanted = settings.get("cert-name");
  const nowMs = self.machine.kernel.clock.now();
  const blocks: string[] = [];
  const broken: string[] = [];
  for (const name of lineageNames(self.files, settings.configuration).filter((each) => wanted === undefined || each === wanted)) {
    const lineage = loadLineage(self.files, settings.configuration, name);
    const leaf = lineage && leafOf(self.files, lineage);
    if (lineage === undefined || leaf === undefined) {
      broken.push(`${settings.configuration}/renewal/${name}.conf`);
      continue;
    }
    const leftMs = leaf.notAfterMs - nowMs;
    const days = Math.floor(leftMs / DAY_MS);
    const problems = [...(lineage.settings.get("server") === STAGING_SERVER ? ["TEST_CERT"] : []), ...(leftMs <= 0 ? ["EXPIRED"] : [])];
    const status =
      problems.length > 0
        ? `INVALID: ${problems.join(", ")}`
        : days === 1
          ? "VALID: 1 day"
          : days < 1
            ? `VALID: ${Math.floor(leftMs / 3_600_000)} hour(s)`
            : `VALID: ${days} days`;
    const key = privateKeyOf(self.files.readText(livePath(lineage, "privkey")));
    const expiry = new Date(leaf.notAfterMs)
      .toISOString()
      .replace("T", " ")
      .replace(/\.\d+Z/, "+00:00");
    blocks.push(
      `  Certificate Name: ${name}\n    Serial Number: ${hex(leaf.serial).replace(/^0/, "")}\n    Key Type: ${key?.publicKey.type.kind === "rsa" ? "RSA" : "ECDSA"}\n    Domains: ${namesOf(leaf).join(" ")}\n    Expiry Date: ${expiry} (${status})\n    Certificate Path: ${livePath(lineage, "fullchain")}\n    Private Key Path: ${livePath(lineage, "privkey")}`,
    );
  }
  const matching = wanted === undefined ? "" : "matching ";
  const parts = [
    ...(blocks.length > 0 ? [`Found the following ${matching}certs:\n${blocks.join("\n")}`] : []),
    ...(broken.length > 0 ? [`\nThe following renewal configurations were invalid:\n  ${broken.join("\n  ")}`] : []),
  ];
  await voice.framed(parts.length === 0 ? "No certificates found." : parts.join("\n"));
  return 0;
}

export async function deleteCertificate(voice: Voice): Promise<number> {
  const lineage = lineageGiven(voice);
  const question = `The following certificate(s) are selected for deletion:\n\n  * ${lineage.name}\n\nWARNING: Before continuing, ensure that the listed certificates are not being used by any installed server software (e.g. Apache, nginx, mail servers). Deleting a certificate that is still being used will cause the server software to stop working. See https://certbot.org/deleting-certs for information on deleting certificates safely.\n\nAre you sure you want to delete the above certificate(s)?`;
  if (voice.canAsk && !(await voice.yesNo(question, "--non-interactive"))) {
    await voice.notify("Deletion of certificate(s) canceled.");
    return 0;
  }
  deleteLineage(voice.self.files, voice.settings.configuration, lineage.name);
  await voice.notify(`Deleted all files relating to certificate ${lineage.name}.`);
  return 0;
}

const REASONS = ["unspecified", "keycompromise", "cacompromise", "affiliationchanged", "superseded", "cessationofoperation"];

export async function revokeCertificate(voice: Voice): Promise<number> {
  const { self, settings } = voice;
  const lineage = lineageGiven(voice);
  const client = await clientFor(ownVoice(voice, lineage));
  const [block] = readPem(self.files.readText(livePath(lineage, "cert")));
  await client.revoke(block?.bytes ?? new Uint8Array(0), Math.max(0, REASONS.indexOf(settings.get("reason") ?? "unspecified")));
  const deletes =
    settings.has("delete-after-revoke") ||
    (!settings.has("no-delete-after-revoke") &&
      (!voice.canAsk ||
        (await voice.yesNo(
          "Would you like to delete the certificate(s) you just revoked, along with all earlier and later versions of the certificate?",
          "--delete-after-revoke",
        ))));
  if (deletes) {
    deleteLineage(self.files, settings.configuration, lineage.name);
    await voice.notify(`Deleted all files relating to certificate ${lineage.name}.`);
  } else saveSettings(self.files, lineage);
  await voice.notify(`Congratulations! You have successfully revoked the certificate that was located at ${livePath(lineage, "cert")}.`);
  return 0;
}
