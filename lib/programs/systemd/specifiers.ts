/** The % specifiers of unit files (systemd.unit(5), "Specifiers"). */
import { RELEASE } from "../../kernel/proc-files.ts";
import type { Machine } from "../../kernel/types.ts";
import { parseUnitName, unescapeName } from "./unit-name.ts";

/** Values of the specifiers for a unit of the machine's manager, which runs as root. */
export function specifiersOf(machine: Machine, unit: string): (letter: string) => string | undefined {
  const name = parseUnitName(unit);
  const prefix = name?.prefix ?? unit;
  const instance = name?.instance ?? "";
  const last = (text: string) => text.slice(text.lastIndexOf("-") + 1);
  const host = machine.hostname;
  return (letter) => {
    switch (letter) {
      case "%":
        return "%";
      case "n":
        return unit;
      case "N":
        return unit.replace(/\.[a-z]+$/, "");
      case "p":
        return prefix;
      case "P":
        return unescapeName(prefix);
      case "i":
        return instance;
      case "I":
        return unescapeName(instance);
      case "j":
        return last(prefix);
      case "J":
        return unescapeName(last(prefix));
      case "f":
        return `/${unescapeName(instance === "" ? prefix : instance).replace(/^\//, "")}`;
      case "t":
        return "/run";
      case "S":
        return "/var/lib";
      case "C":
        return "/var/cache";
      case "L":
        return "/var/log";
      case "E":
        return "/etc";
      case "T":
        return "/tmp";
      case "V":
        return "/var/tmp";
      case "h":
        return "/root";
      case "u":
      case "g":
        return "root";
      case "U":
      case "G":
        return "0";
      case "s":
        return "/bin/bash";
      case "H":
      case "q":
        return host;
      case "l":
        return host.replace(/\..*$/, "");
      case "m":
        return machineId(machine);
      case "b":
        return machine.bootId;
      case "v":
        return RELEASE.release;
      case "o":
        return "debian";
      case "w":
        return "12";
      case "a":
        return "x86-64";
      default:
        return undefined;
    }
  };
}

/** What is no specifier stays as it is. */
export function expandSpecifiers(text: string, value: (letter: string) => string | undefined): string {
  return text.replace(/%(.)/g, (whole, letter: string) => value(letter) ?? whole);
}

/** machine-id(5); made of the host's name where the file is missing. */
export function machineId({ files, hostname }: Machine): string {
  const saved = files.exists("/etc/machine-id") ? files.readText("/etc/machine-id").trim() : "";
  if (/^[0-9a-f]{32}$/.test(saved)) return saved;
  let hash = 0x811c9dc5;
  let id = "";
  for (let round = 0; id.length < 32; round++) {
    for (const character of `${round}${hostname}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
    id += hash.toString(16).padStart(8, "0");
  }
  return id;
}
