import { afterEach, expect, it, vi } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { LocalLabClient } from "../local-client.ts";
import { toyLab, toyWorld } from "../testing.ts";
import type { ToPage } from "./protocol.ts";
import { LabServer } from "./server.ts";

const heard: ToPage[] = [];
let client: LocalLabClient | undefined;

afterEach(async () => {
  vi.restoreAllMocks();
  await client?.close();
});

it("goes on when the page asks for what can't be done now: the worker would be taken for broken", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  client = new LocalLabClient(toyLab([]), { timers: testHost(), createWorld: (lab) => toyWorld(lab) });
  const server = new LabServer(client, (message) => heard.push(message));
  server.receive({ kind: "answerQuiz", quiz: "q", answer: "a" });
  server.receive({ kind: "openHint", task: "t" });
  server.receive({ kind: "runCommand", command: "exit 0" });
  expect(logged).toHaveBeenCalledTimes(3);
  server.receive({ kind: "call", id: 1, name: "start", args: { takeOver: false } });
  await until(() => heard.some((message) => message.kind === "answer" && message.id === 1));
  expect(client.getState().phase).toBe("running");
});
