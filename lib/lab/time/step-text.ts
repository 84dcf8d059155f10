import type { Change, LabSession } from "../session/session.ts";

const DID = { save: "Saved", create: "Created", rename: "Renamed", remove: "Deleted" } as const;

/** A change of files in words, with the machine where there are several: "Saved ~/shop/urls.py". */
export function stepText({ machine, path, did, to }: Change & { kind: "files" }, { lab, world }: LabSession): string {
  const { user } = world.definition(machine);
  const home = user === "root" ? "/root" : `/home/${user}`;
  const short = (name: string): string => (name === home || name.startsWith(`${home}/`) ? `~${name.slice(home.length)}` : name);
  const what = to === undefined ? short(path) : `${short(path)} to ${short(to)}`;
  return `${DID[did]} ${what}${lab.machines.length > 1 ? ` on ${machine}` : ""}`;
}
