import { expect, it } from "vitest";
import { type FieldGroup, fieldGroups } from "./field-groups.ts";
import { editorSchemas } from "./schemas.ts";

const groups = new Map(editorSchemas().map(({ name, schema }) => [name, fieldGroups(schema)]));

function groupAt(file: "lab" | "quiz" | "attempt", path: string, kind?: string): FieldGroup {
  const found = groups.get(file)?.find((group) => group.path.join(" ") === path && group.kind === kind);
  if (found === undefined) throw new Error(`${file} has no ${path} ${kind ?? ""}`);
  return found;
}

it("shows each field of a file, with what it takes and how it is written", () => {
  const machine = groupAt("lab", "machines <name>").fields;
  expect(machine.find(({ name }) => name === "image")).toMatchObject({
    type: "text",
    isNeeded: true,
    examples: ["ubuntu", "python", "server"],
  });
  expect(machine.find(({ name }) => name === "ssh")).toMatchObject({ type: "true or false, a list or keys below it", isNeeded: false });
  expect(groupAt("lab", "machines <name> ssh").fields.map(({ name }) => name)).toEqual(["from", "password"]);
});

it("shows of things of several kinds what all have, and then each kind", () => {
  expect(groupAt("lab", "tasks - checks -").fields.map(({ name }) => name)).toEqual(["id", "teaches", "because", "next"]);
  expect(groupAt("lab", "tasks - checks -", "file").fields.map(({ name }) => name)).toContain("mode");
  expect(groupAt("lab", "tasks - checks -", "file").fields.map(({ name }) => name)).not.toContain("because");
  expect(groupAt("quiz", "-", "options").about).toBe("A question with options to choose from.");
  expect(groupAt("attempt", "steps -", "run").fields.map(({ name }) => name)).toEqual(["run", "terminal", "machine", "until", "timeout"]);
});

it("does not describe again what a rule over the history has in common with a check", () => {
  const paths = (groups.get("lab") ?? []).filter(({ path }) => path.at(-1) === "never");
  expect(paths.map(({ kind }) => kind)).toEqual(["status"]);
  expect(paths[0]?.about).toContain("Instead of it, what a check of these kinds has can stand here: `file`, `port`, `process`.");
});

it("leaves no field out", () => {
  const names = (schema: unknown): string[] => {
    if (Array.isArray(schema)) return schema.flatMap(names);
    if (typeof schema !== "object" || schema === null) return [];
    const own = "properties" in schema && typeof schema.properties === "object" ? Object.keys(schema.properties ?? {}) : [];
    return [...own, ...Object.entries(schema).flatMap(([key, value]) => (key === "examples" ? [] : names(value)))];
  };
  for (const { name, schema } of editorSchemas()) {
    const shown = new Set(groups.get(name)?.flatMap(({ fields }) => fields.map((field) => field.name)));
    expect(
      [...new Set(names(schema))].filter((each) => !shown.has(each)),
      name,
    ).toEqual([]);
  }
});
