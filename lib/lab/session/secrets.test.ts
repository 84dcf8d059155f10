import { expect, it } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { toyLab, toyWorld } from "../testing.ts";
import { withoutSecrets } from "./action-recorder.ts";
import { LabSession } from "./session.ts";

it("what others read of an attempt holds what was typed, and no secret that a program has made", async () => {
  const secret = "3f9a77c1d0b25e8846aa";
  const lab = toyLab([
    {
      id: "one",
      title: "one",
      needs: [],
      hints: [],
      checks: [
        {
          id: "file",
          kind: "file",
          file: "~/key",
          on: "laptop",
          exists: true,
          text: { contains: ["typed-by-me-1"] },
          because: "{found}",
          next: "n",
        },
      ],
    },
  ]);
  const session = new LabSession(await toyWorld(lab), lab, testHost());
  const terminal = session.openTerminal({ columns: 80, rows: 24 });
  const said = () => session.state.get().tasks[0]?.checks[0]?.found ?? "";
  const { files } = session.world.machine("laptop");
  files.writeFile("/home/learner/key", `KEY=${secret}\n`);
  files.chown("/home/learner/key", 1000, 1000);
  await session.checkNow();
  expect(said()).toContain(secret);
  // Started again by the lab, as it was started with what a variable held.
  await session.runCommand(`serve 8000 ${secret}`, terminal.id, { automatic: true });
  await until(() => session.state.get().ports.length === 1);
  await session.world.http("laptop", {
    url: `http://localhost:8000/?key=${secret}`,
    method: "GET",
    headers: [],
    body: undefined,
    grading: false,
    timeoutMs: 5000,
  });
  await until(() => terminal.tail(600).includes(`GET /?key=${secret}`));
  session.input(terminal.id, "q");
  await session.runCommand("write key typed-by-me-1", "t2");
  await until(() => session.state.get().tasks[0]?.status === "passed");

  const { actions } = session.remember();
  session.dispose();
  session.world.dispose();
  const kinds = actions.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(["keys", "saw", "checked"]));
  expect(actions.find((action) => action.kind === "keys" && action.data === "q")).toHaveProperty("shown");
  expect(JSON.stringify(actions)).not.toContain(secret);
  expect(JSON.stringify(actions)).toContain("write key typed-by-me-1");
});

it.each([
  ["“SECRET_KEY=django-insecure-9x^k2#p(0&v” in .env", "“…” in .env"],
  ["“k3(x)!9v#t2&w8q^z1*m5$r7@p4)n6c-b0=d” in ~/key", "“…” in ~/key"],
  ["“/usr/local/bin/python3 board.py --token 0f12ab34cd56ef78” running", "“/usr/local/bin/python3 board.py --token …” running"],
  ["nothing: the connection to board.test:80 was refused", "nothing: the connection to board.test:80 was refused"],
  ["502 from http://web-1:8000/articles/2026", "502 from http://web-1:8000/articles/2026"],
])("leaves out of what a check found what a program has made up: %s", (found, said) => {
  expect(withoutSecrets(found)).toBe(said);
});
