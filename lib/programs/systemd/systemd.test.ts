import { beforeAll, describe, expect, it } from "vitest";
import type { Machine } from "../../kernel/types.ts";
import { freshMachine, runScriptAsRoot } from "../testing.ts";
import { activeUnits, bootServices, onceUp } from "./boot.ts";
import { managerOf } from "./manager.ts";

let machine: Machine;

/** What the script prints as root, standard output first. */
async function root(script: string): Promise<string> {
  const { stdout, stderr } = await runScriptAsRoot(machine, script);
  return stdout + stderr;
}

function unit(name: string, text: string): void {
  machine.files.writeFile(`/etc/systemd/system/${name}`, text);
}

beforeAll(async () => {
  machine = await freshMachine();
  void bootServices(machine);
});

describe("systemd", () => {
  it("starts a service, shows it with its process and its journal, and stops it", async () => {
    unit(
      "hello.service",
      "[Unit]\nDescription=Hello\n[Service]\nExecStart=/bin/sh -c 'echo hi; exec sleep 1000'\n[Install]\nWantedBy=multi-user.target\n",
    );
    expect(await root("systemctl start hello; systemctl is-active hello")).toBe("active\n");
    const status = await root(
      "until systemctl status hello | grep -q '(sleep)' && journalctl -u hello | grep -q 'hi$'; do sleep 0.01; done; systemctl status hello",
    );
    expect(status).toContain(
      "● hello.service - Hello\n     Loaded: loaded (/etc/systemd/system/hello.service; disabled; preset: enabled)\n     Active: active (running) since ",
    );
    expect(status).toMatch(/ {3}Main PID: \d+ \(sleep\)\n/);
    expect(status).toMatch(/ {5}CGroup: \/system.slice\/hello.service\n {13}└─\d+ sleep 1000\n/);
    expect(status).toMatch(/web-1 sh\[\d+\]: hi\n$/);
    expect(await root("systemctl enable hello")).toBe(
      "Created symlink /etc/systemd/system/multi-user.target.wants/hello.service → /etc/systemd/system/hello.service.\n",
    );
    expect(await root("systemctl stop hello; systemctl status hello | sed -n 3p; systemctl is-active hello; echo $?")).toMatch(
      /^ {5}Active: inactive \(dead\) since .*\ninactive\n3\n$/,
    );
  });

  it("gives up on a service that crashes again and again", async () => {
    unit("crash.service", "[Service]\nExecStart=/bin/sh -c 'exit 3'\nRestart=on-failure\nRestartSec=10ms\n");
    await root("systemctl start crash; until journalctl -u crash -o cat | grep -q 'Failed to start'; do sleep 0.05; done");
    const journal = await root("journalctl -u crash -o cat");
    expect(journal.match(/Started crash.service/g)).toHaveLength(5);
    expect(journal).toContain("crash.service: Main process exited, code=exited, status=3/NOTIMPLEMENTED\n");
    expect(journal).toContain(
      "crash.service: Scheduled restart job, restart counter is at 5.\nStopped crash.service.\ncrash.service: Start request repeated too quickly.\ncrash.service: Failed with result 'exit-code'.\nFailed to start crash.service.\n",
    );
  });

  it("reaches a target when what the target wants is up, but for what comes after it", async () => {
    const slow = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sleep";
    unit("slow.service", `${slow} 0.2\n`);
    unit("later.service", `[Unit]\nAfter=here.target\n${slow} 1000\n`);
    unit("here.target", "[Unit]\nWants=slow.service later.service\n");
    expect(
      await root(
        "systemctl start here.target; systemctl is-active slow; until systemctl is-active later | grep activating; do sleep 0.01; done",
      ),
    ).toBe("active\nactivating\n");
    await root("systemctl stop later");
  });

  it("starts what ran when the machine was saved, and nothing else", async () => {
    unit("ran.service", "[Service]\nExecStart=/bin/sleep 1000\n");
    unit("idle.service", "[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n");
    const saved = await freshMachine();
    for (const name of ["ran", "idle"])
      saved.files.writeFile(`/etc/systemd/system/${name}.service`, machine.files.readText(`/etc/systemd/system/${name}.service`));
    await root("systemctl start ran; systemctl enable idle");
    void bootServices(saved, activeUnits(machine));
    const { stdout } = await runScriptAsRoot(
      saved,
      "systemctl enable -q idle; until systemctl is-active -q ran; do sleep 0.01; done; systemctl is-active ran idle",
    );
    expect(stdout).toBe("active\ninactive\n");
    await root("systemctl stop ran; systemctl disable idle");
  });

  it("has its ssh server up before the rest, when a machine comes back", async () => {
    const saved = await freshMachine();
    saved.files.writeFile("/etc/systemd/system/slow.service", "[Service]\nType=oneshot\nExecStart=/bin/sleep 1000\n");
    await runScriptAsRoot(saved, "ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key");
    await bootServices(saved, ["slow.service", "ssh.service"]);
    const { stdout } = await runScriptAsRoot(saved, "systemctl is-active ssh slow; systemctl stop slow");
    expect(stdout).toBe("active\nactivating\n");
  });

  it("shows a throw-away copy what runs on the machine", async () => {
    unit("seen.service", "[Service]\nExecStart=/bin/sleep 1000\n");
    await root("systemctl start seen");
    const copy = machine.clone({ network: false });
    expect((await runScriptAsRoot(copy, "systemctl is-active seen nope")).stdout).toBe("active\ninactive\n");
    copy.destroy();
    await root("systemctl stop seen");
  });

  it("finds who listens, checks sudoers and becomes other users", async () => {
    expect(await root("visudo -c; runuser -u learner -- id -un; runuser learner -c 'id -un'; lsof -i:9 ; echo $?")).toBe(
      "/etc/sudoers: parsed OK\nlearner\nlearner\n1\n",
    );
  });

  it("brings back what is enabled after a reboot, and nothing else", async () => {
    unit("on.service", "[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n");
    unit("off.service", "[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n");
    await root("systemctl enable --now on; systemctl start off; touch /tmp/gone /run/gone /root/stays");
    const before = machine.bootId;
    const pid = machine.processes().find(({ cgroup }) => cgroup.endsWith("/on.service"))?.pid;
    // Whoever asks for it goes down with the rest.
    void root("reboot");
    while (machine.bootId === before) await new Promise((resolve) => setTimeout(resolve, 5));
    await onceUp(machine);
    expect(machine.bootId).not.toBe(before);
    expect(await root("systemctl is-active on off; ls /tmp /run/gone /root")).toBe(
      "active\ninactive\n/root:\nstays\n\n/tmp:\nls: cannot access '/run/gone': No such file or directory\n",
    );
    expect(machine.find(pid ?? 0)).toBeUndefined();
    expect(await root("journalctl --list-boots | wc -l; journalctl -b -1 -o cat -t systemd | tail -n 2; rm /root/stays")).toBe(
      "3\nReached target reboot.target - System Reboot.\nShutting down.\n",
    );
  });

  it("comes back although somebody asked about its units while it was away", async () => {
    unit("back.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n");
    await root("systemctl enable -q back");
    const before = machine.bootId;
    void root("reboot");
    while (machine.bootId === before) await new Promise((resolve) => setTimeout(resolve, 5));
    // A lab that is saved just now.
    expect(activeUnits(machine)).toBeUndefined();
    expect(managerOf(machine).units).toEqual([]);
    await onceUp(machine);
    expect(await root("until systemctl is-active -q back; do sleep 0.01; done; systemctl is-active back")).toBe("active\n");
    expect(activeUnits(machine)).toContain("back.service");
  });
});
