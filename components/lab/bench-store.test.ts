import { afterEach, expect, it } from "vitest";
import { testHost, until } from "../../lib/kernel/testing.ts";
import { LocalLabClient } from "../../lib/lab/local-client.ts";
import { toyLab, toyWorld } from "../../lib/lab/testing.ts";
import { BenchStore } from "./bench-store.ts";

const lab = toyLab([]);
let bench: BenchStore;

afterEach(() => bench.dispose());

it("keeps what the prose asks for until the lab runs, whether it loads already or not", async () => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const client = new LocalLabClient(lab, {
    timers: testHost(),
    createWorld: async (wanted) => {
      await gate;
      return toyWorld(wanted);
    },
  });
  const info = { lesson: lab.lesson, definition: "", machines: lab.machines, browser: lab.browser };
  bench = new BenchStore(info, async () => client);
  bench.run("write before x");
  await until(() => bench.getLab().phase === "loading");
  bench.run("write while y");
  bench.answerQuiz("q", "a");
  open();
  await until(() => client.runningSession !== undefined);
  const { files } = client.session.world.machine("laptop");
  await until(() => files.exists("/home/learner/before") && files.exists("/home/learner/while"));
  expect(bench.getLab().phase).toBe("running");
});

it("types a command on the machine it is for, whichever terminals are open", async () => {
  const machine = (name: string) => ({ name, image: "toy", user: "learner", cwd: "/home/learner" });
  const two = toyLab([], { machines: [machine("laptop"), machine("web")] });
  const client = new LocalLabClient(two, { timers: testHost(), createWorld: (wanted) => toyWorld(wanted) });
  bench = new BenchStore({ lesson: two.lesson, definition: "", machines: two.machines, browser: two.browser }, async () => client);
  await bench.connect();
  const has = (name: string, file: string): boolean => client.session.world.machine(name).files.exists(`/home/learner/${file}`);
  bench.run("write first x", "t1", "web");
  await until(() => has("web", "first"));
  const [laptop, web] = bench.getLab().terminals;
  expect([laptop?.machine, web?.machine]).toEqual(["laptop", "web"]);
  expect(bench.getView()).toMatchObject({ panel: "terminal", terminal: web?.id });
  bench.run("write second x", undefined, "web");
  await until(() => has("web", "second"));
  bench.run("write third x", "t9", "web");
  await until(() => has("web", "third"));
  expect(bench.getLab().terminals.map(({ id, machine }) => [id, machine])).toEqual([
    ["t1", "laptop"],
    ["t2", "web"],
    ["t9", "web"],
  ]);
  expect(has("laptop", "first")).toBe(false);
});
