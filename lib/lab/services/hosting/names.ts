/** What the hosting site is called, where it is, and how checks see it. */
import type { SiteDefinition } from "../sleeping-site.ts";

export const HOSTING = "github.test";
/** Of the addresses for documentation (RFC 5737, TEST-NET-2). */
export const HOSTING_ADDRESS = "198.51.100.30";
export const HOSTING_PORTS = [22, 80, 443] as const;
/** The program that every ssh key of the site runs; its executable's name. */
export const SHELL = "hosting-shell";

/** Repositories are named in checks as they are on the site: `learner/shop`. */
export const HOSTING_SITE: SiteDefinition = {
  name: HOSTING,
  address: HOSTING_ADDRESS,
  aliases: [],
  ports: HOSTING_PORTS,
  machine: { name: HOSTING, image: HOSTING, user: "git", cwd: "/srv/git" },
  isWanted: ({ hosting }) => hosting !== undefined,
  load: async () => {
    const { openHosting, serveEarly } = await import("./open.ts");
    return { open: openHosting, serveEarly };
  },
};
