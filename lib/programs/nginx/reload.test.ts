import { afterAll, beforeAll, expect, it } from "vitest";
import type { Machine } from "../../kernel/types.ts";
import { freshMachine, runScriptAsRoot } from "../testing.ts";
import { binary, bytesOf } from "./config/parser.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await freshMachine();
});
afterAll(() => machine.destroy());

const until = (condition: string) => `for i in $(seq 300); do ${condition} && break; sleep 0.02; done\n`;

/** One request on a connection of its own; the status, or what went wrong. */
async function ask(port: number): Promise<string> {
  try {
    const socket = await machine.network.connect("127.0.0.1", port);
    await socket.write(bytesOf("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    let text = "";
    for (let got = await socket.read(65_536); got.length > 0; got = await socket.read(65_536)) text += binary(got);
    socket.release();
    return /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? "cut";
  } catch (error) {
    return String(error);
  }
}

/** A connection that asks again and again. */
async function askKept(port: number, isOver: () => boolean): Promise<string[]> {
  const statuses: string[] = [];
  while (!isOver()) {
    const socket = await machine.network.connect("127.0.0.1", port);
    for (let count = 0; count < 5; count++) {
      await socket.write(bytesOf("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"));
      const text = binary(await socket.read(65_536));
      // A connection that is kept may be closed between two requests: whoever keeps it asks again.
      if (text === "") break;
      statuses.push(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? "cut");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    socket.release();
  }
  return statuses;
}

it("loses no request of twenty a second while it reloads three times, and slow ones come to their end", async () => {
  await runScriptAsRoot(
    machine,
    `cat > /etc/nginx/conf.d/app.conf <<'EOF'
limit_req_zone $uri zone=slow:1m rate=5r/s;
server { listen 8083; location / { return 200 "version 0\\n"; } location /slow { limit_req zone=slow burst=9; root /var/www; try_files /html/index.nginx-debian.html =404; } }
EOF
nginx
${until("curl -s -o /dev/null localhost:8083")}`,
  );
  let isOver = false;
  const asked: Promise<string>[] = [];
  const traffic = (async () => {
    while (!isOver) {
      asked.push(ask(8083));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  const kept = askKept(8083, () => isOver);
  const { stdout } = await runScriptAsRoot(
    machine,
    `for i in 1 2 3 4; do curl -s -o /dev/null -w '%{http_code}\\n' localhost:8083/slow & done
for version in 1 2 3; do
  sed -i "s/version [0-9]/version $version/" /etc/nginx/conf.d/app.conf
  nginx -s reload 2> /dev/null
  ${until('test "$(curl -s localhost:8083)" = "version $version"')}
done
wait; ${until("! ps -eo args | grep -q '^nginx: worker process is'")} ps -eo args | grep -c '^nginx: worker process$'`,
  );
  isOver = true;
  await traffic;
  const statuses = await Promise.all(asked);
  expect(new Set(statuses)).toEqual(new Set(["200"]));
  expect(new Set(await kept)).toEqual(new Set(["200"]));
  const lines = stdout.trim().split("\n");
  expect(lines.slice(0, 4)).toEqual(["200", "200", "200", "200"]);
  expect(Number(lines.at(-1))).toBe(machine.usage().processors);
  await runScriptAsRoot(machine, "nginx -s stop 2> /dev/null");
});
