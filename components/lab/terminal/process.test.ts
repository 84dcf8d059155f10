import { describe, expect, it } from "vitest";
import type { LabClient } from "../../../lib/lab/types.ts";
import { terminalProcess } from "./process.ts";

type Receive = (bytes: Uint8Array, done: () => void) => void;

/** The part of a lab that a terminal talks to. */
function lab() {
  const state = { terminals: [{ id: "t1", machine: "laptop", title: "" }] };
  const listeners = new Set<() => void>();
  const held: { receive?: Receive; input: string[] } = { input: [] };
  const client: Pick<LabClient, "input" | "resize" | "onOutput" | "subscribe"> & { getState: () => typeof state } = {
    getState: () => state,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    onOutput: (_id, receive) => {
      held.receive = receive;
      return () => undefined;
    },
    input: (_id, data) => void held.input.push(data),
    resize: () => undefined,
  };
  const close = () => {
    state.terminals = [];
    for (const listener of listeners) listener();
  };
  return { client, held, close };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("a terminal's streams", () => {
  it("joins characters that were cut in two", async () => {
    const { client, held } = lab();
    const reader = terminalProcess(client, "t1").output.getReader();
    held.receive?.(bytes("é").slice(0, 1), () => undefined);
    held.receive?.(bytes("é").slice(1), () => undefined);
    expect(`${(await reader.read()).value}${(await reader.read()).value}`).toBe("é");
  });

  it("lets a program that prints lines go on before they are drawn, but not without end", async () => {
    const { client, held } = lab();
    const reader = terminalProcess(client, "t1").output.getReader();
    let taken = 0;
    const line = bytes("x".repeat(10_000));
    for (let sent = 0; sent < 20; sent += 1) {
      held.receive?.(line, () => {
        taken += 1;
      });
      await settle();
    }
    expect(taken).toBe(6);
    for (let read = 0; read < 20; read += 1) await reader.read();
    await settle();
    expect(taken).toBe(20);
  });

  it("passes on what is typed, and ends when the lab closes the terminal", async () => {
    const { client, held, close } = lab();
    const process = terminalProcess(client, "t1");
    await process.input.getWriter().write("ls\r");
    expect(held.input).toEqual(["ls\r"]);
    close();
    expect(await process.exit).toBe(0);
  });
});
