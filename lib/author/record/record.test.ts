import { expect, it } from "vitest";
import type { Action } from "../../lab/session/actions.ts";
import { readScript } from "../gate/attempts.ts";
import { asScript, patternOf, stepsOf } from "./steps-of.ts";
import { suggestChecks } from "./suggest-checks.ts";

it("writes lines where lines suffice", () => {
  const read = (text: string) => readScript(text).steps;
  expect(asScript([{ run: "ls", terminal: "t1" }], read)).toBe("ls\n");
  expect(asScript([{ run: "cat > x <<END\na\nEND", terminal: "t1" }], read)).toBe("cat > x <<END\na\nEND\n");
  expect(asScript([{ run: "# a comment", terminal: "t1" }], read)).toBeUndefined();
  expect(asScript([{ run: "serve", terminal: "t1", until: "ready" }], read)).toBeUndefined();
  expect(asScript([{ run: "ls", terminal: "t2" }], read)).toBeUndefined();
  expect(patternOf("Listening at: http://0.0.0.0:8000 (12)")).toBe("Listening at: http:\\/\\/\\d+\\.\\d+\\.\\d+\\.\\d+:\\d+ \\(\\d+\\)");
});

it("takes the editor, the browser and the quiz from an attempt made in the page, and tells what it can't take", () => {
  const form = btoa("csrfmiddlewaretoken=abcdefghijklmnopqrstuvwxyz&user=ann");
  const urlencoded = [["Content-Type", "application/x-www-form-urlencoded"]] as const;
  const actions: Action[] = [
    { kind: "terminal", atMs: 0, terminal: "t1", machine: "laptop", columns: 80, rows: 24 },
    { kind: "write", atMs: 1, machine: "laptop", path: "/home/learner/x", text: "a" },
    { kind: "request", atMs: 2, machine: "laptop", method: "GET", url: "http://localhost/login", mode: "navigate" },
    { kind: "request", atMs: 3, machine: "laptop", method: "GET", url: "http://localhost/style.css", mode: "no-cors" },
    {
      kind: "request",
      atMs: 4,
      machine: "laptop",
      method: "POST",
      url: "http://localhost/login",
      mode: "navigate",
      headers: urlencoded,
      body: form,
      referrer: "http://localhost/login",
    },
    { kind: "request", atMs: 5, machine: "laptop", method: "GET", url: "http://localhost/", mode: "navigate" },
    { kind: "answer", atMs: 6, quiz: "q", option: ["b", "a"] },
    { kind: "remove", atMs: 7, machine: "laptop", path: "/home/learner/y" },
  ];
  const { steps, leftOut } = stepsOf(actions, new Map());
  expect(steps).toEqual([
    { write: "/home/learner/x", text: "a" },
    { visit: "http://localhost/login", form: { user: "ann" } },
    { answer: ["b", "a"], quiz: "q" },
  ]);
  expect(leftOut).toEqual(["In the page, you deleted /home/learner/y: there is no step for it. Use a command."]);
});

it("suggests a check for each kind of difference", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const fact = { kind: "file", machine: "web-1", place: "/etc/app.conf" } as const;
  const yaml = suggestChecks(
    [
      {
        ...fact,
        id: "1",
        change: "changed",
        aspects: [{ name: "mode", before: "0644", after: "0600" }],
        before: { ...fact, aspects: {}, bytes: bytes("old line\n") },
        after: { ...fact, aspects: {}, bytes: bytes("old line\nnew line here\n") },
      },
      { id: "2", kind: "process", machine: "web-1", place: "ann: /usr/bin/python3 -m gunicorn shop.wsgi", change: "added", aspects: [] },
      { id: "3", kind: "port", machine: "web-1", place: "0.0.0.0:8000", change: "added", aspects: [] },
      { id: "4", kind: "ref", machine: "laptop", place: "/home/ann/shop/.git refs/tags/v1", change: "added", aspects: [] },
    ],
    "laptop",
  );
  expect(yaml).toContain('  - id: app-conf\n    file: /etc/app.conf\n    contains: new line here\n    mode: "0600"\n    on: web-1\n');
  expect(yaml).toContain("process: gunicorn\n    user: ann");
  expect(yaml).toContain("port: 8000\n    address: 0.0.0.0");
  expect(yaml).toContain("repository: /home/ann/shop\n      tag: v1\n    because");
});
