import { afterAll, beforeAll, expect, it } from "vitest";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

let python: PythonMachine;

beforeAll(async () => {
  python = await pythonMachine();
  await python.sh("pip install -q uwsgi");
});
afterAll(() => python.close());

const application = `def application(environ, start_response):
    if environ["PATH_INFO"] == "/boom": raise ValueError("boom")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"hello\\n"]
`;

const script = `uwsgi --http-socket 127.0.0.1:8000 --wsgi-file plain.py --master --processes 2 --pidfile u.pid --vacuum > log 2>&1 & pid=$!
until curl -s -o answer localhost:8000/; do sleep 0.05; done
cat answer
curl -s localhost:8000/boom; echo $?
uwsgi --reload u.pid
until grep -q inherited log || test "$(grep -c 'spawned uWSGI worker 2' log)" = 2; do sleep 0.05; done
until curl -s -o answer localhost:8000/; do sleep 0.05; done
cat answer
uwsgi --stop u.pid
wait $pid; echo "exit $?"
ls u.pid`;

it("uwsgi serves with a master and workers, reloads, stops and cleans up, saying what uWSGI says", async () => {
  python.machine.files.writeFile("/home/learner/plain.py", application);
  const { output } = await python.sh(`${script} 2>&1`);
  expect(output).toBe("hello\n52\nhello\nexit 0\nls: cannot access 'u.pid': No such file or directory\n");
  const log = python.machine.files.readText("/home/learner/log");
  expect(log).toMatch(/^\*\*\* Starting uWSGI 2\.0\.31 \(32bit\) on \[/);
  expect(log).toMatch(/uwsgi socket 0 bound to TCP address 127\.0\.0\.1:8000 fd 3\n/);
  expect(log).toMatch(/WSGI app 0 \(mountpoint=''\) ready in \d+ seconds on interpreter 0x[0-9a-f]+ pid: \d+ \(default app\)\n/);
  expect(log).toMatch(
    /\[pid: \d+\|app: 0\|req: \d+\/\d+\] 127\.0\.0\.1 \(\) \{\d+ vars in \d+ bytes\} \[.{24}\] GET \/ => generated 6 bytes in \d+ msecs \(HTTP\/1\.1 200\) 2 headers in 64 bytes/,
  );
  expect(log).toMatch(/ValueError: boom\n\[pid: .* GET \/boom => generated 0 bytes in \d+ msecs \(HTTP\/1\.1 500\) 0 headers in 0 bytes/);
  expect(log).toMatch(
    /SIGINT\/SIGTERM received\.\.\.killing workers\.\.\.\n(worker [12] buried after \d seconds\n){2}goodbye to uWSGI\.\nVACUUM: pidfile removed\.\n$/,
  );
});

it("uwsgi's workers can be told to end as soon as they have been made", async () => {
  const { output } = await python.sh(`for signal in INT HUP; do
rm -f log
uwsgi --http-socket 127.0.0.1:8000 --wsgi-file plain.py --master --processes 4 --pidfile u.pid > log 2>&1 & pid=$!
until grep -qs 'worker 4' log; do :; done
kill -$signal $pid
test $signal = INT || { until grep -q 'binary reloading' log; do sleep 0.05; done; until test "$(grep -c 'spawned uWSGI worker 4' log)" -ge 2; do sleep 0.05; done; kill -INT $pid; }
wait $pid; echo "$signal exit $?"
done 2>&1`);
  expect(output).toBe("INT exit 0\nHUP exit 0\n");
});

it("uwsgi takes its port as root, and serves as the user that it becomes", async () => {
  const text = application.replace("hello\\n", "as-you").replace("def ", "import os\ndef ").replace('b"as-you"', "b'%6d' % os.getuid()");
  python.machine.files.writeFile("/home/learner/who.py", text);
  const { output } = await python.sh(`sudo uwsgi --http-socket 127.0.0.1:80 --wsgi-file who.py --master --processes 2 \
  --uid learner --gid learner --pidfile /tmp/who.pid > log 2>&1 &
until curl -s localhost; do sleep 0.05; done
test "$(id -u)" = 1000 && uwsgi --stop /tmp/who.pid; wait; grep -c setuid log`);
  expect(output).toBe("  10001\n");
});

it("uwsgi refuses what it does not know, what is not modeled, and an application that can't be loaded", async () => {
  const { output } = await python.sh(
    "uwsgi --nonsense; echo $?; uwsgi --emperor x; echo $?; uwsgi --http-socket 127.0.0.1:8001 --module nothing:app --need-app 2> log; echo $?; tail -3 log",
  );
  expect(output).toBe(
    [
      "/usr/local/bin/uwsgi: unrecognized option '--nonsense'",
      "getopt_long() error",
      "1",
      "uwsgi: option '--emperor' is real, but this machine does not model it; see /reference/machine",
      "1",
      "22",
      "ModuleNotFoundError: No module named 'nothing'",
      "unable to load app 0 (mountpoint='') (callable not found or import error)",
      "*** no app loaded. GAME OVER ***",
      "",
    ].join("\n"),
  );
});
