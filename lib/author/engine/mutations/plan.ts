import { describeDifference } from "../../../lab/world-difference/difference.ts";
import type { Difference, Fact } from "../../../lab/world-difference/facts.ts";
import { noiseOf } from "../../../lab/world-difference/noise.ts";

/** One thing to take back: a difference, or one aspect of it. */
export interface Planned {
  readonly id: string;
  readonly what: string;
  readonly difference: Difference;
  readonly aspect: "whole" | "content" | "mode" | "owner" | "active" | "enabled";
}

/** Besides noise: differences that go with another one, or that nobody made. */
const derived: readonly {
  readonly name: string;
  readonly fits: (difference: Difference, all: ReadonlyMap<string, Difference>) => boolean;
}[] = [
  { name: "a port goes with its process", fits: ({ kind }) => kind === "port" },
  {
    name: "a folder goes with what is in it",
    fits: ({ kind, machine, place, change, after }, all) =>
      kind === "file" && change === "added" && after?.aspects.type === "directory" && all.has(`folder ${machine}:${place}`),
  },
  {
    name: "a row that Django writes for itself",
    fits: ({ kind, after }) => kind === "row" && after?.row?.where !== undefined && isBookkeeping(after.row.table),
  },
  {
    name: "what stands in a column goes with the column",
    fits: ({ kind, change, after, aspects }) =>
      kind === "row" &&
      change === "changed" &&
      after?.row?.where !== undefined &&
      aspects.every((aspect) => aspect.before === undefined || aspect.after === undefined),
  },
  {
    name: "files of an installed package are one difference",
    fits: ({ kind, place, change }) =>
      kind === "file" && change === "added" && packageOf(place) !== undefined && packageOf(place) !== place,
  },
  {
    name: "a script that pip made for a package",
    fits: ({ kind, place, change, after }) =>
      kind === "file" && change === "added" && (/\/(\.local|\.?venv|env)\/bin\//.test(place) || isPipScript(place, after)),
  },
  {
    name: "an empty __init__.py: Python takes its folder for a package without it too",
    fits: ({ kind, place, change, after }) =>
      kind === "file" && change === "added" && place.endsWith("/__init__.py") && after?.bytes?.length === 0,
  },
  {
    name: "a table that migrate makes together with those that are compared",
    fits: ({ kind, change, after }) =>
      kind === "row" && change === "added" && after?.row !== undefined && after.row.where === undefined && isSideTable(after.row.table),
  },
  {
    name: "what comes with every PostgreSQL",
    fits: ({ kind, place }) => kind === "row" && /^postgres: (role|database) (postgres|template[01])$/.test(place),
  },
  {
    name: "the interpreter of a virtual environment",
    fits: ({ kind, place }) => kind === "file" && /\/(\.?venv|env)\/(lib64|include(\/.*)?|\.gitignore)$/.test(place),
  },
  {
    name: "what activate exports for the shell's prompt",
    fits: ({ kind, place }) => kind === "setting" && / VIRTUAL_ENV(_PROMPT)?$/.test(place),
  },
];

/** What Django's `migrate` writes for itself besides the list of migrations, and what comes with visits. */
function isBookkeeping(table: string): boolean {
  return /auth_permission|django_content_type|django_session|django_admin_log/.test(table);
}

/** Tables of Django's own applications that nobody fills by hand; auth_user and django_migrations are compared. */
function isSideTable(table: string): boolean {
  return /\b(auth_group|auth_group_permissions|auth_permission|auth_user_groups|auth_user_user_permissions|django_content_type|django_session|django_admin_log)"?$/.test(
    table,
  );
}

/** What pip writes for a package's command where there is no virtual environment: a few lines that import a function and call it. */
function isPipScript(path: string, fact: Fact | undefined): boolean {
  if (!path.startsWith("/usr/local/bin/") || fact?.bytes === undefined) return false;
  return /^#!.*python[\s\S]*^if __name__ == .__main__.:\n\s+sys\.argv\[0\] = /m.test(new TextDecoder().decode(fact.bytes));
}

/** …/site-packages/flask of …/site-packages/flask/app.py. */
function packageOf(path: string): string | undefined {
  return /^.*?\/(?:site|dist)-packages\/[^/]+/.exec(path)?.[0];
}

export interface Plan {
  readonly planned: readonly Planned[];
  readonly noise: Readonly<Record<string, number>>;
}

/** What of these differences is worth taking back, one at a time. */
export function planOf(differences: readonly Difference[]): Plan {
  const noise: Record<string, number> = {};
  const count = (name: string): void => {
    noise[name] = (noise[name] ?? 0) + 1;
  };
  const known = new Map<string, Difference>();
  for (const difference of differences) {
    const { kind, machine, place } = difference;
    if (kind === "file" && noiseOf(difference) === undefined)
      known.set(`folder ${machine}:${place.slice(0, place.lastIndexOf("/"))}`, difference);
  }
  const planned = differences.flatMap((difference): Planned[] => {
    const rule = noiseOf(difference);
    if (rule !== undefined) {
      count(rule.name);
      return [];
    }
    const reason = derived.find(({ fits }) => fits(difference, known));
    if (reason !== undefined) {
      count(reason.name);
      return [];
    }
    return aspectsOf(difference).map((aspect) => ({
      id: aspect === "whole" ? difference.id : `${difference.id} ${aspect}`,
      what: describeDifference(difference) + (aspect === "whole" || difference.change === "changed" ? "" : `: its ${aspect}`),
      difference,
      aspect,
    }));
  });
  return { planned, noise };
}

const USUAL_MODES: Readonly<Record<string, readonly string[]>> = { file: ["0644", "0664", "0755", "0775"], directory: ["0755", "0775"] };

function aspectsOf({ kind, change, aspects, after }: Difference): Planned["aspect"][] {
  const differs = (name: string): boolean => aspects.some((aspect) => aspect.name === name);
  if (kind === "unit")
    return (["active", "enabled"] as const).filter(
      (name) => differs(name) && (change === "changed" || after?.aspects[name] === name || after?.aspects[name] === "active"),
    );
  if (kind !== "file") return ["whole"];
  if (change === "changed") {
    if (differs("type")) return ["whole"];
    return (["content", "mode", "owner"] as const).filter(differs);
  }
  const usual = USUAL_MODES[after?.aspects.type ?? ""];
  const special = change === "added" && usual !== undefined && !usual.includes(after?.aspects.mode ?? "");
  return special ? ["whole", "mode"] : ["whole"];
}

/** `count` of them by lot; the same ones for the same seed (a linear congruential generator is good enough to draw lots). */
export function sampleOf<T>(all: readonly T[], count: number, seed: number): T[] {
  if (all.length <= count) return [...all];
  const rest = [...all.entries()];
  const chosen: [number, T][] = [];
  let state = seed >>> 0;
  while (chosen.length < count) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    chosen.push(...rest.splice(Math.floor((state / 2 ** 32) * rest.length), 1));
  }
  return chosen.sort(([a], [b]) => a - b).map(([, value]) => value);
}
