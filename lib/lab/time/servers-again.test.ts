import { afterEach, expect, it } from "vitest";
import { executableBytes } from "../../kernel/executable.ts";
import { testHost, until } from "../../kernel/testing.ts";
import type { Machine } from "../../kernel/types.ts";
import { LocalLabClient } from "../local-client.ts";
import { toyLab, toys } from "../testing.ts";
import { createWorld, type Installed } from "../world/create.ts";
import { installedOn } from "../world/installed.ts";

const host = testHost();
const laptop = { name: "laptop", image: "ubuntu", user: "learner", cwd: "/home/learner" } as const;
let client: LocalLabClient;

afterEach(() => client.close());

/** A machine with a real shell, and `serve PORT`, which says what it is asked for. */
function withServe(): Installed {
  const real = installedOn(host);
  const serve = toys.executables.get("serve");
  if (serve === undefined) throw new Error("There is no toy server.");
  return {
    ...real,
    executables: new Map([...real.executables, ["serve", serve]]),
    async fill(machine, image) {
      await real.fill(machine, image);
      machine.files.writeFile("/usr/local/bin/serve", executableBytes("serve"), { mode: 0o755 });
    },
  };
}

async function run(command: string): Promise<void> {
  const terminal = client.session.terminals.get("t1");
  await until(() => terminal?.activity === "prompt");
  let ended = false;
  const stop = terminal?.onMark((mark) => {
    ended ||= mark !== "ended" && mark.kind === "command-end";
  });
  client.runCommand(command, "t1");
  await until(() => ended && terminal?.activity === "prompt");
  stop?.();
}

const machine = (): Machine => client.session.world.machine("laptop");
const serversOf = (): { readonly port: string | undefined; readonly uid: number }[] =>
  machine()
    .processes()
    .filter(({ argv }) => argv[0] === "serve")
    .map(({ argv, uid }) => ({ port: argv[1], uid }))
    .sort((one, other) => Number(one.port) - Number(other.port));
const textOf = (path: string): string => machine().files.readText(path);

it("starts servers again as who they were, and what they say goes on in the files that it went into", async () => {
  client = new LocalLabClient(toyLab([], { machines: [laptop] }), {
    timers: host,
    createWorld: (wanted, _onDownload, disks, services) =>
      createWorld(wanted, { host, installed: withServe(), warm: false, disks, services }),
  });
  await client.start();
  await run("serve 8001 > ~/behind.log 2>&1 &");
  await run("sudo -u www-data bash -c 'setsid serve 8002 > /tmp/daemon.log 2>&1 < /dev/null &'");
  await run("setsid serve 8003 > /dev/null 2>&1 < /dev/null &");
  await until(() => machine().network.listening().length === 3);
  await until(() => textOf("/home/learner/behind.log") !== "" && textOf("/tmp/daemon.log") !== "");
  const before = serversOf();
  expect(new Set(before.map(({ uid }) => uid)).size).toBe(2);
  await run("touch ~/later");

  await client.undo();
  await until(() => machine().network.listening().length === 3);
  expect(serversOf()).toEqual(before);
  await until(() => textOf("/home/learner/behind.log") === "serving on 8001\nserving on 8001\n");
  await until(() => textOf("/tmp/daemon.log") === "serving on 8002\nserving on 8002\n");
});
