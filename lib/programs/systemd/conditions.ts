/** Condition…= and Assert…= (systemd.unit(5), "Conditions and Asserts"). */
import type { Machine } from "../../kernel/types.ts";
import type { Condition } from "./settings.ts";

/** Undefined for those that are not looked at on this machine: they hold. */
function holds(machine: Machine, { key, value }: Condition): boolean | undefined {
  const { files } = machine;
  const kind = () => (files.exists(value) ? files.stat(value).kind : undefined);
  switch (key.replace(/^(Condition|Assert)/, "")) {
    case "PathExists":
      return files.exists(value);
    case "PathExistsGlob": {
      const folder = value.slice(0, value.lastIndexOf("/")) || "/";
      const pattern = value
        .slice(value.lastIndexOf("/") + 1)
        .replace(/[.+^${}()|\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".");
      if (!files.exists(folder)) return false;
      return files.readdir(folder).some(({ name }) => new RegExp(`^${pattern}$`).test(name));
    }
    case "PathIsDirectory":
      return kind() === "directory";
    case "PathIsSymbolicLink":
      return kind() !== undefined && files.lstat(value).kind === "symlink";
    case "PathIsReadWrite":
      return kind() !== undefined;
    case "DirectoryNotEmpty":
      return kind() === "directory" && files.readdir(value).length > 0;
    case "FileNotEmpty":
      return kind() === "file" && files.stat(value).size > 0;
    case "FileIsExecutable":
      return kind() === "file" && (files.stat(value).mode & 0o111) !== 0;
    case "Host":
      return value === machine.hostname;
    case "Virtualization":
      return ["yes", "1", "true", "vm", "kvm"].includes(value);
    case "User":
      return value === "root" || value === "0" || value === "@system";
    default:
      return undefined;
  }
}

/** The first condition that is not met; undefined when the unit may start. */
export function unmetCondition(machine: Machine, conditions: readonly Condition[]): Condition | undefined {
  const tested = conditions.map((condition) => ({ condition, met: (holds(machine, condition) ?? !condition.negate) !== condition.negate }));
  const failed = tested.find(({ condition, met }) => !condition.trigger && !met);
  if (failed !== undefined) return failed.condition;
  const triggers = tested.filter(({ condition }) => condition.trigger);
  if (triggers.length > 0 && triggers.every(({ met }) => !met)) return triggers[0]?.condition;
  return undefined;
}

/** "ConditionPathExists=!/etc/nologin". */
export function conditionText({ key, value, negate, trigger }: Condition): string {
  return `${key}=${trigger ? "|" : ""}${negate ? "!" : ""}${value}`;
}
