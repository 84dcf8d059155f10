/** What certbot finds out, or asks, before it begins: by which way, for which names, and whether a certificate is there already. */
import { type Lineage, leafOf, lineageNames, loadLineage, namesOf } from "./lineage.ts";
import type { NginxPlugin } from "./nginx-plugin.ts";
import { choose } from "./obtain.ts";
import { RENEW_BEFORE_MS } from "./renewal-time.ts";
import { CertbotError, FRAME, type Voice } from "./voice.ts";

/** Asks for the authenticator where none was named. */
export async function chooseAuthenticator(voice: Voice): Promise<void> {
  const { settings } = voice;
  if (settings.authenticator !== undefined) return;
  const options = [
    { name: "nginx", text: "Nginx Web Server plugin (nginx)" },
    { name: "standalone", text: "Spin up a temporary webserver (standalone)" },
    { name: "webroot", text: "Place files in webroot directory (webroot)" },
  ];
  const chosen =
    options[
      await choose(
        voice,
        "How would you like to authenticate with the ACME CA?",
        options.map(({ text }) => text),
        "--authenticator",
      )
    ];
  settings.values.set("authenticator", chosen?.name ?? "standalone");
  if (chosen?.name === "webroot") {
    const root = await voice.ask("Input the webroot for your domains: (Enter 'c' to cancel): ", "--webroot-path");
    for (const name of settings.domains) settings.webroots.set(name, root);
    settings.values.set("webroot-path", root);
  }
}

export async function namesFor(voice: Voice, plugin: NginxPlugin | undefined): Promise<string[]> {
  const { settings } = voice;
  if (settings.domains.length > 0) return settings.domains;
  const found = plugin?.names() ?? [];
  if (found.length === 0) {
    const answer = await voice.ask(
      "Please enter the domain name(s) you would like on your certificate (comma and/or\nspace separated) (Enter 'c' to cancel): ",
      "--domains",
    );
    if (answer === "c" || answer === "")
      throw new CertbotError(
        "Please specify --domains, or --installer that will help in domain names autodiscovery, or --cert-name for an existing certificate name.",
      );
    return answer.split(/[\s,]+/);
  }
  await voice.self.print(
    `\nWhich names would you like to activate HTTPS for?\nWe recommend selecting either all domains, or all domains in a VirtualHost/server block.\n${FRAME}\n${found.map((each, index) => `${index + 1}: ${each}`).join("\n")}\n${FRAME}\n`,
  );
  const answer = await voice.ask(
    "Select the appropriate numbers separated by commas and/or spaces, or leave input\nblank to select all options shown (Enter 'c' to cancel): ",
    "--domains",
  );
  if (answer === "c") throw new CertbotError("Operation canceled. You must re-run the client.");
  if (answer === "") return found;
  return answer.split(/[\s,]+/).flatMap((number) => found[Number(number) - 1] ?? []);
}

/** What is to be done: a new certificate, another version of one, or the same again. */
export async function decide(
  voice: Voice,
  names: readonly string[],
): Promise<{ name: string; lineage?: Lineage; action: "new" | "renew" | "keep" }> {
  const { self, settings } = voice;
  const { configuration } = settings;
  const all = lineageNames(self.files, configuration).flatMap((each) => loadLineage(self.files, configuration, each) ?? []);
  const given = settings.get("cert-name");
  const namesIn = (lineage: Lineage) => {
    const leaf = leafOf(self.files, lineage);
    return leaf === undefined ? [] : namesOf(leaf);
  };
  const same = all.find((each) => [...namesIn(each)].sort().join() === [...names].sort().join());
  const lineage = given === undefined ? same : all.find((each) => each.name === given);
  if (lineage !== undefined && (given !== undefined || same !== undefined)) {
    if (lineage !== same) return { name: lineage.name, lineage, action: "renew" };
    const leaf = leafOf(self.files, lineage);
    const due = leaf === undefined || leaf.notAfterMs - self.machine.kernel.clock.now() < RENEW_BEFORE_MS;
    if (settings.has("force") || due || settings.has("dry-run")) return { name: lineage.name, lineage, action: "renew" };
    if (settings.has("keep") || !voice.canAsk) return { name: lineage.name, lineage, action: "keep" };
    const question = `You have an existing certificate that has exactly the same domains or certificate name you requested and isn't close to expiry.\n(ref: ${configuration}/renewal/${lineage.name}.conf)\n\nWhat would you like to do?`;
    const options = [
      settings.verb === "run" ? "Attempt to reinstall this existing certificate" : "Keep the existing certificate for now",
      "Renew & replace the certificate (may be subject to CA rate limits)",
    ];
    return {
      name: lineage.name,
      lineage,
      action: (await choose(voice, question, options, "--keep-until-expiring or --force-renewal")) === 0 ? "keep" : "renew",
    };
  }
  const smaller = all.find((each) => namesIn(each).every((name) => names.includes(name)));
  if (given === undefined && smaller !== undefined) {
    const question = `You have an existing certificate that contains a portion of the domains you requested (ref: ${configuration}/renewal/${smaller.name}.conf)\n\nIt contains these names: ${namesIn(smaller).join(", ")}\n\nYou requested these names for the new certificate: ${names.join(", ")}.\n\nDo you want to expand and replace this existing certificate with the new certificate?`;
    if (settings.has("expand") || (await voice.yesNo(question, "--expand")))
      return { name: smaller.name, lineage: smaller, action: "renew" };
    throw new CertbotError(
      "To obtain a new certificate that contains these names without replacing your existing certificate, use --cert-name with another name.",
    );
  }
  const base = given ?? (names[0] ?? "").replace(/^\*\./, "");
  const taken = (name: string) =>
    self.files.exists(`${configuration}/renewal/${name}.conf`) || self.files.exists(`${configuration}/live/${name}`);
  let name = base;
  for (let count = 1; taken(name); count++) name = `${base}-${String(count).padStart(4, "0")}`;
  return { name, action: "new" };
}
