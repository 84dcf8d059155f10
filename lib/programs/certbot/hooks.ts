/** Hooks of a call: before, after, and for each certificate (certbot's hooks.py). */
import type { Lineage } from "./lineage.ts";
import { hookFiles, runHook } from "./run-command.ts";
import type { Voice } from "./voice.ts";

/** Runs once before the first certificate of a call. */
export async function preHook(voice: Voice): Promise<void> {
  const command = voice.settings.get("pre_hook");
  if (voice.settings.verb === "renew") for (const path of hookFiles(voice, "pre")) await runHook(voice, "pre-hook", path);
  if (command !== undefined) await runHook(voice, "pre-hook", command);
}

export async function postHook(voice: Voice): Promise<void> {
  const command = voice.settings.get("post_hook");
  if (command !== undefined) await runHook(voice, "post-hook", command);
  if (voice.settings.verb === "renew") for (const path of hookFiles(voice, "post")) await runHook(voice, "post-hook", path);
}

export async function deployHook(
  voice: Voice,
  lineage: Pick<Lineage, "name" | "configuration">,
  names: readonly string[],
  command: string | undefined,
  isRenewal: boolean,
): Promise<void> {
  const env = { RENEWED_DOMAINS: names.join(" "), RENEWED_LINEAGE: `${lineage.configuration}/live/${lineage.name}` };
  if (isRenewal) for (const path of hookFiles(voice, "deploy")) await runHook(voice, "deploy-hook", path, env);
  if (command !== undefined) await runHook(voice, "deploy-hook", command, env);
}
