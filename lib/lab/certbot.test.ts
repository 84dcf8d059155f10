import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { machineOf, type TestLab, type Typist, testLab } from "./several-machines-testing.ts";

const DAY = 86_400_000;
let lab: TestLab;
let web: Typist;
let laptop: Typist;

beforeAll(async () => {
  lab = await testLab([machineOf("laptop", { image: "ubuntu" }), machineOf("web", { user: "root", cwd: "/root", address: "10.0.0.20" })], {
    dns: { "shop.test": "web", "www.shop.test": "web", "away.test": "10.0.0.99" },
  });
  web = lab.open("web");
  laptop = lab.open("laptop");
  await web.run("apt-get update; apt-get install -y nginx certbot python3-certbot-nginx; systemctl stop nginx");
});
afterAll(() => lab.close());

const site = `server {
    listen 80;
    server_name shop.test www.shop.test;
    root /var/www/shop;
}
`;

describe("certbot", () => {
  test("--standalone proves a name by answering itself", async () => {
    const out = await web.run("certbot certonly --standalone -n --agree-tos -m me@shop.test -d shop.test");
    expect(out).toContain(`Account registered.
Requesting a certificate for shop.test

Successfully received certificate.
Certificate is saved at: /etc/letsencrypt/live/shop.test/fullchain.pem
Key is saved at:         /etc/letsencrypt/live/shop.test/privkey.pem
`);
    expect(
      await web.run(
        "ls -l /etc/letsencrypt/live/shop.test | cut -d' ' -f9-; openssl x509 -in /etc/letsencrypt/live/shop.test/cert.pem -noout -issuer -ext subjectAltName",
      ),
    ).toContain("cert.pem -> ../../archive/shop.test/cert1.pem");
    expect(
      await web.run("openssl verify -untrusted /etc/letsencrypt/live/shop.test/chain.pem /etc/letsencrypt/live/shop.test/cert.pem"),
    ).toBe("/etc/letsencrypt/live/shop.test/cert.pem: OK\n");
    expect(await web.run("certbot certificates")).toMatch(
      /Certificate Name: shop\.test\n.*\n {4}Key Type: ECDSA\n {4}Domains: shop\.test\n {4}Expiry Date: .*VALID: 89 days/,
    );
  });

  test.each([
    [
      "a name that leads elsewhere",
      "away.test",
      "",
      "10.0.0.99: Fetching http://away.test/.well-known/acme-challenge/",
      "Timeout during connect (likely firewall problem)",
    ],
    [
      "a name that is not there",
      "nothing.test",
      "",
      "DNS problem: NXDOMAIN looking up A for nothing.test - check that a DNS record exists for this domain",
      "",
    ],
  ])("%s fails as at Let's Encrypt", async (_what, name, before, start, end) => {
    if (before !== "") await web.run(before);
    const out = await web.run(`certbot certonly --standalone -n -d ${name}; echo "status $?"`);
    expect(out).toContain(
      `Certbot failed to authenticate some domains (authenticator: standalone). The Certificate Authority reported these problems:\n  Domain: ${name}\n`,
    );
    expect(out).toContain(start);
    expect(out).toContain(end);
    expect(out).toContain("Some challenges have failed.\nAsk for help");
    expect(out).toMatch(/status 1\n$/);
  });

  test("a firewall before port 80 is told of", async () => {
    await web.run("ufw allow 22/tcp; ufw --force enable");
    const out = await web.run("certbot certonly --standalone -n --cert-name other -d www.shop.test");
    expect(out).toContain("Timeout during connect (likely firewall problem)");
    await web.run("ufw disable");
  });

  test("--nginx proves the names, installs the certificate and redirects; the reader and the browser trust it", async () => {
    lab.machine("web").files.mkdir("/var/www/shop");
    lab.machine("web").files.writeFile("/var/www/shop/index.html", "<h1>Shop</h1>\n");
    lab.machine("web").files.writeFile("/etc/nginx/sites-available/shop", site);
    await web.run("ln -s ../sites-available/shop /etc/nginx/sites-enabled/shop; systemctl start nginx");
    const out = await web.run("certbot --nginx -n --expand -d shop.test,www.shop.test");
    expect(out).toContain(
      "Deploying certificate\nSuccessfully deployed certificate for shop.test to /etc/nginx/sites-enabled/shop\nSuccessfully deployed certificate for www.shop.test to /etc/nginx/sites-enabled/shop\nCongratulations! You have successfully enabled HTTPS on https://shop.test and https://www.shop.test\n",
    );
    expect(await laptop.run("curl -sS https://www.shop.test/; curl -sI http://shop.test/ | head -1")).toBe(
      "<h1>Shop</h1>\nHTTP/1.1 301 Moved Permanently\r\n".replace("\r", ""),
    );
    const answer = await lab.world.http("laptop", {
      url: "https://shop.test/",
      method: "GET",
      headers: [],
      body: undefined,
      grading: false,
      timeoutMs: 60_000,
    });
    expect(answer).toMatchObject({ status: 200, tls: { issuer: "O = Lab Encrypt, CN = E1", problem: undefined } });
  });

  test("--webroot needs files to be shown from the folder that is given", async () => {
    const wrong = await web.run("certbot certonly --webroot -n --dry-run -w /var/www/html -d shop.test -d www.shop.test --cert-name x");
    expect(wrong).toContain("10.0.0.20: Invalid response from https://shop.test/.well-known/acme-challenge/");
    expect(wrong).toContain(": 404");
    expect(await web.run("certbot certonly --webroot -n --dry-run -w /var/www/shop -d shop.test -d www.shop.test --cert-name x")).toContain(
      "The dry run was successful.",
    );
  });

  test("after 91 days it is refused, and renew mends it, with its hook", async () => {
    expect(await web.run("certbot renew")).toContain("Certificate not yet due for renewal");
    await lab.world.kernel.clock.advance(91 * DAY);
    expect(await laptop.run("curl -sS https://shop.test/")).toContain("curl: (60) SSL certificate problem: certificate has expired");
    const out = await web.run("certbot renew --deploy-hook 'echo $RENEWED_DOMAINS for $RENEWED_LINEAGE'");
    expect(out).toContain("Hook 'deploy-hook' ran with output:\n shop.test www.shop.test for /etc/letsencrypt/live/shop.test");
    expect(out).toContain("Congratulations, all renewals succeeded: \n  /etc/letsencrypt/live/shop.test/fullchain.pem (success)");
    expect(await laptop.run("curl -sS https://shop.test/")).toBe("<h1>Shop</h1>\n");
  });

  test("delete takes a certificate away", async () => {
    expect(await web.run("certbot delete -n --cert-name shop.test")).toContain("Deleted all files relating to certificate shop.test.");
    expect(await web.run("certbot certificates")).toContain("No certificates found.");
  });

  test("who fails too often has to wait, and is told until when", async () => {
    for (let count = 0; count < 5; count++) await web.run("certbot certonly --webroot -w /var/www/shop -n -d again.test");
    expect(await web.run("certbot certonly --webroot -w /var/www/shop -n -d again.test")).toMatch(
      /An unexpected error occurred:\nThere were too many requests of a given type :: too many failed authorizations \(5\) for "again\.test" in the last 1h0m0s, retry after .* UTC/,
    );
  });

  test("what is missing is said", async () => {
    expect(await laptop.run("certbot certificates; echo $?")).toContain("command not found");
    expect(await web.run("certbot certonly --standalone -n -d shop; echo $?")).toContain("Requested domain shop is not a FQDN");
    expect(await web.run("certbot certonly --foo; echo $?")).toContain("certbot: error: unrecognized arguments: --foo\n2\n");
  });
});
