import { afterEach, expect, test } from "vitest";
import { machineOf, type TestLab, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
afterEach(() => lab.close());

test("fifty machines start, know each other by name, reach each other, and keep their files apart", async () => {
  const names = Array.from({ length: 50 }, (_, index) => `node-${index + 1}`);
  lab = await testLab(names.map((name) => machineOf(name, { ssh: { from: ["node-1"] } })));
  expect(new Set(names.map((name) => lab.machine(name).network.address)).size).toBe(50);
  for (const name of names) {
    const socket = lab.machine(name).network.socket();
    socket.bind("0.0.0.0", 8000, { uid: 1000, gid: 1000, groups: [] });
    socket.listen(50);
  }
  for (const from of names) {
    const { network } = lab.machine(from);
    for (const to of names) {
      const [address] = network.resolve(to);
      const connection = await network.connect(to === from ? network.address : (address ?? ""), 8000);
      connection.release();
    }
  }
  const terminal = lab.open("node-1");
  expect(
    await terminal.run(
      "hostname > mine; ssh -o StrictHostKeyChecking=accept-new node-50 'hostname > mine; hostname' 2>/dev/null; cat mine",
    ),
  ).toBe("node-50\nnode-1\n");
  expect(lab.machine("node-2").files.exists("/home/learner/mine")).toBe(false);
});
