import { describe, expect, it } from "vitest";
import { readLab } from "./read-lab.ts";
import { readQuizzes } from "./read-quizzes.ts";

const surroundings = { lesson: "course/lesson", version: "v", images: ["ubuntu", "python"], files: [], quizzes: [] };

const good = `machines:
  laptop: { image: python }
browser: { machine: laptop, home: "http://localhost:8000/admin/" }
tasks:
  - id: migrate
    title: Create the tables
    checks:
      - id: applied
        run: python manage.py migrate --check
        on: laptop
        cwd: ~/shop
        because: Django has migrations that this database has not seen.
        next: Run them.
      - id: page
        http: http://localhost:8000/
        status: 200
        header: { Content-Type: { contains: html } }
        because: The page answered {found}, not 200.
        next: Start the server.
  - id: settings
    title: Turn DEBUG off
    needs: [migrate]
    checks:
      - id: debug
        file: ~/shop/settings.py
        matches: ^DEBUG = False
        wanted: a line that begins with DEBUG = False
        because: DEBUG is still on.
        next: Edit it.
`;

function problemsOf(text: string): string[] {
  return readLab("lab.yaml", text, surroundings).problems.map(
    (problem) => `${problem.line}:${problem.column} ${problem.message} ${problem.remedy}`,
  );
}

describe("lab.yaml", () => {
  it("becomes a definition with every default filled in", () => {
    const { lab, problems } = readLab("lab.yaml", good, surroundings);
    expect(problems).toEqual([]);
    expect(lab?.machines).toEqual([{ name: "laptop", image: "python", user: "learner", cwd: "/home/learner" }]);
    expect(lab?.tasks[0]?.checks[0]).toMatchObject({ kind: "run", exit: 0, network: false, timeoutSeconds: 20, on: "laptop" });
    expect(lab?.tasks[0]?.checks[1]).toMatchObject({
      kind: "http",
      method: "GET",
      responseHeaders: { "content-type": { contains: ["html"] } },
    });
    expect(lab?.tasks[1]?.checks[0]).toMatchObject({ kind: "file", exists: true, text: { matches: "^DEBUG = False" } });
  });

  it("puts repositories with their commits on the hosting site, and looks at them", () => {
    const file = (path: string) => ({ machine: "github.test", path, mode: 0o644, base64: "" });
    const files = [file("/learner/shop/v1/app.py"), file("/learner/shop/v2/app.py"), file("/acme/tools/run.sh")];
    const read = (text: string) => readLab("lab.yaml", text, { ...surroundings, files });
    const shop =
      "learner/shop: { private: true, commits: [{ message: First, files: v1 }, { message: Second, files: v2, tag: v2, branch: next }] }";
    const { lab, problems } = read(`${good}github: { keys: [laptop], repositories: { ${shop}, acme/tools: {} } }\n`);
    expect(problems).toEqual([]);
    expect(lab?.hosting).toMatchObject({
      keys: ["laptop"],
      repositories: [
        {
          name: "learner/shop",
          isPrivate: true,
          branch: "main",
          commits: [
            { message: "First", folder: "/learner/shop/v1" },
            { message: "Second", folder: "/learner/shop/v2", tag: "v2", branch: "next" },
          ],
        },
        { name: "acme/tools", commits: [{ message: "Initial commit", folder: "/acme/tools" }] },
      ],
    });
    const said = (text: string) => read(text).problems.map(({ line, message }) => `${line} ${message}`);
    expect(said(`${good}github: { keys: [lapdog], repositories: [learner/shop] }\n`)).toEqual([
      "30 `keys: lapdog`: no such machine.",
      "30 `files/github.test/acme/tools/run.sh` is in no repository.",
    ]);
    expect(said(`${good}github: { repositories: { learner/shop: { commits: [{ message: A, files: v9 }] }, acme/tools: {} } }\n`)).toEqual([
      "30 `files: v9`: there is nothing in files/github.test/learner/shop/v9/.",
    ]);
    expect(said(good)).toEqual(["1 `files/github.test` is here, and no repository is."]);
    // A check that looks there wants it to be there.
    const check =
      "  - id: pushed\n    title: Push\n    checks:\n      - { id: p, git: { repository: learner/new, branch: main }, on: github.test, because: b, next: n }\n";
    expect(readLab("lab.yaml", good + check, surroundings).lab?.hosting).toEqual({ keys: [], repositories: [] });
  });

  it("looks at processes and ports", () => {
    const checks = `      - { id: a, process: gunicorn, count: { min: 2 }, user: www-data, contains: "--workers 3", because: b, next: n }
      - { id: b, process: manage.py, running: false, because: b, next: n }
      - { id: c, port: 5432, address: 127.0.0.1, process: postgres, because: b, next: n }
      - { id: d, port: 8000, from: laptop, reachable: false, because: b, next: n }
      - { id: e, sql: select 1, database: shop, value: 1, because: b, next: n }
      - { id: f, sql: select 1, sqlite: db.sqlite3, rows: [[1]], because: b, next: n }
`;
    const text = good.replace("      - id: page\n", `${checks}      - id: page\n`);
    const { lab, problems } = readLab("lab.yaml", text, surroundings);
    expect(problems).toEqual([]);
    expect(lab?.tasks[0]?.checks.slice(1, 7)).toMatchObject([
      { kind: "process", count: { min: 2 }, user: "www-data", command: { contains: ["--workers 3"] } },
      { kind: "process", count: { min: 0, max: 0 } },
      { kind: "port", listening: true, address: "127.0.0.1", process: "postgres" },
      { kind: "port", reach: { from: "laptop", reachable: false } },
      { kind: "sql", database: { engine: "postgres", name: "shop", user: "postgres" }, value: 1 },
      { kind: "sql", database: { engine: "sqlite", file: "db.sqlite3" }, rows: [[1]] },
    ]);
    expect(problemsOf(text.replace("database: shop, value: 1", "value: 1"))[0]).toContain("Add `database:`");
    expect(problemsOf(text.replace("database: shop, value: 1", "database: shop"))[0]).toContain("Add `value:`");
    expect(problemsOf(text.replace("from: laptop", "from: laptob"))[0]).toContain("Did you mean `laptop`?");
    expect(problemsOf(text.replace("port: 5432, address", "port: 5432, listening: false, address"))[0]).toContain(
      "Drop `listening: false`",
    );
    expect(problemsOf(text.replace("port: 8000, from: laptop", "port: 8000"))[0]).toContain("Add `from:`");
  });

  it("looks at the history, and may have simulated users", () => {
    const checks = `      - { id: a, never: { status: [5xx, none], to: "http://shop.test/" }, because: b, next: n }
      - { id: b, always: { process: gunicorn, count: 3 }, since: migrate, because: b, next: n }
      - { id: c, never: { port: 5432, from: laptop }, because: b, next: n }
      - { id: d, traffic: visitors, requests: 40, during: { process: gunicorn }, because: b, next: n }
`;
    const traffic = 'traffic:\n  visitors: { to: "http://shop.test/", perSecond: 20, during: settings }\n';
    const text = good.replace("      - id: debug\n", `${checks}      - id: debug\n`).replace("tasks:\n", `${traffic}tasks:\n`);
    const { lab, problems } = readLab("lab.yaml", text, surroundings);
    expect(problems).toEqual([]);
    expect(lab?.traffic).toEqual([{ name: "visitors", from: undefined, to: ["http://shop.test/"], perSecond: 20, during: "settings" }]);
    expect(lab?.tasks[1]?.checks.slice(0, 4)).toMatchObject([
      { kind: "never", what: { kind: "request", status: ["5xx", "none"], to: "http://shop.test/", by: "users" } },
      { kind: "always", since: "migrate", what: { kind: "process", process: "gunicorn", on: "laptop", count: { min: 3, max: 3 } } },
      { kind: "never", what: { kind: "port", port: 5432, reach: { from: "laptop", reachable: true } } },
      { kind: "traffic", traffic: "visitors", requests: 40, lost: 0, errors: 0, during: { process: "gunicorn", on: "laptop" } },
    ]);
    expect(problemsOf(text.replace("5xx, none", "5xx, nine"))[0]).toContain("a class like 5xx");
    expect(problemsOf(text.replace("from: laptop", "from: laptob"))[0]).toContain("Did you mean `laptop`?");
    expect(problemsOf(text.replace("traffic: visitors", "traffic: visitor"))[0]).toContain("Did you mean `visitors`?");
    expect(problemsOf(text.replace("during: settings", "during: setting"))[0]).toContain("Did you mean `settings`?");
    expect(problemsOf(text.replace("count: 3 }", "cuont: 3 }"))[0]).toContain("Did you mean `count`?");
  });

  it("may name several machines, their addresses, who may log in, further names and the latency", () => {
    const several = good
      .replace(
        "  laptop: { image: python }",
        "  laptop: { image: python }\n  web-1: { image: ubuntu, user: ann, address: 10.0.0.20, ssh: [laptop] }",
      )
      .replace("browser:", "dns: { shop.example: web-1, old.example: 10.0.0.99 }\nnetwork: { latency: 40 }\nbrowser:");
    const { lab, problems } = readLab("lab.yaml", several, surroundings);
    expect(problems).toEqual([]);
    expect(lab?.machines[1]).toMatchObject({
      name: "web-1",
      user: "ann",
      cwd: "/home/ann",
      address: "10.0.0.20",
      ssh: { from: ["laptop"] },
    });
    expect(lab?.dns).toEqual({ "shop.example": "web-1", "old.example": "10.0.0.99" });
    expect(lab?.latencyMs).toBe(40);
    expect(problemsOf(several.replace("shop.example: web-1", "shop.example: web-2"))).toEqual([
      "4:22 `shop.example: web-2`: no such machine. Did you mean `web-1`?",
    ]);
    expect(problemsOf(several.replace("ssh: [laptop]", "ssh: [labtop]"))).toHaveLength(1);
    expect(problemsOf(several.replace("ssh: [laptop]", "without: [zipp]")).join()).toContain(
      "`without: zipp`: no such package that apt can install. Did you mean `zip`?",
    );
    expect(problemsOf(several.replace("image: python", "image: python, address: 10.0.0.20")).join()).toContain(
      "has the address 10.0.0.20 already",
    );
  });

  it("points at a machine that does not exist and names the one that was meant", () => {
    expect(problemsOf(good.replace("on: laptop", "on: labtop"))).toEqual(["10:13 `on: labtop`: no such machine. Did you mean `laptop`?"]);
    expect(problemsOf(good.replace("machine: laptop", "machine: labtop"))).toEqual([
      "3:21 `machine: labtop`: no such machine. Did you mean `laptop`?",
    ]);
  });

  it("points at an unknown key, within the kind of check that was meant", () => {
    expect(problemsOf(good.replace("status: 200", "statsu: 200\n        contains: x"))).toEqual([
      "16:9 `statsu`: no such key here. Did you mean `status`?",
    ]);
  });

  it("tells a key that is written wrong as one mistake, also where it is needed", () => {
    expect(problemsOf(good.replace("    title: Create", "    tilte: Create"))).toEqual([
      "6:5 `tilte`: no such key here. Did you mean `title`?",
    ]);
    expect(problemsOf(good.replace("        because:", "        becuase:")).join()).toMatch(
      /^\d+:9 `becuase`: no such key here\. Did you mean `because`\?$/,
    );
    expect(problemsOf(good.replace("    title: Create", "    wording: Create"))).toHaveLength(2);
  });

  it("knows the kind of a check also where its name is written wrong", () => {
    expect(problemsOf(good.replace("        file: ~/shop/settings.py", "        fiel: ~/shop/settings.py")).join()).toMatch(
      /^\d+:9 `fiel`: no such key here\. Did you mean `file`\?$/,
    );
  });

  it("tells the first place that is no YAML, and not what the parser makes of the rest", () => {
    const problems = problemsOf(good.replace("    title: Create", "\ttitle: Create"));
    expect(problems.join()).toMatch(/^6:1 This is not valid YAML: Tabs are not allowed as indentation\. Indent with spaces/);
    expect(problems).toHaveLength(1);
  });

  it("tells a check without a kind which kinds there are", () => {
    const [problem] = problemsOf(good.replace("        file: ~/shop/settings.py\n", ""));
    expect(problem).toContain(
      "This needs one of the keys `run`, `file`, `http`, `port`, `process`, `sql`, `git`, `never`, `always`, `traffic`, `quiz`.",
    );
  });

  it("says which type a value must have", () => {
    expect(problemsOf(good.replace("status: 200", 'status: "200"'))).toEqual([
      "16:17 `status` must be a number, not the string `200`. Write a number here.",
    ]);
  });

  it("refuses needs that lead nowhere or forward, images, expressions and checks that look at nothing", () => {
    expect(problemsOf(good.replace("needs: [migrate]", "needs: [migrat]"))[0]).toContain("no such task. Did you mean `migrate`?");
    expect(problemsOf(good.replace("needs: [migrate]", "needs: [settings]"))[0]).toContain("comes later");
    expect(problemsOf(good.replace("image: python", "image: pyton"))[0]).toContain("Did you mean `python`?");
    expect(problemsOf(good.replace("^DEBUG = False", '"DEBUG ("'))[0]).toContain("`matches` is not a regular expression");
    expect(problemsOf(good.replace(/ +wanted: .*\n/, ""))[0]).toContain("What `matches` looks for is not said in words");
    expect(problemsOf(good.replace(/ +matches: .*\n/, ""))[0]).toContain("`wanted` goes with `matches`");
    expect(problemsOf(good.replace(/ {8}status: 200\n {8}header.*\n/, ""))[0]).toContain("looks at nothing of the answer");
  });

  it("takes a server that must not answer, and no rules for its answer", () => {
    const stopped = good.replace(/ {8}status: 200\n {8}header.*\n/, "        refused: true\n");
    expect(readLab("lab.yaml", stopped, surroundings).lab?.tasks[0]?.checks[1]).toMatchObject({ kind: "http", refused: true });
    expect(problemsOf(good.replace("status: 200", "refused: true"))[0]).toContain("A refused connection has no answer to look at.");
  });

  it("reports broken YAML with its line", () => {
    expect(problemsOf('tasks:\n  - id: "a\n')[0]).toMatch(/^[23]:\d+ This is not valid YAML: Missing closing "quote/);
  });
});

describe("quiz.yaml", () => {
  it("demands exactly one right answer", () => {
    const text = "- id: q\n  question: Which?\n  options:\n    - { id: a, text: A, why: no }\n    - { id: b, text: B, why: no }\n";
    expect(readQuizzes("quiz.yaml", text).problems[0]).toMatchObject({ line: 4, message: "The quiz `q` has 0 right answers." });
    expect(readQuizzes("quiz.yaml", text.replace("B, why", "B, right: true, why")).quizzes).toHaveLength(1);
  });
});
