import { expect, it } from "vitest";
import type { WorldRequest, WorldUpdate } from "../../../lib/lab/types.ts";
import { type Pulse, WorldStore } from "./world-store.ts";

const request = (id: number, status = 200, more: Partial<WorldRequest> = {}): WorldRequest => ({
  id,
  atMs: 0,
  from: { kind: "internet" },
  machine: "web-1",
  service: "nginx",
  port: 80,
  method: "GET",
  host: "shop.test",
  target: "/",
  status,
  ms: 3,
  ...more,
});

function setUp() {
  let tell: (update: WorldUpdate) => void = () => undefined;
  let watching = false;
  const store = new WorldStore({
    watchWorld: (receive) => {
      tell = receive;
      watching = true;
      return () => {
        watching = false;
      };
    },
  });
  const pulses: Pulse[] = [];
  store.onPulses((more) => pulses.push(...more));
  return { store, pulses, tell: (...requests: WorldRequest[]) => tell({ requests, omitted: 0 }), isWatching: () => watching };
}

it("hears of the world whether somebody looks or not, until it is released", () => {
  const { store, tell, isWatching } = setUp();
  tell(request(1));
  const close = store.subscribe(() => undefined);
  close();
  tell(request(2));
  expect(store.get().flows).toMatchObject([{ count: 2 }]);
  expect(isWatching()).toBe(true);
  store.dispose();
  expect(isWatching()).toBe(false);
});

it("forgets what was in a world that has begun anew, and not how it is looked at", () => {
  const { store, tell } = setUp();
  store.showAsText(true);
  tell(request(1), request(2));
  store.pause();
  tell(request(3));
  store.forget();
  expect(store.get()).toEqual({ snapshot: undefined, log: [], flows: [], paused: true, waiting: 0, omitted: 0, asText: true });
  store.resume();
  tell(request(1));
  expect(store.get()).toMatchObject({ flows: [{ count: 1 }], waiting: 0 });
});

it("tells requests apart that were counted from the beginning again", () => {
  const { store, tell } = setUp();
  tell(request(1), request(2));
  tell(request(1));
  expect(new Set(store.get().log.map(({ id }) => id)).size).toBe(3);
});

it("counts who talked to whom and what came of it, and lets what went the same way at once move as one", () => {
  const { store, tell, pulses } = setUp();
  const upstream = { from: { kind: "program", machine: "web-1", program: "nginx" }, service: "gunicorn", port: 8000 } as const;
  tell(request(1), request(2), request(3, 502), request(4, 200, upstream), request(5, 0, { service: undefined }));
  expect(store.get().flows).toMatchObject([
    { from: "internet", to: "service:web-1/nginx", fromName: "the internet", toName: "nginx on web-1, port 80", count: 3, ok: 2, bad: 1 },
    { from: "service:web-1/nginx", to: "service:web-1/gunicorn", count: 1 },
    { to: "machine:web-1", toName: "port 80 of web-1", lost: 1 },
  ]);
  expect(pulses.map(({ count, request: { status } }) => `${count}×${status}`)).toEqual(["2×200", "1×502", "1×200", "1×0"]);
});

it("stands still, goes on request by request, and catches up", () => {
  const { store, tell } = setUp();
  store.pause();
  tell(request(1), request(2), request(3));
  expect(store.get()).toMatchObject({ log: [], waiting: 3 });
  store.step();
  expect(store.get()).toMatchObject({ log: [{ id: 1 }], waiting: 2, paused: true });
  store.resume();
  expect(store.get().log).toHaveLength(3);
  expect(store.get()).toMatchObject({ waiting: 0, paused: false });
});

it("tells how many came too fast to be told one by one, until the world begins anew", () => {
  let hear: (update: WorldUpdate) => void = () => undefined;
  const store = new WorldStore({
    watchWorld: (receive) => {
      hear = receive;
      return () => undefined;
    },
  });
  hear({ requests: [request(1)], omitted: 7 });
  hear({ requests: [], omitted: 2 });
  expect(store.get()).toMatchObject({ omitted: 9, flows: [{ count: 1 }] });
  store.forget();
  expect(store.get().omitted).toBe(0);
});
