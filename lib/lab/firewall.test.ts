import { afterEach, expect, test } from "vitest";
import { KernelError } from "../kernel/errno.ts";
import type { Machine } from "../kernel/types.ts";
import { machineOf, type TestLab, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
afterEach(() => lab.close());

async function twoMachines() {
  lab = await testLab([machineOf("laptop"), machineOf("web-1", { ssh: { from: ["laptop"] } })]);
  return { laptop: lab.machine("laptop"), web: lab.machine("web-1"), terminal: lab.open("web-1") };
}

function listen(machine: Machine, port: number): void {
  const socket = machine.network.socket();
  socket.bind("0.0.0.0", port, { uid: 0, gid: 0, groups: [] });
  socket.listen(5);
}

/** What a connection from the laptop meets. */
async function knock(from: Machine, port: number): Promise<string> {
  try {
    (await from.network.connect("10.0.0.11", port, undefined, { impatient: true })).release();
    return "open";
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
}

test("rules are shown as ufw shows them", async () => {
  const { terminal } = await twoMachines();
  expect(await terminal.run("sudo ufw status")).toBe("Status: inactive\n");
  expect(await terminal.run("sudo ufw allow 22; sudo ufw allow OpenSSH")).toBe("Rules updated\nRules updated (v6)\n".repeat(2));
  expect(await terminal.run("sudo ufw allow 80/tcp; sudo ufw allow 80/tcp")).toBe(
    "Rules updated\nRules updated (v6)\nSkipping adding existing rule\nSkipping adding existing rule (v6)\n",
  );
  await terminal.run("sudo ufw deny 8000; sudo ufw limit ssh; sudo ufw allow from 10.0.0.5 to any port 5432; sudo ufw reject 25/tcp");
  expect(await terminal.run("sudo ufw enable")).toBe("Firewall is active and enabled on system startup\n");
  expect(await terminal.run("sudo ufw allow out 53; sudo ufw allow 9000/tcp comment 'my app'")).toBe(
    "Rule added\nRule added (v6)\n".repeat(2),
  );
  expect(await terminal.run("sudo ufw status")).toBe(`Status: active

To                         Action      From
--                         ------      ----
22                         ALLOW       Anywhere                  
OpenSSH                    ALLOW       Anywhere                  
80/tcp                     ALLOW       Anywhere                  
8000                       DENY        Anywhere                  
22/tcp                     LIMIT       Anywhere                  
5432                       ALLOW       10.0.0.5                  
25/tcp                     REJECT      Anywhere                  
9000/tcp                   ALLOW       Anywhere                   # my app
22 (v6)                    ALLOW       Anywhere (v6)             
OpenSSH (v6)               ALLOW       Anywhere (v6)             
80/tcp (v6)                ALLOW       Anywhere (v6)             
8000 (v6)                  DENY        Anywhere (v6)             
22/tcp (v6)                LIMIT       Anywhere (v6)             
25/tcp (v6)                REJECT      Anywhere (v6)             
9000/tcp (v6)              ALLOW       Anywhere (v6)              # my app

53                         ALLOW OUT   Anywhere                  
53 (v6)                    ALLOW OUT   Anywhere (v6)             

`);
  const verbose = await terminal.run("sudo ufw status verbose");
  expect(verbose).toContain("Logging: on (low)\nDefault: deny (incoming), allow (outgoing), disabled (routed)\nNew profiles: skip\n");
  expect(verbose).toContain("22/tcp (OpenSSH)           ALLOW IN    Anywhere                  \n");
  const numbered = await terminal.run("sudo ufw status numbered");
  expect(numbered).toContain("\n     To                         Action      From\n     --                         ------      ----\n");
  expect(numbered).toContain("[ 8] 53                         ALLOW OUT   Anywhere                   (out)\n");
  expect(await terminal.run("yes | sudo ufw delete 3")).toBe("Deleting:\n allow 80/tcp\nProceed with operation (y|n)? Rule deleted\n");
  expect(await terminal.run("sudo ufw delete allow 80/tcp")).toBe("Could not delete non-existent rule\nRule deleted (v6)\n");
});

test("mistakes are told as ufw tells them", async () => {
  const { terminal } = await twoMachines();
  const cases: [string, string][] = [
    ["/usr/sbin/ufw status", "ERROR: You need to be root to run this script\n"],
    ["sudo ufw allow nosuch", "ERROR: Could not find a profile matching 'nosuch'\n"],
    ["sudo ufw allow 99999", "ERROR: Bad port\n"],
    ["sudo ufw allow 80/foo", "ERROR: Bad port\n"],
    ["sudo ufw allow 8000:8010", "ERROR: Must specify 'tcp' or 'udp' with multiple ports\n"],
    ["sudo ufw delete 99", "ERROR: Could not find rule '99'\n"],
    ["sudo ufw frob 2>&1 | head -n 3", "ERROR: Invalid syntax\n\nUsage: ufw COMMAND\n"],
  ];
  for (const [command, said] of cases) expect(await terminal.run(command), command).toBe(said);
});

test("what is not allowed never arrives; what is rejected is refused; what stands goes on", async () => {
  const { laptop, web, terminal } = await twoMachines();
  listen(web, 8000);
  listen(web, 8001);
  const standing = await laptop.network.connect("10.0.0.11", 8001);
  expect(await knock(laptop, 8000)).toBe("open");
  await terminal.run("sudo ufw allow OpenSSH; sudo ufw reject 8001/tcp; sudo ufw enable");
  expect([await knock(laptop, 22), await knock(laptop, 8000), await knock(laptop, 8001)]).toEqual(["open", "ETIMEDOUT", "ECONNREFUSED"]);
  expect(await terminal.run("curl -s -o /dev/null http://localhost:8000/ -m 1; echo $?")).toBe("28\n");
  standing.writeNow(new Uint8Array([1]));
  await terminal.run("sudo ufw allow from 10.0.0.10 to any port 8000");
  expect(await knock(laptop, 8000)).toBe("open");
  await terminal.run("sudo ufw default deny outgoing");
  expect(await terminal.run("curl -sS -m 1 http://laptop:1/")).toMatch(/^curl: \(6\) Could not resolve host: laptop/);
  await terminal.run("sudo ufw disable");
  expect(await knock(laptop, 8001)).toBe("open");
});

test("a limit counts connections, and not questions about them", async () => {
  const { laptop, web, terminal } = await twoMachines();
  listen(web, 8000);
  await terminal.run("sudo ufw limit 8000/tcp; sudo ufw --force enable");
  for (let times = 0; times < 20; times++) expect(laptop.network.trace("10.0.0.11", 8000)).toBe("listener");
  for (let times = 0; times < 5; times++) expect(await knock(laptop, 8000)).toBe("open");
  expect(await knock(laptop, 8000)).toBe("ECONNREFUSED");
  expect(laptop.network.trace("10.0.0.11", 8000)).toBe("refused");
});

test("over ssh, ufw asks before it may cut the branch it sits on", async () => {
  const { laptop, web } = await twoMachines();
  const terminal = lab.open("laptop");
  await terminal.run("ssh -o StrictHostKeyChecking=accept-new web-1 true");
  terminal.type("ssh -t web-1 sudo ufw enable\r");
  await terminal.sees("Command may disrupt existing ssh connections. Proceed with operation (y|n)? ");
  terminal.type("n\r");
  await terminal.sees("Aborted\n");
  expect(await knock(laptop, 22)).toBe("open");
  expect(await terminal.run("ssh web-1 'sudo ufw --force enable'")).toBe("Firewall is active and enabled on system startup\n");
  expect(web.files.readText("/etc/ufw/ufw.conf")).toContain("ENABLED=yes\n");
  expect(await knock(laptop, 22)).toBe("ETIMEDOUT");
  expect(await terminal.run("ssh -o ConnectTimeout=1 web-1")).toBe("ssh: connect to host web-1 port 22: Connection timed out\n");
});
