import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const server = `
from http.server import BaseHTTPRequestHandler, HTTPServer
from email.parser import BytesParser
FORM = '<form method=post enctype=multipart/form-data><input name=who><input type=file name=photo><button>Send</button></form>'
class App(BaseHTTPRequestHandler):
    def say(self, text, kind='text/html', status=200, **headers):
        body = text.encode()
        self.send_response(status); self.send_header('Content-Type', kind); self.send_header('Content-Length', str(len(body)))
        for name, value in headers.items(): self.send_header(name.replace('_', '-'), value)
        self.end_headers(); self.wfile.write(body)
    def page(self, title, rest='', **headers):
        self.say(f'<title>{title}</title><link rel=stylesheet href=/style.css><h1>{title}</h1>{rest}<script src=/script.js></script>', **headers)
    def do_GET(self):
        if self.path == '/style.css': return self.say('h1 { color: rgb(1, 2, 3) }', 'text/css')
        if self.path == '/script.js': return self.say('document.body.dataset.ran = "yes"', 'text/javascript')
        if self.path == '/moved': return self.say('', status=302, Location='/landed', Set_Cookie='seen=yes; HttpOnly')
        if self.path == '/landed': return self.page('Landed', f'<p id=cookie>{self.headers["Cookie"]}</p>')
        if self.path == '/second': return self.page('Second')
        if self.path == '/': return self.page('Front', '<a href=/second>Second</a> <a href=/moved>Moved</a>' + FORM)
        self.page('None', status=404)
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        head = b'Content-Type: ' + self.headers['Content-Type'].encode() + b'\\r\\n\\r\\n'
        parts = BytesParser().parsebytes(head + body).get_payload()
        said = ''.join(f'<li>{p.get_param("name", header="content-disposition")}: {p.get_filename()}: {len(p.get_payload(decode=True))}</li>' for p in parts)
        self.page('Received', f'<ul>{said}</ul>')
HTTPServer(('', 8200), App).serve_forever()
`;

test("the pane follows links and redirects, goes back and forward, and loads style and script", async ({ page }) => {
  const lesson = await Lesson.open(page, "/sandbox/");
  await lesson.writes("app.py", server);
  await lesson.run("python app.py &", /\[1\] \d+/);
  await lesson.run("until curl -sf localhost:8200/ > /dev/null; do sleep 0.2; done; echo is up", /^is up/m);
  const pane = await lesson.visit("http://localhost:8200/");
  const title = pane.getByRole("heading", { level: 1 });
  const address = page.getByRole("combobox", { name: "Address" });
  const back = page.getByRole("button", { name: "Back", exact: true });
  const forward = page.getByRole("button", { name: "Forward" });
  await expect(title).toHaveText("Front");
  await expect(title).toHaveCSS("color", "rgb(1, 2, 3)");
  await expect(pane.locator("body")).toHaveAttribute("data-ran", "yes");
  await expect(back).toBeDisabled();

  await pane.getByRole("link", { name: "Second" }).click();
  await expect(address).toHaveValue("http://localhost:8200/second");
  await back.click();
  await expect(title).toHaveText("Front");
  await expect(pane.getByRole("link", { name: "Moved" })).toBeVisible();
  await expect(back).toBeDisabled();
  await forward.click();
  await expect(address).toHaveValue("http://localhost:8200/second");
  await expect(forward).toBeDisabled();
  await back.click();
  await pane.getByRole("link", { name: "Moved" }).click();
  await expect(title).toHaveText("Landed");
  await expect(address).toHaveValue("http://localhost:8200/landed");
  await expect(pane.locator("#cookie")).toHaveText("seen=yes");
  await expect(forward).toBeDisabled();
  await address.fill("localhost:8200/nowhere");
  await address.press("Enter");
  await expect(title).toHaveText("None");
  await address.fill("localhost:8299");
  await address.press("Enter");
  await expect(pane.locator("body")).toContainText(/refused/i);
});

test("a form sends files as browsers do", async ({ page }) => {
  const lesson = await Lesson.open(page, "/sandbox/");
  await lesson.writes("app.py", server);
  await lesson.run("python app.py &", /\[1\] \d+/);
  await lesson.run("until curl -sf localhost:8200/ > /dev/null; do sleep 0.2; done; echo is up", /^is up/m);
  const pane = await lesson.visit("http://localhost:8200/");
  await pane.locator("input[name=who]").fill("Zoë");
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
  await pane.locator("input[name=photo]").setInputFiles({ name: "quay.png", mimeType: "image/png", buffer: bytes });
  await pane.getByRole("button", { name: "Send" }).click();
  await expect(pane.getByRole("heading", { level: 1 })).toHaveText("Received");
  await expect(pane.getByRole("listitem")).toHaveText(["who: None: 4", "photo: quay.png: 100000"]);
});
