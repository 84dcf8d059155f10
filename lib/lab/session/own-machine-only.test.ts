import { afterEach, expect, it } from "vitest";
import type { KernelMachine } from "../../kernel/machine.ts";
import { testHost } from "../../kernel/testing.ts";
import { toyLab, toyWorld } from "../testing.ts";
import type { PaneRequest, PaneResponse } from "../types.ts";
import type { LabWorld } from "../world/create.ts";
import { LabSession } from "./session.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const machine = (name: string) => ({ name, image: "toy", user: "learner", cwd: "/home/learner" });
const lab = toyLab([], { machines: [machine("laptop"), machine("web-1")] });

async function setUp() {
  const world = await toyWorld(lab);
  const session = new LabSession(world, lab, testHost());
  ends.push(
    () => world.dispose(),
    () => session.dispose(),
  );
  const page: Omit<PaneRequest, "url"> = { method: "GET", headers: [], body: undefined, mode: "navigate", referrer: undefined };
  return { world, session, ask: (url: string, from: string) => session.fetch({ ...page, url }, from) };
}

const refusal = async (answer: Promise<PaneResponse>) => {
  const { failure, ownMachineOnly } = await answer;
  return { failure, ownMachineOnly };
};

function listen(world: LabWorld, name: string, address: string, port: number): void {
  const listener = (world.machine(name) as KernelMachine).network.socket();
  listener.bind(address, port, { uid: 0, gid: 0, groups: [] });
  listener.listen(5);
}

it("says of a refusal on which machine something does listen, if only for that machine itself", async () => {
  const { world, session, ask } = await setUp();
  listen(world, "web-1", "127.0.0.1", 8000);
  const { address } = world.machine("web-1").network;
  for (const from of ["laptop", "web-1"]) {
    expect(await ask("http://web-1:8000/", from)).toMatchObject({ failure: "refused", ownMachineOnly: "web-1" });
    expect(await ask(`http://${address}:8000/`, from)).toMatchObject({ failure: "refused", ownMachineOnly: "web-1" });
  }
  expect(session.state.get().requests.at(-1)).toMatchObject({ ownMachineOnly: "web-1" });
  // The laptop's own loopback address leads to the laptop, where nothing listens.
  expect(await refusal(ask("http://localhost:8000/", "laptop"))).toEqual({ failure: "refused", ownMachineOnly: undefined });
  expect(await refusal(ask("http://web-1/", "laptop"))).toEqual({ failure: "refused", ownMachineOnly: undefined });
});

it("takes the port of the scheme where the address names none", async () => {
  const { world, ask } = await setUp();
  listen(world, "web-1", "127.0.0.1", 80);
  expect(await ask("http://web-1/", "laptop")).toMatchObject({ failure: "refused", ownMachineOnly: "web-1" });
});

it("says nothing of the kind about a name that leads nowhere", async () => {
  const { ask } = await setUp();
  expect(await refusal(ask("http://web-9:8000/", "laptop"))).toEqual({ failure: "unknown-host", ownMachineOnly: undefined });
});
