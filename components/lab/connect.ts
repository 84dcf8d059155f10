import { BrowserLabClient } from "../../lib/lab/browser/client.ts";
import { takeEarly } from "../../lib/lab/browser/early.ts";
import type { LabClient, LabDefinition } from "../../lib/lab/types.ts";

/** Loads a lab's definition and the program that runs it, or takes over what has begun. Rejects with an Error whose message the bench shows. */
export async function connectLab(definition: string): Promise<LabClient> {
  const engineUrl = process.env.NEXT_PUBLIC_ENGINE_URL;
  const assetsUrl = process.env.NEXT_PUBLIC_ASSETS_URL;
  if (!engineUrl || !assetsUrl)
    throw new Error("This copy of the site was built without the engine that runs labs. Build it with npm start.");
  const early = takeEarly(definition);
  const known = await early?.lab.catch(() => undefined);
  if (early && known && !early.failed) return new BrowserLabClient({ lab: known, engineUrl, assetsUrl, early });
  return new BrowserLabClient({ lab: known ?? (await loadDefinition(definition)), engineUrl, assetsUrl });
}

async function loadDefinition(address: string): Promise<LabDefinition> {
  const response = await fetch(address).catch(() => undefined);
  if (!response?.ok) throw new Error("The lab could not be loaded. Check the connection to the network, then try again.");
  const lab: LabDefinition = await response.json();
  return lab;
}
