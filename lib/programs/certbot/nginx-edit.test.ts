import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { deploy, isDefaultServer, isSecureServer, listensPlainly, rankOf, redirect, serverFromDefault, serversOf } from "./nginx-edit.ts";
import { parseConfiguration, printConfiguration } from "./nginx-text.ts";

interface Recording {
  readonly name: string;
  readonly domains: readonly string[];
  readonly before: string;
  readonly after: string;
}

/** What Debian's certbot 2.1 made of configurations (record.py beside it). */
const file = join(dirname(fileURLToPath(import.meta.url)), "../recordings/certbot/nginx.json");
const recordings: readonly Recording[] = JSON.parse(readFileSync(file, "utf8"));
const live = "/etc/letsencrypt/live/shop.test";
const deployment = {
  fullchain: `${live}/fullchain.pem`,
  key: `${live}/privkey.pem`,
  options: "/etc/letsencrypt/options-ssl-nginx.conf",
  dhparams: "/etc/letsencrypt/ssl-dhparams.pem",
};

test.each(recordings.map((each) => [each.name, each] as const))(
  "certbot --nginx changes a configuration as the real one: %s",
  (_name, { before, after, domains }) => {
    const parsed = parseConfiguration(before);
    expect(printConfiguration(parsed)).toBe(before);
    for (const domain of domains) {
      const named = serversOf(parsed).filter((each) => rankOf(each, domain) !== undefined);
      const server =
        named.find(isSecureServer) ??
        named[0] ??
        serversOf(parsed)
          .filter(isDefaultServer)
          .map((each) => serverFromDefault(parsed, each, domain))[0];
      if (server === undefined) throw new Error("no server");
      deploy(server, deployment, true);
    }
    for (const domain of domains) {
      const plain = serversOf(parsed).find((each) => rankOf(each, domain) !== undefined && listensPlainly(each));
      if (plain !== undefined) redirect(parsed, plain, domain);
    }
    expect(printConfiguration(parsed)).toBe(after);
  },
);
