import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const server = `
import base64, socket, struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class App(BaseHTTPRequestHandler):
    def say(self, text, kind='text/html', status=200, **headers):
        body = text.encode()
        self.send_response(status); self.send_header('Content-Type', kind); self.send_header('Content-Length', str(len(body)))
        for name, value in headers.items(): self.send_header(name.replace('_', '-'), value)
        self.end_headers(); self.wfile.write(body)
    def do_GET(self):
        if self.path == '/': return self.say('<title>Front</title><h1 id=front>Front</h1><a href=/orders.csv download>Orders</a> <a href=/site.zip>Site</a><script>front.textContent = "Made by script"</script>')
        if self.path == '/orders.csv': return self.say('a,b', 'text/csv')
        if self.path == '/site.zip': return self.say('zip', 'application/zip')
        if self.path == '/api': return self.say('{"loaves": 12}', 'application/json')
        if self.path == '/broken': return self.say('<title>Oh</title><h1>Server Error (500)</h1>', status=500)
        if self.path == '/round': return self.say('', status=302, Location='/round')
        if self.path == '/reset':
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            return self.connection.close()
        if self.path == '/staff':
            if self.headers['Authorization'] == 'Basic ' + base64.b64encode(b'ann:bread').decode(): return self.say('<h1>Hello, ann</h1>')
            return self.say('<h1>Who are you?</h1>', status=401, WWW_Authenticate='Basic realm="Staff only"')
        self.say('None', status=404)
ThreadingHTTPServer(('', 8200), App).serve_forever()
`;

/** It greets like a mail server. */
const mail = `
import socket
listener = socket.create_server(('', 8202))
while True:
    client, _ = listener.accept()
    client.sendall(b'220 this is no web server\\n'); client.recv(4096); client.close()
`;

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .exclude(".browser-page iframe")
    .analyze();
  return found.violations.map((each) => `${each.id}: ${each.help} (${each.nodes.map((node) => node.target.join(" ")).join(", ")})`);
}

async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/browser-${name}.png` });
}

test("the browser shows what it was answered, and why it was not, as browsers do", async ({ page }) => {
  const lesson = await Lesson.open(page, "/sandbox/");
  await lesson.show("Browser");
  const panel = page.locator("#bench-browser");
  const address = page.getByRole("combobox", { name: "Address" });

  await test.step("an address that is none is not opened", async () => {
    await address.fill("how do I deploy");
    await address.press("Enter");
    await expect(panel.getByRole("alert")).toContainText("no spaces");
    await address.fill("ftp://shop.test/");
    await address.press("Enter");
    await expect(panel.getByRole("alert")).toContainText("http and https");
    expect(await violations(page)).toEqual([]);
    await address.press("Escape");
    await expect(panel.getByRole("alert")).toHaveCount(0);
  });

  await lesson.writes("app.py", server);
  await lesson.writes("mail.py", mail);
  await lesson.run("python app.py 2> /dev/null & python mail.py &", /\[2\] \d+/);
  await lesson.run("until curl -sf localhost:8200/ > /dev/null; do sleep 0.2; done; echo is up", /^is up/m);

  await test.step("what listens is offered", async () => {
    await expect(panel.getByRole("button", { name: "http://localhost:8200/" })).toBeVisible();
    await expect(panel.locator("datalist option").first()).toHaveAttribute("value", "http://localhost:8200/");
    await panel.getByRole("button", { name: "http://localhost:8200/" }).click();
    await expect(lesson.pane.getByRole("heading", { level: 1 })).toHaveText("Made by script");
  });

  await test.step("the source is there as it was sent and as it is now", async () => {
    await panel.getByRole("button", { name: "Source of the page" }).click();
    await expect(panel.locator(".source-text")).toContainText("<h1 id=front>Front</h1>");
    await panel.getByRole("button", { name: "As it is now" }).click();
    await expect(panel.locator(".source-text")).toContainText('<h1 id="front">Made by script</h1>');
    expect(await violations(page)).toEqual([]);
    await shot(page, "source");
    await panel.getByRole("button", { name: "Source of the page" }).click();
  });

  await test.step("files are saved on the machine, and the page stays", async () => {
    await lesson.pane.getByRole("link", { name: "Site" }).click();
    await expect(page.getByText("~/Downloads/site.zip").or(page.getByText("/Downloads/site.zip")).first()).toBeVisible();
    await lesson.pane.getByRole("link", { name: "Orders" }).click();
    await expect(page.getByText("/Downloads/orders.csv").first()).toBeVisible();
    await expect(lesson.pane.getByRole("heading", { level: 1 })).toHaveText("Made by script");
    await expect(address).toHaveValue("http://localhost:8200/");
    expect(await lesson.run("cat ~/Downloads/orders.csv ~/Downloads/site.zip; echo")).toContain("a,bzip");
  });

  await test.step("errors of the server are its own pages; those without an answer are the browser's", async () => {
    await lesson.visit("http://localhost:8200/broken");
    await expect(lesson.pane.getByRole("heading", { level: 1 })).toHaveText("Server Error (500)");
    for (const [url, code] of [
      ["http://localhost:8201/", "ERR_CONNECTION_REFUSED"],
      ["http://nowhere.test/", "ERR_NAME_NOT_RESOLVED"],
      ["http://localhost:8200/round", "ERR_TOO_MANY_REDIRECTS"],
      ["http://localhost:8202/", "ERR_INVALID_HTTP_RESPONSE"],
      ["https://localhost:8202/", "ERR_SSL_PROTOCOL_ERROR"],
    ] as const) {
      await lesson.visit(url);
      await expect(lesson.pane.locator("body"), url).toContainText(code);
    }
    await expect(panel.getByRole("button", { name: /Connection not secure/ })).toBeVisible();
    await shot(page, "tls-error");
    await lesson.visit("http://localhost:8200/reset");
    await expect(lesson.pane.locator("body")).toContainText(/ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
    await lesson.visit("http://localhost:8200/api");
    await expect(lesson.pane.locator("body")).toContainText('{"loaves": 12}');
    await expect(panel.getByRole("button", { name: "Reload" })).toBeVisible();
  });

  await test.step("a name and a password are asked for", async () => {
    await lesson.visit("http://localhost:8200/staff");
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await expect(dialog).toContainText("Staff only");
    expect(await violations(page)).toEqual([]);
    await shot(page, "sign-in");
    await dialog.getByLabel("User name").fill("ann");
    await dialog.getByLabel("Password").fill("bread");
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await expect(lesson.pane.getByRole("heading", { level: 1 })).toHaveText("Hello, ann");
  });

  await test.step("the log tells what was said", async () => {
    await panel.getByRole("button", { name: /^Requests/ }).click();
    await panel.getByRole("button", { name: "localhost:8200/api" }).click();
    const details = panel.getByRole("region", { name: /Details of GET .*\/api/ });
    await expect(details).toContainText("application/json");
    await expect(details).toContainText("User-Agent");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), colorScheme).toEqual([]);
      await shot(page, `log-${colorScheme}`);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("navigation", { name: "Parts of the lesson" }).getByRole("button", { name: "Browser" }).click();
    expect(await violations(page)).toEqual([]);
    await shot(page, "phone");
  });
});

const nginx = `
pid nginx.pid; error_log error.log;
events {}
http {
  access_log access.log;
  server {
    listen 8443 ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem;
    location / { default_type text/html; return 200 "<h1>Kept between us</h1>"; }
  }
}
`;

test("the lock shows the certificate; one that nobody vouches for is refused, until the learner goes on or the machine trusts it", async ({
  page,
}) => {
  const lesson = await Lesson.open(page, "/sandbox/");
  await lesson.writes("nginx.conf", nginx);
  const names = "-subj /CN=localhost -addext subjectAltName=DNS:localhost";
  await lesson.run(
    `openssl req -x509 -newkey rsa:2048 -nodes ${names} -days 30 -keyout key.pem -out cert.pem 2> /dev/null; ls`,
    /cert\.pem/,
  );
  await lesson.run("/usr/sbin/nginx -p $PWD -c nginx.conf && curl -sk https://localhost:8443/", /Kept between us/);

  const panel = page.locator("#bench-browser");
  await lesson.visit("https://localhost:8443/");
  await expect(lesson.pane.locator("body")).toContainText("ERR_CERT_AUTHORITY_INVALID");
  await expect(panel.getByText("could not prove who it is")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await shot(page, "refused");
  await panel.getByRole("button", { name: "Go on to localhost:8443 (unsafe)" }).click();
  await expect(lesson.pane.getByRole("heading", { level: 1 })).toHaveText("Kept between us");
  await panel.getByRole("button", { name: /Connection not secure/ }).click();
  await expect(panel.locator(".lock-details")).toContainText("ERR_CERT_AUTHORITY_INVALID");

  await lesson.run("sudo cp cert.pem /usr/local/share/ca-certificates/own.crt; sudo update-ca-certificates | tail -1", /^done/m);
  await panel.getByRole("button", { name: "Reload" }).click();
  await panel.getByRole("button", { name: /Connection secure/ }).click();
  await expect(panel.locator(".lock-details")).toContainText("CN = localhost");
  await expect(panel.locator(".lock-details")).toContainText("TLSv1.3");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), colorScheme).toEqual([]);
    await shot(page, `lock-${colorScheme}`);
  }
  await page.keyboard.press("Escape");
  await expect(panel.locator(".lock-details")).toHaveCount(0);
});
