/** Which of certbot's plugins does the work. */
import { type Authenticator, manual, nginx, standalone, webroot } from "./authenticator.ts";
import { NginxPlugin } from "./nginx-plugin.ts";
import { CertbotError, type Voice } from "./voice.ts";

export async function prepareNginx(voice: Voice): Promise<NginxPlugin> {
  const plugin = new NginxPlugin(voice.self, voice.settings.configuration);
  await plugin.prepare();
  return plugin;
}

export async function authenticatorFor(
  voice: Voice,
  plugin: NginxPlugin | undefined,
  webroots: ReadonlyMap<string, string>,
): Promise<Authenticator> {
  const { settings } = voice;
  switch (settings.authenticator) {
    case "webroot":
      return webroot(voice, webroots);
    case "standalone":
      return standalone(voice);
    case "manual":
      return manual(voice, settings.get("preferred-challenges"));
    case "nginx":
      return nginx(plugin ?? (await prepareNginx(voice)));
    default:
      throw new CertbotError(`The requested ${settings.authenticator ?? ""} plugin does not appear to be installed`);
  }
}
