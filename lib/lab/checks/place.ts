import type { CheckDefinition, CheckPlace } from "../types.ts";

/** Where a check looks, as a learner would go there. `line`: the one that the verdict is about. Undefined: nowhere in the world. */
export function placeOf(check: CheckDefinition, line?: number): CheckPlace | undefined {
  const at = line === undefined ? {} : { line };
  switch (check.kind) {
    case "file":
      return { machine: check.on, path: check.file, ...at };
    case "run":
      return { machine: check.on, command: check.run.trim(), ...at };
    case "http":
      return { machine: check.on, address: check.http, ...at };
    case "port":
      return { machine: check.on, address: `port ${check.port}` };
    case "process":
      return { machine: check.on };
    case "sql": {
      const { database } = check;
      return database.engine === "sqlite"
        ? { machine: check.on, path: database.file }
        : { machine: check.on, address: `database ${database.name}` };
    }
    case "git": {
      const repository = check.repository.replace(/\/+$/, "");
      return { machine: check.on, path: check.file === undefined ? repository : `${repository}/${check.file.path}`, ...at };
    }
    default:
      return undefined;
  }
}
