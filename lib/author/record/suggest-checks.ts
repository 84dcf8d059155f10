import { stringify } from "yaml";
import type { Difference } from "../../lab/world-difference/facts.ts";

/** Longer lists of checks help nobody; the rest is counted. */
const MOST_CHECKS = 25;
/** A line that says something by itself. */
const TELLING_LINE = /\S.{5,}/;

interface Suggestion {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Checks that hold at the end of a recording and did not at its start, as YAML to be pasted into a task of lab.yaml. */
export function suggestChecks(differences: readonly Difference[], firstMachine: string): string {
  const ids = new Map<string, number>();
  const all = differences.flatMap((difference) => {
    const found = checkFor(difference);
    if (found === undefined) return [];
    const count = (ids.get(found.id) ?? 0) + 1;
    ids.set(found.id, count);
    const on = difference.machine === firstMachine || difference.machine === "" ? {} : { on: difference.machine };
    return [
      {
        ...found,
        id: count === 1 ? found.id : `${found.id}-${count}`,
        ...on,
        because: "TODO: what is wrong, for the learner.",
        next: "TODO: what to try.",
      },
    ];
  });
  if (all.length === 0) return "# Nothing in the world is other than at the start, so there is nothing to check but what a quiz asks.\n";
  const shown = all.slice(0, MOST_CHECKS);
  const head = [
    "# What is true now and was not at the start. Keep what the task is about, and say it in the task's own terms:",
    "# an http or run check of what the learner wants is better than one of how a file looks.",
    ...(all.length > shown.length ? [`# ${all.length - shown.length} more were found.`] : []),
  ];
  return `${head.join("\n")}\n${stringify({ checks: shown }, { lineWidth: 120 })}`;
}

function checkFor({ kind, place, change, aspects, before, after }: Difference): Suggestion | undefined {
  const gone = change === "removed";
  switch (kind) {
    case "file": {
      const id = idOf(place.replace(/^.*\//, ""));
      if (gone) return { id: `no-${id}`, file: place, exists: false };
      if (after?.aspects.type === "directory") return change === "added" ? { id, file: place, type: "directory" } : undefined;
      const mode = aspects.find((aspect) => aspect.name === "mode")?.after;
      const line = newLine(before?.bytes, after?.bytes);
      return {
        id,
        file: place,
        ...(line === undefined ? {} : { contains: line }),
        ...(mode !== undefined && /^[0-7]{3,4}$/.test(mode) && change === "changed" ? { mode } : {}),
      };
    }
    case "process": {
      const [, user, command = ""] = /^([^:]+): (.*)$/.exec(place) ?? [];
      const name = programOf(command);
      return { id: idOf(`${gone ? "no-" : ""}${name}`), process: name, ...(gone ? { running: false } : { user }) };
    }
    case "port": {
      const [, address, port] = /^(.*):(\d+)$/.exec(place) ?? [];
      if (port === undefined) return undefined;
      const number = Number(port);
      return { id: `${gone ? "no-" : ""}port-${port}`, port: number, ...(gone ? { listening: false } : { address }) };
    }
    case "unit": {
      const unit = place.replace(/\.service$/, "");
      const active = after?.aspects.active ?? "inactive";
      const enabled = after?.aspects.enabled;
      if (aspects.some(({ name }) => name === "active"))
        return { id: idOf(`${unit}-${active}`), run: `systemctl is-active ${unit}`, exit: "any", stdout: { equals: active } };
      if (enabled === undefined || enabled === "") return undefined;
      return { id: idOf(`${unit}-${enabled}`), run: `systemctl is-enabled ${unit}`, exit: "any", stdout: { equals: enabled } };
    }
    case "row": {
      const row = (after ?? before)?.row;
      if (row === undefined) return undefined;
      const where = row.where === undefined ? "" : ` WHERE ${row.where}`;
      const database = row.engine === "sqlite" ? { sqlite: row.database } : { database: row.database };
      return {
        id: idOf(`${gone ? "no-" : ""}${row.table}`),
        sql: `SELECT count(*) FROM ${row.table}${where}`,
        ...database,
        ...(gone ? { value: 0 } : { value: row.where === undefined ? 0 : 1 }),
      };
    }
    case "ref": {
      const [, gitDir, name] = /^(.*) (\S+)$/.exec(place) ?? [];
      if (gitDir === undefined || name === undefined || name === "HEAD" || gone) return undefined;
      const repository = gitDir.replace(/\/\.git$/, "");
      if (name.startsWith("refs/tags/")) return { id: idOf(`tag-${name.slice(10)}`), git: { repository, tag: name.slice(10) } };
      if (name.startsWith("refs/heads/"))
        return { id: idOf(`branch-${name.slice(11)}`), git: { repository, branch: name.slice(11), commits: { min: 1 }, clean: true } };
      return undefined;
    }
    case "record": {
      const [, name, type, value] = /^(\S+) ([A-Z]+) (.*)$/.exec(place) ?? [];
      if (name === undefined || gone) return undefined;
      return { id: idOf(`name-${name}`), run: `dig +short ${name} ${type}`, network: true, stdout: { contains: value } };
    }
    case "setting":
      return undefined;
  }
}

/** The first telling line that was not there before. */
function newLine(before: Uint8Array | undefined, after: Uint8Array | undefined): string | undefined {
  if (after === undefined || after.includes(0)) return undefined;
  const old = new Set(
    before === undefined
      ? []
      : new TextDecoder()
          .decode(before)
          .split("\n")
          .map((line) => line.trim()),
  );
  return new TextDecoder()
    .decode(after)
    .split("\n")
    .map((line) => line.trim())
    .find((line) => TELLING_LINE.test(line) && !old.has(line))
    ?.slice(0, 200);
}

/** As a `process` check calls it: of an interpreter, the script or module that it runs. */
function programOf(command: string): string {
  const words = command.split(" ");
  const base = (word = ""): string => word.replace(/^.*\//, "");
  if (!/^python[\d.]*$/.test(base(words[0]))) return base(words[0]);
  const script = words.slice(1).find((word) => !word.startsWith("-"));
  return script === undefined ? base(words[0]) : base(script);
}

function idOf(text: string): string {
  const id = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .replace(/-+$/, "");
  return id === "" ? "changed" : id.slice(0, 40);
}
