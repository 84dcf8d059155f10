/** The sites of the world that have a disk, which is saved with a lab. */
import { BUCKETS_SITE } from "./buckets/names.ts";
import { HOSTING_SITE } from "./hosting/names.ts";
import type { SiteDefinition } from "./sleeping-site.ts";

export const SITES: readonly SiteDefinition[] = [HOSTING_SITE, BUCKETS_SITE];

export function siteNamed(name: string): SiteDefinition | undefined {
  return SITES.find((site) => site.name === name);
}
