import { expect, it } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { LabSession } from "../session/session.ts";
import { toyLab, toyWorld } from "../testing.ts";
import { Seen } from "./seen.ts";

it("takes a port for closed that was so for a moment, since what was done last", async () => {
  const lab = toyLab([]);
  const session = new LabSession(await toyWorld(lab), lab, testHost());
  const isOpen = (): boolean => session.state.get().ports.length === 1;
  const serve = async (terminal: string): Promise<void> => {
    session.openTerminal({ id: terminal, columns: 80, rows: 24 });
    void session.runCommand("serve 8000", terminal);
    await until(isOpen);
  };
  const seen = new Seen();
  seen.watchPorts(session);
  const port = (open: boolean) => ({ kind: "port", atMs: 0, machine: "laptop", port: 8000, open }) as const;
  await serve("t1");
  seen.expect(port(false));
  expect(seen.missing(session)).toBe("the end of the server on port 8000 of laptop");
  const laptop = session.world.machine("laptop");
  const shell = laptop.find(session.terminals.get("t1")?.pid ?? 0);
  for (const { pid, argv } of laptop.processes()) if (argv[0] === "serve") shell?.kill(pid, "SIGKILL");
  await until(() => !isOpen());
  await serve("t2");
  expect(seen.missing(session)).toBeUndefined();
  seen.expect(port(true));
  expect(seen.missing(session)).toBeUndefined();
  // Something is done: what was closed before says nothing about what comes after it.
  seen.forgetPorts();
  seen.expect(port(false));
  expect(seen.missing(session)).toBe("the end of the server on port 8000 of laptop");
  seen.reset();
  session.dispose();
  session.world.dispose();
});
