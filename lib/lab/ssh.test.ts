import { afterEach, expect, test } from "vitest";
import { until } from "../kernel/testing.ts";
import { machineOf, type TestLab, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
afterEach(() => lab.close());

/** A laptop whose key is let in, and one server. */
async function twoMachines() {
  lab = await testLab([machineOf("laptop"), machineOf("web-1", { ssh: { from: ["laptop"] } })]);
  return { laptop: lab.open("laptop"), web: lab.machine("web-1") };
}

const QUESTION = "Are you sure you want to continue connecting (yes/no/[fingerprint])? ";

async function meet(laptop: Awaited<ReturnType<typeof twoMachines>>["laptop"]) {
  await laptop.run("ssh -o StrictHostKeyChecking=accept-new web-1 true");
}

test("the first time, ssh shows the host's fingerprint and asks; then a login shell runs on the server, and exit comes back", async () => {
  const { laptop, web } = await twoMachines();
  const fingerprint = await lab.open("web-1").run("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
  await laptop.terminal.atPrompt();
  laptop.type("ssh web-1\r");
  const asked = await laptop.sees(QUESTION);
  expect(asked).toContain("The authenticity of host 'web-1 (10.0.0.11)' can't be established.\n");
  expect(asked).toContain(`ED25519 key fingerprint is ${fingerprint.split(" ")[1]}.\nThis key is not known by any other names.\n`);
  laptop.type("perhaps\r");
  await laptop.sees("Please type 'yes', 'no' or the fingerprint: ");
  laptop.type("yes\r");
  await laptop.sees("Warning: Permanently added 'web-1' (ED25519) to the list of known hosts.");
  await laptop.sees("learner@web-1:~$ ");
  expect(await laptop.run("hostname; whoami; tty; echo $SSH_CONNECTION $TERM")).toMatch(
    /^web-1\nlearner\n\/dev\/pts\/\d\n10\.0\.0\.10 \d+ 10\.0\.0\.11 22 xterm-256color\n$/,
  );
  expect(await laptop.run("ps -eo user,args | grep sshd:")).toMatch(
    /root +sshd: \/usr\/sbin\/sshd -D \[listener\] 0 of 10-100 startups\nroot +sshd: learner \[priv\]\nlearner +sshd: learner@pts\/\d\n/,
  );
  laptop.type("exit\r");
  await laptop.sees("logout\nConnection to web-1 closed.\nlearner@laptop:~$ ");
  const log = web.files.readText("/var/log/auth.log");
  expect(log).toMatch(/sshd\[\d+\]: Accepted publickey for learner from 10\.0\.0\.10 port \d+ ssh2: ED25519 SHA256:/);
  laptop.type("ssh web-1\r");
  await laptop.sees(/Last login: \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} from 10\.0\.0\.10\n/);
});

test("each machine has host keys of its own, in other labs too", async () => {
  const keys = new Set<string>();
  for (const names of [["web-1", "web-2"], ["db"]]) {
    lab = await testLab(names.map((name) => machineOf(name, { ssh: { from: [] } })));
    for (const name of names) keys.add(lab.machine(name).files.readText("/etc/ssh/ssh_host_ed25519_key.pub").split(" ")[1] ?? "");
    if (names.length > 1) lab.close();
  }
  expect(keys.size).toBe(3);
});

test("a command over ssh has its own input, output, errors and exit status", async () => {
  const { laptop } = await twoMachines();
  await meet(laptop);
  expect(await laptop.run("ssh web-1 'echo out; echo err >&2; exit 3' 2>err; echo $?; cat err")).toBe("out\n3\nerr\n");
  expect(await laptop.run("printf 'a\\nb\\n' | ssh web-1 wc -l")).toBe("2\n");
  expect(await laptop.run("ssh web-1 'kill -9 $$'; echo $?")).toBe("255\n");
  expect(await laptop.run("ssh web-1 nosuch; echo $?")).toBe("bash: line 1: nosuch: command not found\n127\n");
  expect(await laptop.run("head -c 3000000 /dev/urandom > big; ssh web-1 sha256sum < big; sha256sum < big")).toMatch(/^(\w+ {2}-\n)\1$/);
});

test("what goes wrong is said as ssh says it, with status 255", async () => {
  const { laptop } = await twoMachines();
  await meet(laptop);
  const cases: [string, string][] = [
    ["ssh nowhere.example", "ssh: Could not resolve hostname nowhere.example: Name or service not known\n"],
    ["ssh laptop true", "ssh: connect to host laptop port 22: Connection refused\n"],
    ["ssh root@web-1 true", "root@web-1: Permission denied (publickey).\n"],
    ["ssh nobody-here@web-1 true", "nobody-here@web-1: Permission denied (publickey).\n"],
    ["ssh -p 99999 web-1", "Bad port '99999'\n"],
    ["ssh -o BatchMode=yes 10.0.0.11 true", "Host key verification failed.\n"],
    ["ssh -i missing web-1 echo ok", "Warning: Identity file missing not accessible: No such file or directory.\nok\n"],
    ["ssh -o ConnectTimeout=1 10.0.0.99 true", "ssh: connect to host 10.0.0.99 port 22: Connection timed out\n"],
  ];
  for (const [command, message] of cases) {
    expect(await laptop.run(command)).toBe(message);
    expect(laptop.status, command).toBe(command.includes("-i missing") ? 0 : 255);
  }
});

test("a key that others may read is not used; a key file that is not let in is refused for what it is", async () => {
  const { laptop, web } = await twoMachines();
  await meet(laptop);
  const loose = await laptop.run("chmod 644 ~/.ssh/id_ed25519; ssh web-1 true");
  expect(loose).toContain("@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\n");
  expect(loose).toContain("Permissions 0644 for '/home/learner/.ssh/id_ed25519' are too open.\n");
  expect(loose).toContain('Load key "/home/learner/.ssh/id_ed25519": bad permissions\nlearner@web-1: Permission denied (publickey).\n');
  await laptop.run("ssh-keygen -q -t ed25519 -N '' -f other");
  expect(await laptop.run("ssh -i other web-1 true")).toBe("learner@web-1: Permission denied (publickey).\n");
  await laptop.run("chmod 600 ~/.ssh/id_ed25519");
  web.files.chmod("/home/learner/.ssh", 0o777);
  expect(await laptop.run("ssh web-1 true")).toBe("learner@web-1: Permission denied (publickey).\n");
  expect(web.files.readText("/var/log/auth.log")).toContain(
    "Authentication refused: bad ownership or modes for directory /home/learner/.ssh\n",
  );
  web.files.chmod("/home/learner/.ssh", 0o700);
  expect(await laptop.run("ssh web-1 echo in again")).toBe("in again\n");
});

test("a server with another host key than before is not trusted", async () => {
  const { laptop } = await twoMachines();
  await laptop.run("ssh -o HashKnownHosts=no -o StrictHostKeyChecking=accept-new web-1 true");
  await laptop.run("ssh-keygen -q -t ed25519 -N '' -f other; echo web-1 $(cut -d' ' -f1-2 other.pub) > ~/.ssh/known_hosts");
  const warned = await laptop.run("ssh web-1 true");
  expect(warned).toContain("@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n");
  expect(warned).toContain("Offending ED25519 key in /home/learner/.ssh/known_hosts:1\n");
  expect(warned).toMatch(/Host key for web-1 has changed and you have requested strict checking.\nHost key verification failed.\n$/);
  expect(await laptop.run("ssh-keygen -R web-1")).toBe(
    "# Host web-1 found: line 1\n/home/learner/.ssh/known_hosts updated.\nOriginal contents retained as /home/learner/.ssh/known_hosts.old\n",
  );
  expect(await laptop.run("ssh -o StrictHostKeyChecking=accept-new web-1 echo ok")).toBe(
    "Warning: Permanently added 'web-1' (ED25519) to the list of known hosts.\nok\n",
  );
});

test("a password lets in where the server says so, and ssh-copy-id makes a key do", async () => {
  lab = await testLab([
    machineOf("laptop"),
    machineOf("web-1", { user: "ann", cwd: "/home/ann", ssh: { from: [], password: "tulip-42" } }),
  ]);
  const laptop = lab.open("laptop");
  expect(await laptop.run("ssh-keygen -t ed25519 -N '' -f ~/.ssh/id_ed25519")).toContain(
    "Created directory '/home/learner/.ssh'.\nYour identification has been saved in /home/learner/.ssh/id_ed25519\n",
  );
  await laptop.terminal.atPrompt();
  laptop.type("ssh-copy-id ann@web-1\r");
  await laptop.sees(QUESTION);
  laptop.type("yes\r");
  await laptop.sees("ann@web-1's password: ");
  laptop.type("wrong\r");
  await laptop.sees("Permission denied, please try again.\nann@web-1's password: ");
  laptop.type("tulip-42\r");
  expect(await laptop.sees(/learner@laptop:~\$ /)).toContain("Number of key(s) added: 1\n");
  expect(await laptop.run("ssh ann@web-1 'stat -c %a .ssh .ssh/authorized_keys'")).toBe("700\n600\n");
  expect(await laptop.run("ssh-copy-id ann@web-1")).toContain(
    "WARNING: All keys were skipped because they already exist on the remote system.",
  );
});

test("when the connection goes, the shell and its jobs are hung up, except for what was told to stay", async () => {
  const { laptop, web } = await twoMachines();
  await meet(laptop);
  const commands = () =>
    web
      .processes()
      .map(({ argv }) => argv.join(" "))
      .filter((text) => text.startsWith("sleep"));
  laptop.type("ssh web-1\r");
  await laptop.sees("learner@web-1:~$ ");
  await laptop.run("sleep 1001 & nohup sleep 1002 & setsid sleep 1003 & sleep 1004 & disown");
  // The prompt comes back before what is in the background has begun.
  await until(() => commands().length >= 4);
  expect(commands().sort()).toEqual(["sleep 1001", "sleep 1002", "sleep 1003", "sleep 1004"]);
  laptop.terminal.close();
  const other = lab.open("web-1");
  let left = "";
  while (left.includes("1001") || left === "") left = await other.run("pgrep -a sleep");
  expect(left.match(/\d{4}$/gm)?.sort()).toEqual(["1002", "1003", "1004"]);
  while ((await other.run("ps -eo args | grep -c '[s]shd: learner'")) !== "0\n");
});

test("keys of the terminal reach what runs over there, and its size too; ~. ends a connection that hangs", async () => {
  const { laptop, web } = await twoMachines();
  await meet(laptop);
  laptop.type("ssh web-1\r");
  await laptop.sees("learner@web-1:~$ ");
  laptop.type("sleep 1000\r");
  await laptop.sees("sleep 1000\n");
  await until(() => web.processes().some(({ argv }) => argv.join(" ") === "sleep 1000"));
  laptop.type("\x03");
  await laptop.sees("^C\nlearner@web-1:~$ ");
  expect(await laptop.run("stty size")).toBe("24 80\n");
  laptop.terminal.resize(100, 30);
  let size = "";
  while (size !== "30 100\n") size = await laptop.run("stty size");
  laptop.type("\r");
  await laptop.sees("$ ");
  laptop.type("~.");
  await laptop.sees("Connection to web-1 closed.\nlearner@laptop:~$ ");
});

test("~/.ssh/config names hosts, users, ports and keys", async () => {
  const { laptop } = await twoMachines();
  await meet(laptop);
  await laptop.run(
    "mv ~/.ssh/id_ed25519 ~/deploy-key; printf 'Host shop\\n  HostName web-1\\n  User learner\\n  IdentityFile ~/deploy-key\\n' > ~/.ssh/config",
  );
  expect(await laptop.run("ssh shop hostname")).toBe("web-1\n");
  expect(await laptop.run("ssh web-1 hostname")).toBe("learner@web-1: Permission denied (publickey).\n");
  await laptop.run("chmod 666 ~/.ssh/config");
  expect(await laptop.run("ssh shop hostname")).toBe("Bad owner or permissions on /home/learner/.ssh/config\n");
});
