import { stringify } from "yaml";
import type { Field, FieldGroup } from "../../lib/content/editor/field-groups.ts";
import { InlineText } from "../ui/inline-text.tsx";

/** How an example of a field is written in its file. */
export type Notation = "yaml" | "json";

/** The fields of a file: what stands where, what it takes, and how it is written. */
export function FieldGroups({ groups, file, notation }: { groups: readonly FieldGroup[]; file: string; notation: Notation }) {
  return groups.map((group) => {
    const place = group.path.filter((step) => step !== "-");
    const id = [file, ...place, group.kind ?? ""].join("-").replace(/[^a-z0-9]+/gi, "-");
    return (
      <div key={id} className="mt-8">
        {place.length + (group.kind?.length ?? 0) > 0 ? (
          <h3 id={id} className="font-mono font-semibold text-[0.9375rem]">
            {place.join(" › ")}
            {group.kind === undefined ? "" : `${place.length > 0 ? " › " : ""}with ${group.kind}`}
          </h3>
        ) : null}
        {group.about === undefined ? null : (
          <p className="mt-1 text-ink-soft">
            <InlineText text={group.about} />
          </p>
        )}
        <dl className="mt-2 grid gap-x-6 border-line border-t sm:grid-cols-[13rem_1fr]">
          {group.fields.map((field) => (
            <Row key={field.name} field={field} notation={notation} />
          ))}
        </dl>
      </div>
    );
  });
}

function Row({ field, notation }: { field: Field; notation: Notation }) {
  const [example] = field.examples;
  return (
    <>
      <dt className="pt-2 sm:border-line sm:border-b sm:pb-2">
        <code className="font-semibold">{field.name}</code>
        {field.isNeeded ? <span className="text-accent"> needed</span> : null}
        <span className="block text-ink-soft text-sm">
          <InlineText text={field.type} />
        </span>
      </dt>
      <dd className="min-w-0 border-line border-b pb-2 sm:pt-2">
        <InlineText text={field.about} />
        {example === undefined ? null : (
          <code className="mt-1 block whitespace-pre-wrap text-ink-soft [overflow-wrap:anywhere]">
            {written(field.name, example, notation)}
          </code>
        )}
      </dd>
    </>
  );
}

function written(name: string, example: unknown, notation: Notation): string {
  if (notation === "json") return `"${name}": ${JSON.stringify(example)}`;
  return stringify({ [name]: example }, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: true })
    .trim()
    .replace(/^\{ ?| ?\}$/g, "");
}
