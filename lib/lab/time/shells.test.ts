import { afterEach, expect, it } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { LocalLabClient } from "../local-client.ts";
import { toyLab } from "../testing.ts";
import { createWorld } from "../world/create.ts";
import { installedOn } from "../world/installed.ts";

const host = testHost();
const laptop = { name: "laptop", image: "ubuntu", user: "learner", cwd: "/home/learner" } as const;
let client: LocalLabClient;

afterEach(() => client.close());

/** Types a command, waits for its end, and gives what the terminal has shown since. */
async function run(command: string): Promise<string> {
  const terminal = () => client.session.terminals.get("t1");
  await until(() => terminal()?.activity === "prompt");
  let text = "";
  let begun = false;
  let ended = false;
  const stopOutput = client.onOutput("t1", (bytes, done) => {
    if (begun) text += new TextDecoder().decode(bytes);
    done();
  });
  const stop = terminal()?.onMark((mark) => {
    begun ||= mark !== "ended" && mark.kind === "command-start";
    ended ||= mark !== "ended" && mark.kind === "command-end";
  });
  client.runCommand(command, "t1");
  await until(() => ended && terminal()?.activity === "prompt");
  stop?.();
  stopOutput();
  return text.replaceAll("\r\n", "\n");
}

it("gives a shell back what it knew: folder, variables, functions, aliases, and a virtual environment with its way out", async () => {
  client = new LocalLabClient(toyLab([], { machines: [laptop] }), {
    timers: host,
    createWorld: (wanted, _onDownload, disks, services) =>
      createWorld(wanted, { host, installed: installedOn(host), warm: false, disks, services }),
  });
  await client.start();
  await run("mkdir -p ~/venv/bin ~/work; cd ~/work");
  await run('export VIRTUAL_ENV=~/venv; OLD="$PATH"; PATH=~/venv/bin:$PATH; deactivate() { PATH="$OLD"; unset VIRTUAL_ENV; }');
  await run('PS1="(venv) $PS1"; export PS1');
  await run("alias hi='echo good morning'; loaves=(rye 'pier roll'); text=$'two\\nlines'");
  await run("rm -r ~/venv; unset -f deactivate; unalias hi; loaves=(); text=; cd /");
  await client.undo();
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax
  const shown = await run('hi; pwd; echo "${loaves[1]}, ${#loaves[@]}"; echo "$text"; [[ $PATH == ~/venv/bin:* ]] && echo active');
  expect(shown).toMatch(/\(venv\) .*learner@laptop/);
  expect(shown).toContain("good morning\n/home/learner/work\npier roll, 2\ntwo\nlines\nactive\n");
  expect(await run("deactivate; [[ $PATH == *venv* || -n $VIRTUAL_ENV ]] || echo left")).toContain("left\n");
});
