import { afterEach, expect, it } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { LabSession } from "../session/session.ts";
import { toyLab, toyWorld } from "../testing.ts";
import { WorldObserver } from "./observer.ts";
import type { WorldRequest, WorldSnapshot } from "./types.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

it("tells which programs listen where, who can reach them, and every request with who asked and what was answered", async () => {
  const lab = toyLab([], { traffic: [{ name: "shop", to: ["http://laptop:8000/missing"], perSecond: 50 }] });
  const world = await toyWorld(lab);
  const session = new LabSession(world, lab, testHost());
  let snapshot: WorldSnapshot | undefined;
  const requests: WorldRequest[] = [];
  const observer = new WorldObserver(session, testHost(), (update) => {
    snapshot = update.snapshot ?? snapshot;
    requests.push(...update.requests);
  });
  ends.push(
    () => world.dispose(),
    () => session.dispose(),
    () => observer.dispose(),
  );
  expect(snapshot?.machines).toMatchObject([{ name: "laptop", services: [] }]);

  session.openTerminal({ columns: 80, rows: 24 });
  await session.runCommand("serve 8000");
  await until(() => snapshot?.machines[0]?.services.length === 1);
  expect(snapshot?.machines[0]).toMatchObject({
    services: [{ name: "serve", user: "learner", ports: [{ address: "0.0.0.0", port: 8000, open: "everyone" }] }],
    programs: [{ name: "bash", count: 1 }],
  });
  world.machine("laptop").network.firewall = { verdict: () => "drop" };
  await until(() => snapshot?.machines[0]?.services[0]?.ports[0]?.open === "closed");
  world.machine("laptop").network.firewall = undefined;

  const page = { method: "GET", headers: [], body: undefined, mode: "navigate", referrer: undefined };
  await session.fetch({ ...page, url: "http://localhost:8000/a?b" }, "laptop");
  await session.fetch({ ...page, url: "http://localhost:9/" }, "laptop");
  await until(() => requests.length === 2);
  const browser = { kind: "browser", machine: "laptop" };
  expect(requests).toMatchObject([
    { from: browser, machine: "laptop", service: "serve", port: 8000, method: "GET", target: "/a?b", status: 200 },
    { from: browser, machine: "laptop", service: undefined, port: 9, status: 0 },
  ]);

  session.setTraffic("shop", true);
  await until(() => snapshot?.traffic[0]?.running === true && requests.length > 3);
  expect(requests[3]).toMatchObject({ from: { kind: "internet" }, service: "serve", status: 404 });
  session.setTraffic("shop", false);
  observer.refresh();
  await until(() => snapshot?.traffic[0]?.running === false);
});
