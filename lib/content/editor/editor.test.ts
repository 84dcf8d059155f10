import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readProse } from "../compile.ts";
import { components } from "../components.ts";
import { editorFiles } from "./files.ts";
import { editorSchemas } from "./schemas.ts";

interface Field {
  readonly path: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every field that somebody can write. */
function fieldsOf(schema: unknown, path: string): Field[] {
  if (!isRecord(schema)) return [];
  const own = isRecord(schema.properties) ? Object.entries(schema.properties) : [];
  return [
    ...own.flatMap(([name, field]) => [
      ...(isRecord(field) ? [{ path: `${path}.${name}`, schema: field }] : []),
      ...fieldsOf(field, `${path}.${name}`),
    ]),
    ...fieldsOf(schema.additionalProperties, `${path}.*`),
    ...fieldsOf(schema.items, `${path}[]`),
    ...(Array.isArray(schema.anyOf) ? schema.anyOf.flatMap((each) => fieldsOf(each, path)) : []),
  ];
}

const fields = editorSchemas().flatMap(({ name, schema }) => fieldsOf(schema, name));

it("commits what editors read as it is made from the schemas (`npm run -s lab -- schema` writes it)", () => {
  for (const [path, text] of Object.entries(editorFiles())) expect(readFileSync(path, "utf8"), path).toBe(text);
});

it("describes every field, and shows how it is written", () => {
  expect(fields.length).toBeGreaterThan(150);
  expect(fields.filter(({ schema }) => typeof schema.description !== "string").map(({ path }) => path)).toEqual([]);
  expect(fields.filter(({ schema }) => !Array.isArray(schema.examples) || schema.examples.length === 0).map(({ path }) => path)).toEqual(
    [],
  );
});

it("shows examples of the type that the field has", () => {
  const typeOf = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value);
  const wrong = fields.filter(({ schema: { type, examples } }) => {
    if (typeof type !== "string" || !Array.isArray(examples)) return false;
    return !examples.some((example) => typeOf(example) === (type === "integer" ? "number" : type));
  });
  expect(wrong.map(({ path, schema }) => `${path}: ${JSON.stringify(schema.examples)}`)).toEqual([]);
});

it("shows each element of the prose in a way that is allowed", () => {
  const names = ["serve-site", "static-or-dynamic", "monthly-bill"];
  const terms = [{ id: "static-server", term: "static server", also: [], text: "It hands out files." }];
  const context = {
    file: "lesson.mdx",
    tasks: names,
    quizzes: names,
    calculators: names,
    machines: ["laptop"],
    terms,
    picture: () => undefined,
    video: () => undefined,
  };
  for (const [name, { example, about }] of Object.entries(components)) {
    expect(readProse(example, context).problems, name).toEqual([]);
    expect(about).toMatch(/\.$/);
  }
});
