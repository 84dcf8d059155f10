import type { Option } from "../../lib/programs/core/options.ts";
import type { ManualEntry } from "../../lib/programs/core/program.ts";

/** A program of the machines: what it is, which options work, and what does not. */
export function ProgramPage({ entry }: { entry: ManualEntry }) {
  const { name, summary, origin, synopsis, options, unmodeled, limits } = entry;
  return (
    <article id={name} className="program" aria-labelledby={`name-${name}`} data-program={searchText(entry)}>
      <h3 id={`name-${name}`} className="program-name">
        <a href={`#${name}`}>{name}</a>
      </h3>
      <div>
        <p className="program-summary">{capitalize(summary)}.</p>
        <pre className="program-synopsis">
          {synopsis.map((form) => (
            <code key={form}>
              {name} {form}
            </code>
          ))}
        </pre>
        {options.length > 0 ? (
          <details className="program-options">
            <summary>
              {options.length} {options.length === 1 ? "option" : "options"} covered
            </summary>
            <dl>
              {options.map((option) => (
                <div key={option.key}>
                  <dt>{optionName(option)}</dt>
                  <dd>{option.meaning}</dd>
                </div>
              ))}
            </dl>
          </details>
        ) : null}
        {unmodeled.length > 0 ? (
          <p className="program-missing">
            Real, but not modeled:{" "}
            {unmodeled.map((option, index) => (
              <span key={option}>
                <code>{option}</code>
                {index < unmodeled.length - 1 ? ", " : "."}
              </span>
            ))}
          </p>
        ) : null}
        {limits ? <p className="program-missing">{limits}</p> : null}
        <p className="program-origin">As in {origin}.</p>
      </div>
    </article>
  );
}

/** What the search looks through: name, summary and options. */
export function searchText({ name, summary, options, unmodeled }: Pick<ManualEntry, "name" | "summary" | "options" | "unmodeled">): string {
  return [name, summary, ...options.map(optionName), ...unmodeled].join(" ").toLowerCase();
}

/** As a manual page writes it: `-w, --width=COLS`. */
export function optionName({ short, long, argument, argumentOptional }: Option): string {
  const after = (equals: string): string =>
    argument === undefined ? "" : argumentOptional ? `[${equals}${argument}]` : `${equals || " "}${argument}`;
  const names = [short && `-${short}${long ? "" : after("")}`, long && `--${long}${after("=")}`];
  return names.filter(Boolean).join(", ");
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");
}
