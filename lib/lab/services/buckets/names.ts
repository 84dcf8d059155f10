/** What the object storage is called, where it is, and how checks see it. */
import type { SiteDefinition } from "../sleeping-site.ts";

/** Programs ask here, path-style: https://buckets.test/BUCKET/KEY. */
export const BUCKETS = "buckets.test";
/** People look here. */
export const CONSOLE = "console.buckets.test";
/** The only region. */
export const REGION = "us-east-1";

export const BUCKETS_SITE: SiteDefinition = {
  name: BUCKETS,
  /** Of the addresses for documentation (RFC 5737, TEST-NET-2). */
  address: "198.51.100.40",
  aliases: [CONSOLE],
  ports: [80, 443],
  machine: { name: BUCKETS, image: BUCKETS, user: "root", cwd: "/srv/buckets" },
  isWanted: ({ buckets }) => buckets !== undefined,
  load: async () => {
    const { openBuckets, serveEarly } = await import("./open.ts");
    return { open: openBuckets, serveEarly };
  },
};
