import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/foundations/what-deploying-means/";

test("a page of the learner's can't read the site, and its own cookies, forms and scripts work", async ({ page }) => {
  const lesson = await Lesson.open(page, path);
  await page.evaluate(() => localStorage.setItem("secret", "of the site"));
  await lesson.show("Files");
  await lesson.run("mkdir -p ~/spy && cd ~/spy");
  const program = [
    "from http.server import *",
    "from urllib.parse import parse_qs",
    "class Spy(BaseHTTPRequestHandler):",
    "    def say(self, text, kind='text/html', **headers):",
    "        self.send_response(200); self.send_header('Content-Type', kind)",
    "        for name, value in headers.items(): self.send_header(name.replace('_', '-'), value)",
    "        self.end_headers(); self.wfile.write(text.encode())",
    "    def do_GET(self):",
    "        if self.path == '/spy.js': return self.say(open('spy.js').read(), 'text/javascript')",
    "        if self.path == '/api': return self.say('api says hello', 'text/plain')",
    "        if self.path == '/go':",
    "            self.send_response(302); self.send_header('Location', '/landed'); self.send_header('Set-Cookie', 'b=2; HttpOnly'); return self.end_headers()",
    "        self.say(f'<p id=cookie>{self.headers.get(\"Cookie\")}</p><p id=out></p><a href=/go>go</a>'",
    "                 '<form method=post action=/form><input name=word><button>Send</button></form><script src=/spy.js></script>', Set_Cookie='a=1')",
    "    def do_POST(self):",
    "        body = parse_qs(self.rfile.read(int(self.headers['Content-Length'])).decode())",
    "        self.say(f'<p id=posted>{body[\"word\"][0]}</p>')",
    "HTTPServer(('', 8123), Spy).serve_forever()",
  ].join("\n");
  const script = [
    "const out = document.getElementById('out'), found = {};",
    "const attempt = (name, act) => { try { found[name] = String(act()); } catch (error) { found[name] = error.name; } };",
    "attempt('top', () => top.document.title);",
    "attempt('storage', () => top.localStorage.secret);",
    "attempt('own', () => localStorage.getItem('secret'));",
    "attempt('parent', () => parent.parent.document.title);",
    "found.cookie = document.cookie;",
    "fetch('/api').then(r => r.text()).then(text => { found.api = text; return fetch('SITE/index.html').then(r => r.text(), e => e.name); })",
    "  .then(site => { found.site = String(site).slice(0, 9); out.textContent = JSON.stringify(found); });",
  ]
    .join("\n")
    .replace("SITE", new URL(page.url()).origin);
  const write = async (name: string, text: string) => {
    const encoded = Buffer.from(text).toString("base64");
    await lesson.run(`echo ${encoded} | base64 -d > ${name}`);
  };
  await write("server.py", program);
  await write("spy.js", script);
  await lesson.type("python server.py\n");
  await lesson.visit("http://localhost:8123/");
  await expect(lesson.pane.locator("#out")).toContainText("{", { timeout: 60_000 });
  const found = JSON.parse((await lesson.pane.locator("#out").textContent()) ?? "") as Record<string, string>;
  expect(found.top).toBe("SecurityError");
  expect(found.storage).toBe("SecurityError");
  expect(found.parent).toBe("SecurityError");
  expect(found.own).toBe("null");
  expect(found.cookie).toContain("a=1");
  expect(found.api).toBe("api says hello");
  expect(found.site).toBe("TypeError");
  await page.getByRole("button", { name: "Reload" }).click();
  await expect(lesson.pane.locator("#cookie")).toHaveText("a=1");
  await lesson.pane.getByRole("link", { name: "go" }).click();
  await expect(lesson.pane.locator("#cookie")).toHaveText(/a=1.*b=2/);
  await lesson.pane.locator("input[name=word]").fill("ferry & quay");
  await lesson.pane.getByRole("button", { name: "Send" }).click();
  await expect(lesson.pane.locator("#posted")).toHaveText("ferry & quay");
});

test("Python in the tab has no way to the page or the network", async ({ page }) => {
  const lesson = await Lesson.open(page, path);
  for (const name of ["js", "pyodide_js", "_pyodide_core", "pyodide"]) {
    expect(await lesson.run(`python -c 'import ${name}'`)).toContain(`ModuleNotFoundError: No module named '${name}'`);
  }
  expect(await lesson.run(`python -c 'import socket; socket.create_connection(("93.184.215.14", 80), 2)'`)).toMatch(/Error/);
});
