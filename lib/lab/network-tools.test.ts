import { afterEach, expect, test } from "vitest";
import { machineOf, type TestLab, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
afterEach(() => lab.close());

async function laptop() {
  const machines = [machineOf("laptop"), machineOf("web-1", { address: "10.0.0.20", ssh: { from: ["laptop"] } })];
  lab = await testLab(machines, { dns: { "shop.example": "web-1" } });
  return lab.open("laptop");
}

test("a machine knows its own addresses and routes", async () => {
  const terminal = await laptop();
  expect(await terminal.run("hostname -I")).toBe("10.0.0.10 \n");
  expect(await terminal.run("ip -4 addr show eth0")).toBe(
    "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000\n    inet 10.0.0.10/24 brd 10.0.0.255 scope global eth0\n       valid_lft forever preferred_lft forever\n",
  );
  expect(await terminal.run("ip route")).toBe(
    "default via 10.0.0.1 dev eth0 \n10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.10 \n",
  );
  expect(await terminal.run("ip foo; echo $?")).toBe('Object "foo" is unknown, try "ip help".\n1\n');
  expect(await terminal.run("ip addr add 10.0.0.99/24 dev eth0; echo $?")).toBe("RTNETLINK answers: Operation not permitted\n2\n");
});

test("names given by the lab are found by every program that asks for names", async () => {
  const terminal = await laptop();
  expect(await terminal.run("dig +short shop.example; dig +short -x 10.0.0.20; getent hosts shop.example")).toBe(
    "10.0.0.20\nweb-1.\n10.0.0.20       shop.example\n",
  );
  expect(await terminal.run("host shop.example; host nowhere.example; host 10.0.0.20")).toBe(
    "shop.example has address 10.0.0.20\nHost nowhere.example not found: 3(NXDOMAIN)\n20.0.0.10.in-addr.arpa domain name pointer web-1.\n",
  );
  expect(await terminal.run("nslookup shop.example")).toBe(
    "Server:\t\t10.0.0.1\nAddress:\t10.0.0.1#53\n\nName:\tshop.example\nAddress: 10.0.0.20\n\n",
  );
  expect(await terminal.run("dig shop.example")).toMatch(/status: NOERROR.*\nshop\.example\.\s+300\tIN\tA\t10\.0\.0\.20\n/s);
  // dig asks the name server, past /etc/hosts; other programs look there first.
  await terminal.run("echo 10.0.0.77 shop.example | sudo tee -a /etc/hosts");
  expect(await terminal.run("dig +short shop.example; getent hosts shop.example")).toBe("10.0.0.20\n10.0.0.77       shop.example\n");
});

test("ping counts what came back, and Ctrl-C shows the statistics", async () => {
  const terminal = await laptop();
  expect(await terminal.run("ping -c 2 -i 0.01 shop.example")).toMatch(
    /^PING shop\.example \(10\.0\.0\.20\) 56\(84\) bytes of data\.\n(64 bytes from web-1 \(10\.0\.0\.20\): icmp_seq=\d ttl=64 time=0\.\d{3} ms\n){2}\n--- shop\.example ping statistics ---\n2 packets transmitted, 2 received, 0% packet loss, time \d+ms\nrtt min\/avg\/max\/mdev = 0\.\d{3}\/0\.\d{3}\/0\.\d{3}\/0\.\d{3} ms\n$/,
  );
  expect(await terminal.run("ping -c 1 nowhere.example; echo $?")).toBe("ping: nowhere.example: Name or service not known\n2\n");
  await terminal.terminal.atPrompt();
  terminal.type("ping web-1\r");
  await terminal.sees("icmp_seq=1");
  terminal.type("\x03");
  await terminal.sees(/1 packets transmitted, 1 received, 0% packet loss, time \d+ms\nrtt min/);
});

test("ss shows who listens and what is connected", async () => {
  const terminal = await laptop();
  await terminal.run("ssh -o StrictHostKeyChecking=accept-new web-1 true");
  expect(await terminal.run("ssh web-1 sudo ss -ltnp")).toMatch(
    /LISTEN +0 +128 +0\.0\.0\.0:22 +0\.0\.0\.0:\* +users:\(\("sshd",pid=\d+,fd=3\)\)\n/,
  );
  expect(await terminal.run("ssh web-1 ss -tn")).toMatch(/ESTAB +0 +0 +10\.0\.0\.20:22 +10\.0\.0\.10:\d+\n/);
});
