import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Machine } from "../../kernel/types.ts";
import { freshMachine, runScriptAsRoot, runScriptAtHome } from "../testing.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await freshMachine();
});
afterAll(() => machine.destroy());

/** Waits for what a shell can see. */
const until = (condition: string) => `for i in $(seq 200); do ${condition} && break; sleep 0.02; done\n`;

describe("Debian's nginx as a service", () => {
  it("serves the welcome page as root's master with workers of www-data, logs, and goes", async () => {
    const { stdout, stderr } = await runScriptAsRoot(
      machine,
      `nginx && curl -s localhost | grep title
ps -eo user,args | grep '^[a-z-]* *nginx:' | sort -u
cat /var/log/nginx/access.log | cut -d' ' -f6-
test -s /run/nginx.pid && echo pid
nginx -s quit 2> /dev/null
${until("! pgrep nginx > /dev/null")}
test -e /run/nginx.pid || echo gone
curl -s localhost; echo $?`,
    );
    expect(stderr).toBe("");
    expect(stdout).toBe(`<title>Welcome to nginx!</title>
root     nginx: master process nginx
www-data nginx: worker process
"GET / HTTP/1.1" 200 429 "-" "curl/7.88.1"
pid
gone
7
`);
  });

  it("keeps the old configuration when the new one is wrong, and takes it when it is right", async () => {
    const { stdout } = await runScriptAsRoot(
      machine,
      `cd /etc/nginx/conf.d; : > /var/log/nginx/error.log; nginx
echo 'server { listen 8081; return 200 "one\\n"; }' > one.conf; nginx -s reload 2> /dev/null
${until("curl -s localhost:8081")}
echo 'server { listen 8081; return 200 "two\\n" }' > one.conf; nginx -s reload 2> /dev/null
kill -HUP $(cat /run/nginx.pid)
${until("test -s /var/log/nginx/error.log")}
sed 's/.*#[0-9]*: //' /var/log/nginx/error.log; curl -s localhost:8081
echo 'server { listen 8081; return 200 "two\\n"; }' > one.conf; nginx -s reload 2> /dev/null
${until('test "$(curl -s localhost:8081)" = two')}
curl -s localhost:8081; rm one.conf; nginx -s stop 2> /dev/null
${until("! pgrep nginx > /dev/null")}`,
    );
    expect(stdout).toBe(`one
unexpected "}" in /etc/nginx/conf.d/one.conf:1
one
two
`);
  });

  it("is refused what an ordinary user may not do, and runs on a high port with folders of its own", async () => {
    const { stdout, stderr } = await runScriptAtHome(
      machine,
      `PATH=$PATH:/usr/sbin
nginx -t 2>&1 | sed 's/.*#[0-9]*: //'
mkdir -p web/html web/logs; echo hi > web/html/index.html
cat > web/nginx.conf <<'EOF'
pid logs/nginx.pid;
error_log logs/error.log;
events {}
http { access_log logs/access.log; server { listen 8082; } }
EOF
nginx -p $PWD/web -c nginx.conf && curl -s localhost:8082; cut -d'"' -f2 web/logs/access.log
nginx -p $PWD/web -c nginx.conf -s stop 2> /dev/null
${until("! pgrep nginx > /dev/null")}`,
    );
    expect(stderr).toBe("");
    expect(
      stdout,
    ).toBe(`the "user" directive makes sense only if the master process runs with super-user privileges, ignored in /etc/nginx/nginx.conf:1
nginx: the configuration file /etc/nginx/nginx.conf syntax is ok
open() "/run/nginx.pid" failed (13: Permission denied)
nginx: configuration file /etc/nginx/nginx.conf test failed
hi
GET / HTTP/1.1
`);
  });
});
