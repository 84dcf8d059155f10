/** certbot's start and end: folders, log, verbs, and how it says that something went wrong. */
import { KernelError } from "../../kernel/errno.ts";
import type { Process } from "../../kernel/types.ts";
import { UnusableKey } from "../tls/keys.ts";
import { AcmeError } from "./acme.ts";
import { getCertificate, installCommand } from "./get.ts";
import { deleteCertificate, revokeCertificate, showCertificates } from "./manage.ts";
import { clientFor, describeAcme } from "./obtain.ts";
import { renewAll } from "./renew.ts";
import { Settings, UsageMistake } from "./settings.ts";
import { CertbotError, FRAME, Voice } from "./voice.ts";

const USAGE = `usage: \n  certbot [SUBCOMMAND] [options] [-d DOMAIN] [-d DOMAIN] ...\n\nCertbot can obtain and install HTTPS/TLS/SSL certificates.  By default,\nit will attempt to use a webserver both for obtaining and installing the\ncertificate. \n`;

const HELP = `${FRAME}

  certbot [SUBCOMMAND] [options] [-d DOMAIN] [-d DOMAIN] ...

Certbot can obtain and install HTTPS/TLS/SSL certificates.  By default,
it will attempt to use a webserver both for obtaining and installing the
certificate. The most common SUBCOMMANDS and flags are:

obtain, install, and renew certificates:
    (default) run   Obtain & install a certificate in your current webserver
    certonly        Obtain or renew a certificate, but do not install it
    renew           Renew all previously obtained certificates that are near
expiry
   -d DOMAINS       Comma-separated list of domains to obtain a certificate for

  --standalone      Run a standalone webserver for authentication
  --nginx           Use the Nginx plugin for authentication & installation
  --webroot         Place files in a server's webroot folder for authentication
  --manual          Obtain certificates interactively, or using shell script
hooks

   -n               Run non-interactively
  --test-cert       Obtain a test certificate from a staging server
  --dry-run         Test "renew" or "certonly" without saving any certificates
to disk

manage certificates:
    certificates    Display information about certificates you have from Certbot
    revoke          Revoke a certificate (supply --cert-name or --cert-path)
    delete          Delete a certificate (supply --cert-name)

  --agree-tos       Agree to the ACME server's Subscriber Agreement
   -m EMAIL         Email address for important account notifications
${FRAME}
`;

export async function certbot(self: Process, words: readonly string[]): Promise<number> {
  let settings: Settings;
  try {
    settings = Settings.parse(words);
  } catch (error) {
    if (!(error instanceof UsageMistake)) throw error;
    await self.error(`${USAGE}certbot: error: ${error.message}\n`);
    return 2;
  }
  if (settings.has("help")) {
    await self.print(HELP);
    return 0;
  }
  if (settings.has("version")) {
    await self.print("certbot 2.1.0\n");
    return 0;
  }
  const { configuration, log } = settings;
  const logs = log.slice(0, log.lastIndexOf("/"));
  try {
    for (const folder of [configuration, settings.get("work-dir") ?? "/var/lib/letsencrypt", logs])
      self.files.mkdir(folder, { recursive: true });
    for (const kind of ["pre", "deploy", "post"]) self.files.mkdir(`${configuration}/renewal-hooks/${kind}`, { recursive: true });
    self.files.writeFile(log, "", { append: true, mode: 0o600 });
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    await self.error(
      `The following error was encountered:\n[Errno ${error.errno}] ${error.text}: '${logs}/.certbot.lock'\nEither run as root, or set --config-dir, --work-dir, and --logs-dir to writeable paths.\n`,
    );
    return 1;
  }
  const voice = new Voice(self, settings);
  if (!settings.has("quiet")) await self.error(`Saving debug log to ${log}\n`);
  voice.log("DEBUG", `certbot version: 2.1.0, arguments: [${words.join(", ")}]`);
  try {
    return await run(voice);
  } catch (error) {
    const told = error instanceof AcmeError ? describeAcme(error) : error instanceof UnusableKey ? new CertbotError(error.message) : error;
    if (!(told instanceof CertbotError)) throw error;
    await voice.error(told.message);
    if (told.advice)
      await self.error(
        `Ask for help or search for solutions at https://community.letsencrypt.org. See the logfile ${log} or re-run Certbot with -v for more details.\n`,
      );
    return 1;
  }
}

async function run(voice: Voice): Promise<number> {
  const { settings } = voice;
  switch (settings.verb) {
    case "run":
    case "certonly":
      return getCertificate(voice);
    case "install":
      return installCommand(voice);
    case "renew":
      return renewAll(voice);
    case "certificates":
      return showCertificates(voice);
    case "delete":
      return deleteCertificate(voice);
    case "revoke":
      return revokeCertificate(voice);
    case "register":
      await clientFor(voice);
      return 0;
    default:
      throw new CertbotError(`certbot ${settings.verb} is real, but this machine does not model it; see /reference/machine`);
  }
}
