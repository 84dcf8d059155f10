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
${until("test -s /var/log/nginx/access.log")}cat /var/log/nginx/access.log | cut -d' ' -f6-
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
nginx -p $PWD/web -c nginx.conf && curl -s localhost:8082
${until("test -s web/logs/access.log")}cut -d'"' -f2 web/logs/access.log
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

  it("speaks TLS with the certificate of the name, tells who speaks plainly to it, and reaches Unix sockets and TLS behind it", async () => {
    const { stdout } = await runScriptAsRoot(
      machine,
      `mkdir -p /srv/c && cd /srv/c
for name in one two; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $name.key -out $name.pem -days 30 -subj /CN=$name.test -addext subjectAltName=DNS:$name.test 2> /dev/null; done
cat > /etc/nginx/conf.d/tls.conf <<'EOF'
server { listen 443 ssl http2; server_name one.test; ssl_certificate /srv/c/one.pem; ssl_certificate_key /srv/c/one.key; return 200 "one $scheme $ssl_server_name\n"; }
server { listen 443 ssl; server_name two.test; ssl_certificate /srv/c/two.pem; ssl_certificate_key /srv/c/two.key; location / { return 200 "two $https\n"; } location /dir { return 301 /x; } }
server { listen unix:/run/web.sock; return 200 "unix $remote_addr\n"; }
server { listen 8084;
  location / { proxy_pass http://unix:/run/web.sock:/x; }
  location /none { proxy_pass http://unix:/run/none.sock; }
  location /tls { proxy_pass https://127.0.0.1; proxy_ssl_server_name on; proxy_ssl_name two.test; }
  location /strict { proxy_pass https://127.0.0.1; proxy_ssl_verify on; proxy_ssl_trusted_certificate /srv/c/one.pem; proxy_ssl_name two.test; proxy_ssl_server_name on; } }
EOF
nginx -t 2> /dev/null && nginx || exit 1
for name in one two; do curl -s --cacert $name.pem --resolve $name.test:443:127.0.0.1 https://$name.test/; done
curl -s --cacert one.pem --resolve two.test:443:127.0.0.1 https://two.test/; echo $?
curl -sk -o /dev/null -w '%{redirect_url}\n' --resolve two.test:443:127.0.0.1 https://two.test/dir
curl -s http://localhost:443/ | grep '<center>T' | tr -d '\\r'
curl -s localhost:8084/; curl -s localhost:8084/tls
for path in none strict; do curl -s -o /dev/null -w '%{http_code}\n' localhost:8084/$path; done
grep -o 'connect() to.*upstream,\\|upstream SSL.*upstream,' /var/log/nginx/error.log | tail -2 | cut -d, -f1
nginx -s stop 2> /dev/null
${until("! pgrep nginx > /dev/null")}
test -e /run/web.sock || echo gone; rm /etc/nginx/conf.d/tls.conf`,
    );
    expect(stdout).toBe(`one https one.test
two on
60
https://two.test/x
<center>The plain HTTP request was sent to HTTPS port</center>
unix unix:
two on
502
502
connect() to unix:/run/none.sock failed (2: No such file or directory) while connecting to upstream
upstream SSL certificate verify error: (18:self-signed certificate) while SSL handshaking to upstream
gone
`);
  });
});
