import type { SavedLab, SavedServer } from "../../../lab/saving/saved-lab.ts";
import type { Difference } from "../../../lab/world-difference/facts.ts";
import type { Moment } from "./side-world.ts";

/** The moment without a process, a unit, a setting or a record: what starts with the world is left out at its start. Undefined: can't be done. */
export function withoutDifference(moment: Moment, difference: Difference): Moment | undefined {
  const { saved } = moment;
  switch (difference.kind) {
    case "process": {
      if (difference.change !== "added") return undefined;
      const servers = saved.servers.filter((server) => !isServer(server, difference));
      return servers.length === saved.servers.length ? undefined : edited(moment, { servers });
    }
    case "setting": {
      const cut = difference.place.lastIndexOf(" ");
      const command = difference.place.slice(0, cut);
      const name = difference.place.slice(cut + 1);
      const before = difference.before?.aspects.value;
      let found = false;
      const servers = saved.servers.map((server) => {
        if (server.machine !== difference.machine || !isCommand(server, command)) return server;
        found = true;
        const { [name]: _, ...env } = server.env;
        return { ...server, env: before === undefined ? env : { ...env, [name]: before } };
      });
      return found ? edited(moment, { servers }) : undefined;
    }
    case "unit": {
      const wasActive = difference.before?.aspects.active === "active";
      const machines = saved.machines.map((machine) => {
        if (machine.name !== difference.machine) return machine;
        const others = (machine.units ?? []).filter((unit) => unit !== difference.place);
        return { ...machine, units: wasActive ? [...others, difference.place] : others };
      });
      return edited(moment, { machines });
    }
    case "record": {
      const { services } = saved;
      if (services === undefined || difference.change !== "added") return undefined;
      const domains = services.registrar.domains
        .filter(({ name }) => difference.place !== `${name} nameservers`)
        .map((domain) => ({
          ...domain,
          records: domain.records.filter(
            ({ name, type, value }) => `${name === "@" ? domain.name : `${name}.${domain.name}`} ${type} ${value}` !== difference.place,
          ),
        }));
      return edited(moment, { services: { ...services, registrar: { ...services.registrar, domains } } });
    }
    default:
      return undefined;
  }
}

function edited(moment: Moment, change: Partial<SavedLab>): Moment {
  return { ...moment, saved: { ...moment.saved, ...change } };
}

function isServer(server: SavedServer, { machine, place }: Difference): boolean {
  return server.machine === machine && isCommand(server, place.slice(place.indexOf(": ") + 2));
}

function isCommand({ argv }: SavedServer, command: string): boolean {
  return argv.join(" ") === command;
}
