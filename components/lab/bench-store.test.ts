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
