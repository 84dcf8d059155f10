import { afterEach, expect, test } from "vitest";
import { testHost, until } from "../../../kernel/testing.ts";
import { Checker } from "../../checks/checker.ts";
import { machineOf, type TestLab, type Typist, testLab } from "../../several-machines-testing.ts";
import type { GitCheck, LabDefinition } from "../../types.ts";
import { createWorld } from "../../world/create.ts";
import { installedOn } from "../../world/installed.ts";
import { readState } from "./state.ts";

let lab: TestLab;
afterEach(() => lab.close());

const base64 = (text: string) => btoa(text);
const file = (path: string, text: string) => ({ machine: "github.test", path, mode: 0o644, base64: base64(text) });
const SHOP = { name: "learner/shop", description: "Sells things", isPrivate: false, branch: "main" };
const TWO_COMMITS: Partial<LabDefinition> = {
  hosting: {
    keys: ["laptop"],
    repositories: [
      {
        ...SHOP,
        commits: [
          { message: "First", author: "Ann <ann@example.com>", folder: "/learner/shop/v1", tag: "v1" },
          { message: "Second", author: "Ann <ann@example.com>", folder: "/learner/shop/v2" },
        ],
      },
      { ...SHOP, name: "acme/tools", commits: [{ message: "Tools", author: "Bo <bo@example.com>", folder: "/acme/tools" }] },
    ],
  },
  files: [
    file("/learner/shop/v1/README.md", "# Shop\n"),
    file("/learner/shop/v2/README.md", "# Shop\n\nSee [the code](src/app.py), `make`, and <b>no HTML</b>.\n"),
    file("/learner/shop/v2/src/app.py", "print(1)\n"),
    file("/acme/tools/tool.sh", "true\n"),
  ],
};

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
}

async function browse(path: string, form?: Record<string, string>): Promise<Answer> {
  const answer = await lab.world.http("laptop", {
    url: path.startsWith("http") ? path : `https://github.test${path}`,
    method: form === undefined ? "GET" : "POST",
    headers: [["Content-Type", "application/x-www-form-urlencoded"]],
    body: form === undefined ? undefined : new TextEncoder().encode(new URLSearchParams(form).toString()),
    grading: false,
    timeoutMs: 60_000,
  });
  if (!("status" in answer)) throw new Error(answer.failure);
  const location = answer.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
  return { status: answer.status, text: new TextDecoder().decode(answer.body), location };
}

/** A server that answers 200; what it was asked. */
function answering(machine: string, port: number): string[] {
  const requests: string[] = [];
  const listener = lab.machine(machine).network.socket();
  listener.bind("0.0.0.0", port, { uid: 0, gid: 0, groups: [] });
  listener.listen(8);
  void (async () => {
    for (;;) {
      const socket = await listener.accept();
      let text = "";
      const length = () => Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      while (!text.includes("\r\n\r\n") || text.length < text.indexOf("\r\n\r\n") + 4 + length())
        text += new TextDecoder().decode(await socket.read(65_536));
      requests.push(text);
      await socket.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"));
      socket.release();
    }
  })();
  return requests;
}

async function identify(terminal: Typist): Promise<void> {
  await terminal.run(
    "git config --global user.name Ann; git config --global user.email ann@example.com; git config --global init.defaultBranch main; git config --global core.pager cat",
  );
}

async function token(): Promise<string> {
  const { text } = await browse("/settings/tokens", { name: "laptop" });
  return /ghp_\w{36}/.exec(text)?.[0] ?? "";
}

test("a new account's way: a key, a repository, a push over ssh, a clone elsewhere", async () => {
  lab = await testLab([machineOf("laptop"), machineOf("other")]);
  const laptop = lab.open("laptop");
  await identify(laptop);
  // Nobody has been there yet, and the site answers all the same.
  expect(await laptop.run("ssh -o StrictHostKeyChecking=accept-new -T git@github.test; echo $?")).toContain(
    "git@github.test: Permission denied (publickey).\n255\n",
  );
  await laptop.run("ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519");
  const key = await laptop.run("cat ~/.ssh/id_ed25519.pub");
  expect((await browse("/settings/keys", { title: "", key: "ssh-rsa nothing" })).text).toContain("Key is invalid");
  expect(await browse("/settings/keys", { title: "", key })).toMatchObject({ status: 303, location: "/settings/keys" });
  expect((await browse("/settings/keys", { title: "", key })).text).toContain("Key is already in use");
  expect((await browse("/settings/keys")).text).toContain("<b>learner@laptop</b>");
  expect(await laptop.run("ssh -T git@github.test; echo $?")).toBe(
    "Hi learner! You've successfully authenticated, but github.test does not provide shell access.\n1\n",
  );
  expect(await laptop.run("ssh git@github.test")).toMatch(
    /^PTY allocation request failed on channel 0\nHi learner![^\n]*\nConnection to github\.test closed\.\n$/,
  );
  expect(await laptop.run("ssh git@github.test ls")).toContain("Invalid command: 'ls'");
  expect((await browse("/new", { name: "my shop" })).text).toContain("letters, digits");
  expect(await browse("/new", { name: "shop", description: "Sells <things>" })).toMatchObject({ status: 303, location: "/learner/shop" });
  expect((await browse("/learner/shop")).text).toMatch(
    /Sells &lt;things&gt;[\s\S]*git remote add origin git@github\.test:learner\/shop\.git/,
  );
  await laptop.run("git init -q shop; cd shop; echo '# Shop' > README.md; git add .; git commit -qm 'First commit'");
  await laptop.run("git remote add origin git@github.test:learner/shop.git");
  expect(await laptop.run("git push -u origin main 2>&1")).toMatch(
    /To github\.test:learner\/shop\.git\n \* \[new branch\] {6}main -> main\n/,
  );
  expect((await browse("/learner/shop")).text).toContain("<h2>Shop</h2>");

  const other = lab.open("other");
  await identify(other);
  expect(await other.run("git clone https://github.test/learner/shop.git 2>&1; cat shop/README.md")).toMatch(/# Shop\n$/);
  // Two people: the second must fetch first.
  await laptop.run("echo more >> README.md; git commit -qam More; git push -q");
  await other.run(
    "cd shop; echo other > other.txt; git add .; git commit -qm Other; git remote set-url origin https://github.test/learner/shop",
  );
  const secret = await token();
  await other.run(`git config --global credential.helper store; echo "https://learner:${secret}@github.test" > ~/.git-credentials`);
  expect(await other.run("git push 2>&1")).toMatch(
    / ! \[rejected\] {8}main -> main \(fetch first\)\nerror: failed to push some refs to 'https:/,
  );
  expect(await other.run("git pull --no-rebase --no-edit 2>&1; git push 2>&1")).toMatch(/main -> main\n$/);
  expect(await laptop.run("git pull -q; cat other.txt")).toBe("other\n");
  // A force push is taken, until the branch is protected.
  await laptop.run("git reset -q --hard HEAD~1");
  expect(await laptop.run("git push --force 2>&1")).toMatch(/ \+ [0-9a-f]{7}\.\.\.[0-9a-f]{7} main -> main \(forced update\)\n$/);
  await browse("/learner/shop/settings", { description: "", branch: "main", protected: "yes" });
  await laptop.run("git commit -q --amend -m Otherwise");
  expect(await laptop.run("git push --force 2>&1")).toMatch(
    /remote: error: GH006: Protected branch update failed for refs\/heads\/main\.[\s\S]*! \[remote rejected\] main -> main \(hook declined\)/,
  );
  expect((await browse("/learner/shop/settings/delete", { confirm: "no" })).text).toContain("Nothing was deleted");
  expect(await browse("/learner/shop/settings/delete", { confirm: "shop" })).toMatchObject({ status: 303, location: "/" });
  expect(await laptop.run("git fetch 2>&1; echo $?")).toBe(
    "ERROR: Repository not found.\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n128\n",
  );
});

test("over https git asks for a name and a token, keeps what was right, and says what was wrong", async () => {
  lab = await testLab([machineOf("laptop")], TWO_COMMITS);
  const laptop = lab.open("laptop");
  await identify(laptop);
  expect(await laptop.run("git clone -q http://github.test/learner/shop.git 2>&1; cd shop; git log --oneline --decorate | cut -c 9-")).toBe(
    "warning: redirecting to https://github.test/learner/shop.git/\n(HEAD -> main, origin/main, origin/HEAD) Second\n(tag: v1) First\n",
  );
  await laptop.run("git remote set-url origin https://github.test/learner/shop.git; echo x > x; git add x; git commit -qm Third");
  expect(await laptop.run("GIT_TERMINAL_PROMPT=0 git push; echo $?")).toBe(
    "fatal: could not read Username for 'https://github.test': terminal prompts disabled\n128\n",
  );
  laptop.type("git push\r");
  await laptop.sees("Username for 'https://github.test': ");
  laptop.type("learner\r");
  await laptop.sees("Password for 'https://learner@github.test': ");
  laptop.type("hunter2\r");
  await laptop.sees(
    "remote: Invalid username or token. Password authentication is not supported for Git operations.\nfatal: Authentication failed for 'https://github.test/learner/shop.git/'\n",
  );
  const secret = await token();
  await laptop.run("git config --global credential.helper store");
  laptop.type("git push\r");
  await laptop.sees("Username for 'https://github.test': ");
  laptop.type("learner\r");
  await laptop.sees("Password for 'https://learner@github.test': ");
  laptop.type(`${secret}\r`);
  await laptop.sees(/To https:\/\/github\.test\/learner\/shop\.git\n {3}[0-9a-f]{7}\.\.[0-9a-f]{7} {2}main -> main\n/);
  expect(await laptop.run("cat ~/.git-credentials; stat -c %a ~/.git-credentials")).toBe(`https://learner:${secret}@github.test\n600\n`);
  expect(await laptop.run("git push origin HEAD:next 2>&1")).toContain(" * [new branch]      HEAD -> next\n");
  expect(await laptop.run("cd; git clone -q https://github.test/learner/nope.git; echo $?")).toBe(
    "remote: Repository not found.\nfatal: repository 'https://github.test/learner/nope.git/' not found\n128\n",
  );
  await laptop.run("git clone -q https://github.test/acme/tools.git; cd tools; git commit -q --allow-empty -m Mine");
  expect(await laptop.run("git push; echo $?")).toBe(
    "remote: Permission to acme/tools.git denied to learner.\nfatal: unable to access 'https://github.test/acme/tools.git/': The requested URL returned error: 403\n128\n",
  );
  expect(await laptop.run("git -c http.sslVerify=true ls-remote https://learner:wrong@github.test/learner/shop.git; echo $?")).toContain(
    "fatal: Authentication failed for 'https://github.test/learner/shop.git/'\n128\n",
  );

  const check = async (more: Partial<GitCheck>) => {
    const nothing = { tracked: [], untracked: [], clean: false, never: [] };
    const checks = [
      { id: "c", because: "", next: "", kind: "git" as const, on: "github.test", repository: "learner/shop", ...nothing, ...more },
    ];
    const verdict = (await new Checker(lab.world, () => undefined).look({ id: "t", title: "", needs: [], checks, hints: [] })).get("c");
    return `${verdict?.status}: ${verdict?.found}`;
  };
  expect(await check({ branch: "main", message: { contains: ["Third"] } })).toMatch(/^pass/);
  expect(await check({ branch: "dev" })).toBe("fail: no commit on dev");

  // Undo takes back what was pushed since.
  const { kernel } = lab.world;
  const trees = new Map(
    [...kernel.machines.values()].map(({ name, rootInode }) => [name, { tree: kernel.worldFiles.kept.keep(rootInode), units: [] }]),
  );
  await browse("/learner/shop/settings/delete", { confirm: "shop" });
  expect((await browse("/learner/shop")).status).toBe(404);
  lab.session.dispose();
  await lab.world.rewind(trees, lab.world.servicesState, kernel.clock.aheadMs);
  expect((await browse("/learner/shop/commits")).text).toContain("<b>Third</b>");

  // What was pushed, and who may, is there when the lab comes back.
  const disks = lab.world
    .captureFiles(() => false)
    .map(({ name, manifest, bytes }) => ({ name, files: manifest, bytes: (key: string) => bytes.get(key) }));
  const host = testHost();
  const again = await createWorld(lab.session.lab, { host, installed: installedOn(host), warm: false, disks });
  try {
    const page = await again.http("laptop", {
      url: "https://github.test/learner/shop/commits",
      method: "GET",
      headers: [],
      body: undefined,
      grading: false,
      timeoutMs: 60_000,
    });
    expect("body" in page && new TextDecoder().decode(page.body)).toMatch(/<b>Third<\/b>/);
    expect(readState(again.machine("github.test")).tokens).toHaveLength(1);
  } finally {
    again.dispose();
  }
});

test("pages show files, history and differences, and escape what people wrote", async () => {
  lab = await testLab([machineOf("laptop")], TWO_COMMITS);
  expect((await browse("/")).text).toMatch(/learner\/shop[\s\S]*acme\/tools/);
  const home = await browse("/learner/shop");
  expect(home.text).toContain('<a href="/learner/shop/blob/main/src/app.py">the code</a>');
  expect(home.text).toContain("&lt;b&gt;");
  expect(home.text).not.toContain("<b>no HTML");
  expect((await browse("/learner/shop/blob/main/src/app.py")).text).toContain("<td>print(1)</td>");
  expect(await browse("/learner/shop/raw/v1/README.md")).toMatchObject({ status: 200, text: "# Shop\n" });
  expect((await browse("/learner/shop/raw/v1/src/app.py")).status).toBe(404);
  const commits = await browse("/learner/shop/commits");
  const [second] = [...commits.text.matchAll(/\/commit\/([0-9a-f]{40})/g)];
  const commit = await browse(`/learner/shop/commit/${second?.[1]}`);
  expect(commit.text).toMatch(/2 files changed, 3 lines added, 0 removed\./);
  expect(commit.text).toContain('<tr class="add"><td class="n"></td><td class="n">1</td><td>+print(1)</td></tr>');
  expect(await browse("/learner/shop/switch?branch=v1")).toMatchObject({ status: 303, location: "/learner/shop/tree/v1" });
  expect((await browse("/acme/tools/settings")).status).toBe(404);
  expect(await browse("http://github.test/learner/shop")).toMatchObject({ status: 301, location: "https://github.test/learner/shop" });
});

test("a deploy key reads one private repository; a webhook tells a server of every push, signed", async () => {
  lab = await testLab([machineOf("laptop"), machineOf("web")], {
    ...TWO_COMMITS,
    hosting: {
      keys: ["laptop"],
      repositories: [{ ...SHOP, isPrivate: true, commits: TWO_COMMITS.hosting?.repositories[0]?.commits ?? [] }],
    },
    files: TWO_COMMITS.files?.filter(({ path }) => path.startsWith("/learner/")),
  });
  const laptop = lab.open("laptop");
  const web = lab.open("web");
  await identify(laptop);
  await web.run("ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519; ssh -o StrictHostKeyChecking=accept-new -T git@github.test");
  const key = await web.run("cat ~/.ssh/id_ed25519.pub");
  await browse("/learner/shop/settings/keys", { title: "web", key });
  expect(await web.run("ssh -T git@github.test")).toContain("Hi learner/shop!");
  expect(await web.run("git clone -q git@github.test:learner/shop.git; git -C shop log --format=%s")).toBe("Second\nFirst\n");
  await web.run("cd shop; git -c user.name=W -c user.email=w@example.com commit -q --allow-empty -m Mine");
  expect(await web.run("git push 2>&1")).toMatch(
    /^ERROR: The key you are authenticating with has been marked as read only\.\nfatal: Could not read/,
  );
  expect(
    await web.run("curl -s -o /dev/null -w '%{http_code}' 'https://github.test/learner/shop.git/info/refs?service=git-upload-pack'; echo"),
  ).toBe("401\n");

  expect((await browse("/learner/shop/settings/hooks", { url: "web:9000", secret: "" })).text).toContain("begins with http://");
  const requests = answering("web", 9000);
  await browse("/learner/shop/settings/hooks", { url: "http://web:9000/deploy", secret: "s3cret", content_type: "json" });
  await until(() => requests.length === 1);
  expect(requests[0]).toContain("X-GitHub-Event: ping");
  await laptop.run("ssh -o StrictHostKeyChecking=accept-new -T git@github.test; git clone -q git@github.test:learner/shop.git; cd shop");
  await laptop.run("echo 2 > src/app.py; git commit -qam 'Two now'; git push -q");
  await until(() => requests.length === 2);
  const push = requests[1] ?? "";
  const body = push.slice(push.indexOf("\r\n\r\n") + 4);
  const hmac = await laptop.run(`printf %s '${body}' | openssl dgst -sha256 -hmac s3cret | sed 's/.* //'`);
  expect(push).toContain(`X-Hub-Signature-256: sha256=${hmac.trim()}\r\n`);
  expect(JSON.parse(body)).toMatchObject({
    ref: "refs/heads/main",
    created: false,
    forced: false,
    commits: [{ message: "Two now", modified: ["src/app.py"], added: [], author: { name: "Ann", email: "ann@example.com" } }],
    repository: { full_name: "learner/shop", private: true, default_branch: "main" },
    pusher: { name: "learner" },
  });
  await until(() => readState(lab.machine("github.test")).repositories[0]?.deliveries.length === 2);
  expect((await browse("/learner/shop/settings/hooks")).text).toMatch(
    /✓ <b>push<\/b>[\s\S]*answered 200[\s\S]*&quot;full_name&quot;: &quot;learner\/shop&quot;/,
  );
});
