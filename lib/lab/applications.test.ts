import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

const folder = join(dirname(fileURLToPath(import.meta.url)), "applications");
const learner = { uid: 1000, gid: 1000, groups: [1000] };

let python: PythonMachine;

beforeAll(async () => {
  python = await pythonMachine();
  const files = python.machine.filesAs(learner, "/home/learner");
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes("__pycache__")) continue;
    const path = relative(folder, join(entry.parentPath, entry.name));
    files.mkdir(dirname(path), { recursive: true });
    files.writeFile(path, readFileSync(join(folder, path)));
  }
  await python.sh("pip install -q django flask gunicorn uvicorn pytest");
});
afterAll(() => python.close());

async function output(command: string, directory: string): Promise<string> {
  return (await python.sh(command, { cwd: `/home/learner/${directory}` })).output;
}

/** Serves in the background, asks, stops; gives what was asked for. */
async function served(server: string, directory: string, ask: string): Promise<string> {
  const up = "until curl -s -o answer localhost:8000/; do sleep 0.05; done";
  return output(`${server} > server.log 2>&1 & pid=$!; ${up}; ${ask}; kill $pid; wait $pid`, directory);
}

describe("the polls application of Django's documentation", () => {
  it("makes its migrations, passes its own tests, and collects its static files", async () => {
    expect(await output("python manage.py makemigrations polls | tail -2; python manage.py migrate -v 0; echo $?", "polls")).toBe(
      "    + Create model Question\n    + Create model Choice\n0\n",
    );
    expect(await output("python manage.py test 2>&1 > test.log | tail -4", "polls")).toMatch(
      /Ran 9 tests in .*\n\nOK\nDestroying test database/,
    );
    expect(await output("python manage.py collectstatic --noinput; ls collected; cat collected/polls/style.css", "polls")).toMatch(
      /\d+ static files copied to '\/home\/learner\/polls\/collected'\.\nadmin\npolls\nli a/,
    );
    expect(await output("python manage.py check --deploy 2>&1 | grep -o 'security.W[0-9]*' | head -2", "polls")).toBe(
      "security.W004\nsecurity.W008\n",
    );
  });

  const fill = `python manage.py shell -c "
from polls.models import Question
from django.utils import timezone
q = Question.objects.create(question_text='Whats new?', pub_date=timezone.now())
q.choice_set.create(choice_text='Not much')" > shell.log`;
  const ask = [
    "curl -s -c jar localhost:8000/polls/1/ > page",
    `curl -s -b jar -o answer -w '%{http_code} ' -d "csrfmiddlewaretoken=$(grep -o 'value="[^"]*"' page | head -1 | cut -d'"' -f2)" -d choice=1 localhost:8000/polls/1/vote/`,
    "curl -s localhost:8000/polls/1/results/ | grep -o 'Not much: [0-9]*'",
    "curl -s -c jar localhost:8000/polls/state/ | grep -o 'visits.: [0-9]*'",
    "curl -s -b jar localhost:8000/polls/state/ | grep -o 'visits.: [0-9]*'",
    "curl -s localhost:8000/polls/later/",
    "curl -s -H 'Accept-Language: de' localhost:8000/admin/login/ | grep -om1 '<title>Anmelden'",
  ].join("; ");

  it.each([
    ["gunicorn", "gunicorn -w 2 --preload mysite.wsgi", 1],
    ["uvicorn", "uvicorn mysite.asgi:application", 2],
  ])("runs under %s", async (_name, server, votes) => {
    if (votes === 1) await output(fill, "polls");
    expect(await served(server, "polls", ask)).toBe(`302 Not much: ${votes}\nvisits": 1\nvisits": 2\n{"questions": 1}<title>Anmelden\n`);
  });

  it("has logged, mailed and cached into files", async () => {
    expect(await output("cat polls.log | head -1; ls mail | wc -l; ls cache | grep -c djcache; ls sessions | wc -l", "polls")).toMatch(
      /^INFO polls new question \d+\n\d+\n[1-9]\d*\n[1-9]\d*\n$/,
    );
    expect(await output("python manage.py closepoll 1 7 2> errors; echo $?; cat errors", "polls")).toBe(
      'Successfully closed poll "1"\n1\nCommandError: Poll "7" does not exist\n',
    );
  });
});

describe("the flaskr application of Flask's documentation", () => {
  it("passes its own tests", async () => {
    expect(await output("python -m pytest -q 2>&1 | tail -1", "flaskr")).toMatch(/^15 passed in /);
  });

  it.each([
    ["flask run --debug, with its reloader", "flask --app flaskr run --debug -p 8000"],
    ["gunicorn", "gunicorn 'flaskr:create_app()'"],
  ])("runs under %s", async (_name, server) => {
    await output("flask --app flaskr init-db", "flaskr");
    const steps = [
      "curl -s -o answer -w '%{http_code} ' -d username=ann -d password=secret localhost:8000/auth/register",
      "curl -s -c jar -o answer -w '%{http_code} ' -d username=ann -d password=secret localhost:8000/auth/login",
      "curl -s -b jar -o answer -w '%{http_code}\\n' -d title=First -d body=text localhost:8000/create",
      "curl -s -b jar localhost:8000/ | grep -E 'First|span'",
      "curl -s -o answer -w '%{http_code} %{content_type}\\n' localhost:8000/static/style.css",
    ].join("; ");
    expect(await served(server, "flaskr", steps)).toBe(
      '302 302 302\n  <span>ann</span> <a href="/auth/logout">Log Out</a>\n  <h1>First</h1>\n200 text/css; charset=utf-8\n',
    );
  });
});
