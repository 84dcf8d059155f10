import { afterEach, expect, it } from "vitest";
import { machineOf, type TestLab, testLab } from "../several-machines-testing.ts";
import { machineView } from "./snapshot.ts";

let lab: TestLab | undefined;
afterEach(() => lab?.close());

it("shows every machine of a lab, services of the lab too, and one whose list of users is gone", async () => {
  lab = await testLab([machineOf("laptop"), machineOf("web-1", { ssh: { from: ["laptop"] } })], {
    buckets: { keys: ["laptop"], own: [], taken: [] },
    hosting: { keys: ["laptop"], repositories: [] },
  });
  const web = lab.machine("web-1");
  expect(machineView(web)).toMatchObject({ name: "web-1", services: [{ name: "sshd", user: "root" }] });
  web.files.unlink("/etc/passwd");
  expect(machineView(web)).toMatchObject({ services: [{ name: "sshd", user: "root" }] });
  const all = [...lab.world.kernel.machines.values()].map(machineView);
  expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(["laptop", "web-1", "buckets.test", "github.test"]));
  for (const { services } of all.slice(2)) expect(services[0]).toMatchObject({ user: "root" });
});
