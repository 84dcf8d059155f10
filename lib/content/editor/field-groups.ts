import type { JsonSchema } from "./schemas.ts";

/** A field that an author can write, in words. */
export interface Field {
  readonly name: string;
  /** What kind of value it takes: "text", "a list", "`one` or `many`". */
  readonly type: string;
  readonly isNeeded: boolean;
  readonly about: string;
  readonly examples: readonly unknown[];
}

/** Fields that stand together: those of the file itself, or of what lies below one of them. */
export interface FieldGroup {
  /** The keys on the way there; a name that the author chooses is <name>, an entry of a list is -. Empty: the file itself. */
  readonly path: readonly string[];
  /** Of things of several kinds: the field by which one knows the kind. */
  readonly kind?: string;
  readonly about?: string;
  readonly fields: readonly Field[];
}

type Schema = Readonly<Record<string, unknown>>;

/** The fields of a file from its JSON Schema: the file's own first, then what lies below each, in the order of the schema. */
export function fieldGroups(schema: JsonSchema): FieldGroup[] {
  return groupsBelow(schema, [], new Set());
}

/** `kinds`: those that are described further up, and need not be again. */
function groupsBelow(schema: Schema, path: readonly string[], kinds: ReadonlySet<string>): FieldGroup[] {
  const objects = optionsOf(schema).filter((option) => isSchema(option.properties));
  if (objects.length > 1) return kindsOf(objects, path, kinds);
  const own = objects.flatMap((object): FieldGroup[] => {
    const about = path.length === 0 || typeof object.description !== "string" ? undefined : object.description;
    return [{ path, about, fields: fieldsOf(object) }];
  });
  return [
    ...own,
    ...objects.flatMap((object) => nested(object, path, kinds)),
    ...optionsOf(schema).flatMap((option) => [
      ...(isSchema(option.items) ? groupsBelow(option.items, [...path, "-"], kinds) : []),
      ...(isSchema(option.additionalProperties) ? groupsBelow(option.additionalProperties, [...path, "<name>"], kinds) : []),
    ]),
  ];
}

function nested(object: Schema, path: readonly string[], kinds: ReadonlySet<string>): FieldGroup[] {
  return propertiesOf(object).flatMap(([name, value]) => groupsBelow(value, [...path, name], kinds));
}

/** Things of several kinds: first what all of them have, then each with what it has besides. */
function kindsOf(objects: readonly Schema[], path: readonly string[], known: ReadonlySet<string>): FieldGroup[] {
  const isShared = (name: string): boolean => objects.every((object) => propertiesOf(object).some(([each]) => each === name));
  const [first] = objects;
  const shared = first === undefined ? [] : fieldsOf(first).filter(({ name }) => isShared(name));
  const named = objects.map((object) => ({ object, kind: kindOf(object, objects) }));
  const kinds = new Set([...known, ...named.flatMap(({ kind }) => kind ?? [])]);
  const described = named.flatMap(({ kind }) => (kind !== undefined && known.has(kind) ? [`\`${kind}\``] : []));
  const other = described.length === 0 ? "" : `Instead of it, what a check of these kinds has can stand here: ${described.join(", ")}.`;
  return [
    ...(shared.length > 0 ? [{ path, about: "What all kinds have.", fields: shared }] : []),
    ...named
      .filter(({ kind }) => kind === undefined || !known.has(kind))
      .flatMap(({ object, kind }) => {
        const about = [typeof object.description === "string" ? object.description : "", other].filter((text) => text !== "").join(" ");
        const own = fieldsOf(object).filter(({ name }) => !isShared(name));
        const fields = [...own.filter(({ name }) => name === kind), ...own.filter(({ name }) => name !== kind)];
        return [{ path, kind, about: about === "" ? undefined : about, fields }, ...nested(object, path, kinds)];
      }),
  ];
}

/** The first field that this kind needs and no other does. */
function kindOf(object: Schema, all: readonly Schema[]): string | undefined {
  return requiredOf(object).find((name) => all.filter((other) => requiredOf(other).includes(name)).length === 1);
}

function fieldsOf(object: Schema): Field[] {
  const required = requiredOf(object);
  return propertiesOf(object).map(([name, value]) => ({
    name,
    type: typeOf(value),
    isNeeded: required.includes(name),
    about: typeof value.description === "string" ? value.description : "",
    examples: Array.isArray(value.examples) ? value.examples : [],
  }));
}

function typeOf(schema: Schema): string {
  const words = optionsOf(schema).flatMap((option): string[] => {
    if (Array.isArray(option.enum)) return option.enum.map((value) => `\`${value}\``);
    if (option.const !== undefined) return [`\`${option.const}\``];
    const types: readonly unknown[] = Array.isArray(option.type) ? option.type : [option.type];
    return types.map((type) => typeWords[String(type)] ?? "");
  });
  const [last, ...others] = [...new Set(words.filter((word) => word !== ""))].reverse();
  return others.length === 0 ? (last ?? "") : `${others.reverse().join(", ")} or ${last}`;
}

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys below it",
  null: "null",
};

function optionsOf(schema: Schema): Schema[] {
  return Array.isArray(schema.anyOf) ? schema.anyOf.filter(isSchema).flatMap(optionsOf) : [schema];
}

function propertiesOf(object: Schema): [string, Schema][] {
  return isSchema(object.properties)
    ? Object.entries(object.properties).filter((entry): entry is [string, Schema] => isSchema(entry[1]))
    : [];
}

function requiredOf(object: Schema): string[] {
  return Array.isArray(object.required) ? object.required.map(String) : [];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
